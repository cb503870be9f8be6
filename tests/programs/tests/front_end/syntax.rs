//! Lossless syntax trees: every token of a file, with a node for each pair of brackets.

use ra_ap_rustc_lexer::{FrontmatterAllowed, TokenKind, tokenize};
use rowan::{GreenNode, GreenNodeBuilder, NodeCache, SyntaxKind};

const FILE: SyntaxKind = SyntaxKind(0);
const GROUP: SyntaxKind = SyntaxKind(1);

/// The tree of a file. Equal small nodes and tokens of one cache share their memory.
pub(crate) fn tree(text: &str, cache: &mut NodeCache) -> GreenNode {
    let mut builder = GreenNodeBuilder::with_cache(cache);
    builder.start_node(FILE);
    let (mut depth, mut start) = (0, 0);
    for token in tokenize(text, FrontmatterAllowed::No) {
        let end = start + token.len as usize;
        if matches!(token.kind, TokenKind::OpenParen | TokenKind::OpenBrace | TokenKind::OpenBracket) {
            builder.start_node(GROUP);
            depth += 1;
        }
        builder.token(kind(token.kind), &text[start..end]);
        if matches!(token.kind, TokenKind::CloseParen | TokenKind::CloseBrace | TokenKind::CloseBracket)
            && depth > 0
        {
            builder.finish_node();
            depth -= 1;
        }
        start = end;
    }
    (0..=depth).for_each(|_| builder.finish_node());
    builder.finish()
}

fn kind(token: TokenKind) -> SyntaxKind {
    SyntaxKind(match token {
        TokenKind::Whitespace => 2,
        TokenKind::LineComment { .. } | TokenKind::BlockComment { .. } => 3,
        TokenKind::Ident | TokenKind::RawIdent => 4,
        TokenKind::Literal { .. } => 5,
        TokenKind::Lifetime { .. } => 6,
        _ => 7,
    })
}
