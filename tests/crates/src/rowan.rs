use arbitrary::Unstructured;
use deep_size::{DeepSize, Reason};
use rowan::{
    GreenNode, GreenNodeBuilder, GreenToken, Language, NodeCache, NodeOrToken, SyntaxKind, SyntaxNode,
};

use crate::exact;
use crate::random::{Random, length};
use crate::sharing::assert_counted_once;
use crate::support::{assert_exact, assert_flat, assert_opaque};

impl Random for GreenToken {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Self::new(SyntaxKind(1), &String::random(source, depth))
    }
}

impl Random for GreenNode {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut children = Vec::new();
        for _ in 0..length(source, depth) {
            children.push(if depth < 4 && bool::random(source, depth) {
                NodeOrToken::Node(Self::random(source, depth + 1))
            } else {
                NodeOrToken::Token(GreenToken::random(source, depth))
            });
        }
        // Versions of a tree share their nodes.
        if bool::random(source, depth) {
            children.extend(children.clone());
        }
        Self::new(SyntaxKind(2), children)
    }
}

exact! {
    tokens: Vec<GreenToken>;
    nodes: GreenNode;
    versions: Vec<GreenNode>;
}

fn tree() -> GreenNode {
    let mut builder = GreenNodeBuilder::new();
    builder.start_node(SyntaxKind(0));
    for text in ["a", "token", "a", "of", "text"] {
        builder.start_node(SyntaxKind(1));
        builder.token(SyntaxKind(2), text);
        builder.finish_node();
    }
    builder.finish_node();
    builder.finish()
}

#[test]
fn handles_on_one_tree_count_it_once() {
    assert_counted_once(tree);
    assert_counted_once(|| GreenToken::new(SyntaxKind(1), "text"));
}

#[test]
fn a_built_tree_is_exact() {
    assert_exact(tree);
}

/// A language whose kinds are numbers.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
enum Numbers {}

impl Language for Numbers {
    type Kind = SyntaxKind;

    fn kind_from_raw(raw: SyntaxKind) -> SyntaxKind {
        raw
    }

    fn kind_to_raw(kind: SyntaxKind) -> SyntaxKind {
        kind
    }
}

#[test]
fn cursors_and_builders_are_opaque() {
    let node = SyntaxNode::<Numbers>::new_root(tree());
    assert_opaque(Reason::Handle, || node.first_child());
    assert_opaque(Reason::Handle, || node.text());
    assert_opaque(Reason::Handle, || node.first_token());
    assert_opaque(Reason::Hidden, NodeCache::default);
    assert_opaque(Reason::Hidden, GreenNodeBuilder::new);
    assert_flat(SyntaxKind(7));
    assert!(tree().heap_size() > 0);
}
