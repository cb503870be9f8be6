//! `#[profile_memory]`, which the crate `deep-size-track` re-exports under its feature `macros`.
#![forbid(unsafe_code)]

mod attr;
mod expand;

use proc_macro::TokenStream;

/// Gives each call of a function a row in the `Profile`: what it allocates and frees, and what the scopes inside do.
///
/// | attribute | name of the row |
/// | --- | --- |
/// | `#[profile_memory]` | the path of the function, such as `my_crate::parser::Parser::parse` |
/// | `#[profile_memory("parse")]` or `#[profile_memory(name = "parse")]` | `parse` |
///
/// With `crate = path` the attribute finds the crate `deep-size-track` under another name.
///
/// It is for functions and methods with a body, generic ones too; all instances of a generic function are one row. Arguments that
/// are a plain name (`text: String`, `mut text: String`) are dropped within the scope; `self`, arguments that are patterns, and
/// all arguments of a function that returns an `impl Trait`, are dropped right after it.
///
/// # Async functions
///
/// Each poll of an `async fn` is measured, on whatever thread it happens, and nothing of what that thread does in between. All
/// polls of one future are one call, whose bytes are added up; its peak is the highest of any poll, above what was live when the poll
/// began. What a future frees that is dropped before it is ready is not the function's. Of a plain function that returns a future,
/// only the making of the future is measured: write `async fn`, or put the attribute on what it calls.
#[proc_macro_attribute]
pub fn profile_memory(attributes: TokenStream, item: TokenStream) -> TokenStream {
    expand::expand(attributes.into(), item.into()).into()
}
