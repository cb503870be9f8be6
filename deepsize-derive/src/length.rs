//! Hides the lengths of arrays from `syn`.
//!
//! `syn` parses a block or an `if` only with its feature `full`, which would add to every user's build time.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;

/// Replaces each `[T; length]` by `[T; __deep_size_length! { length }]`.
pub(crate) fn hide(tokens: TokenStream) -> TokenStream {
    let hide_in = |token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
            with_stream(&group, hide_length(group.stream()))
        }
        TokenTree::Group(group) => with_stream(&group, hide(group.stream())),
        token => token,
    };
    tokens.into_iter().map(hide_in).collect()
}

fn hide_length(tokens: TokenStream) -> TokenStream {
    let mut tokens = tokens.into_iter();
    let is_semicolon = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';');
    let element = hide(tokens.by_ref().take_while(|token| !is_semicolon(token)).collect());
    let length: TokenStream = tokens.collect();
    if length.is_empty() { element } else { quote!(#element; __deep_size_length! { #length }) }
}

/// Reverts [`hide`].
pub(crate) fn show(tokens: TokenStream) -> TokenStream {
    let mut shown = TokenStream::new();
    let mut tokens = tokens.into_iter();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(ident) if ident == "__deep_size_length" => {
                if let Some(TokenTree::Group(length)) = tokens.nth(1) {
                    shown.extend(length.stream());
                }
            }
            TokenTree::Group(group) => shown.extend([with_stream(&group, show(group.stream()))]),
            token => shown.extend([token]),
        }
    }
    shown
}

/// The same group with other contents.
fn with_stream(group: &Group, stream: TokenStream) -> TokenTree {
    let mut changed = Group::new(group.delimiter(), stream);
    changed.set_span(group.span());
    TokenTree::Group(changed)
}
