//! `rowan` 0.17: a green tree is exact, and each node and token counts once. A syntax node is opaque, because it is a cursor in a
//! shared tree.
//!
//! The reference counts are not exposed, so every node is recorded.
//!
//! Source: `ArcInner` and `HeaderSlice` in `src/arc.rs`, and `src/green/{node,token}.rs` of 0.17.0.

use core::alloc::{Layout, LayoutError};
use core::ptr::from_ref;

use rowan::ast::{AstNode, AstPtr, SyntaxNodePtr};
use rowan::{
    Checkpoint, Direction, GreenNode, GreenNodeBuilder, GreenNodeData, GreenToken, GreenTokenData, Language,
    NodeCache, NodeOrToken, SyntaxKind, SyntaxNode, SyntaxText, SyntaxToken, TextSize,
};

use crate::{DeepSize, SharedBlock, Walker};

flat! { AstPtr<N> where [N: AstNode], Checkpoint, Direction, SyntaxKind, SyntaxNodePtr<L> where [L: Language] }

opaque! { Hidden: GreenNodeBuilder<'_>, NodeCache }

opaque! { Handle: SyntaxNode<L> where [L: Language], SyntaxText, SyntaxToken<L> where [L: Language] }

variants! { NodeOrToken<N, T> where [N: DeepSize, T: DeepSize] { Node(node), Token(token) } }

/// The representation of a child. Its size depends on the pointer width. Source: `GreenChild`.
enum Child {
    _Node { _offset: TextSize, _node: GreenNode },
    _Token { _offset: TextSize, _token: GreenToken },
}

/// Reports the block of a node or a token: a reference count, a header `H`, a length, and elements.
fn walk_block<H, T: DeepSize>(walker: &mut Walker<'_>, data: &T, elements: Result<Layout, LayoutError>) {
    let layout = || {
        let slice = Layout::new::<H>().extend(Layout::new::<usize>())?.0.extend(elements?)?.0;
        let align = slice.align().max(align_of::<usize>());
        Ok::<_, LayoutError>(Layout::new::<usize>().extend(slice.align_to(align)?)?.0.pad_to_align())
    };
    if let Ok(layout) = layout() {
        let block = from_ref(data).cast::<usize>().wrapping_sub(1);
        walker.shared(SharedBlock::new(block, layout), data);
    }
}

fn walk_node(walker: &mut Walker<'_>, node: &GreenNodeData) {
    walk_block::<(SyntaxKind, TextSize), _>(walker, node, Layout::array::<Child>(node.children().len()));
}

fn walk_token(walker: &mut Walker<'_>, token: &GreenTokenData) {
    walk_block::<SyntaxKind, _>(walker, token, Layout::array::<u8>(token.text().len()));
}

/// The children.
impl DeepSize for GreenNodeData {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        for child in self.children() {
            match child {
                NodeOrToken::Node(node) => walk_node(walker, node),
                NodeOrToken::Token(token) => walk_token(walker, token),
            }
        }
    }
}

/// The text, which is in the token itself.
impl DeepSize for GreenTokenData {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.emit_content(self.text().as_bytes());
    }
}

impl DeepSize for GreenNode {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_node(walker, self);
    }
}

impl DeepSize for GreenToken {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_token(walker, self);
    }
}
