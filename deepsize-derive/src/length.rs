//! Hides constants in types from `syn`: lengths of arrays, and blocks as generic arguments.
//!
//! `syn` parses a block or an `if` only with its feature `full`, which would add to every user's build time.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;

/// Replaces each `[T; length]` by `[T; __deep_size_length! { length }]`, and `<{ value }>` by `<{ __deep_size_length! { value } }>`.
pub(crate) fn hide(tokens: TokenStream) -> TokenStream {
    let mut hidden = TokenStream::new();
    let mut tokens = tokens.into_iter().peekable();
    let mut previous = ' ';
    while let Some(token) = tokens.next() {
        let next = tokens.peek().map_or(' ', punctuation);
        let is_argument = matches!(previous, '<' | ',' | '=') && matches!(next, ',' | '>');
        previous = punctuation(&token);
        hidden.extend([match token {
            TokenTree::Group(group) => {
                let contents = match group.delimiter() {
                    Delimiter::Bracket => hide_length(group.stream()),
                    Delimiter::Brace if is_argument => hide_value(&group.stream()),
                    _ => hide(group.stream()),
                };
                with_stream(&group, contents)
            }
            token => token,
        }]);
    }
    hidden
}

fn punctuation(token: &TokenTree) -> char {
    match token {
        TokenTree::Punct(punct) => punct.as_char(),
        _ => ' ',
    }
}

fn hide_value(value: &TokenStream) -> TokenStream {
    quote!(__deep_size_length! { #value })
}

fn hide_length(tokens: TokenStream) -> TokenStream {
    let mut tokens = tokens.into_iter();
    let element = hide(tokens.by_ref().take_while(|token| punctuation(token) != ';').collect());
    let length: TokenStream = tokens.collect();
    if length.is_empty() {
        return element;
    }
    let length = hide_value(&length);
    quote!(#element; #length)
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
