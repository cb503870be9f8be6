//! `#[profile_memory]`, which the crate `deep-size-track` re-exports under its feature `macros`.
#![forbid(unsafe_code)]

mod attr;
mod expand;

use proc_macro::TokenStream;

/// Runs each call of a function in a scope, which has a row in the `Profile`.
///
/// | attribute | name of the row |
/// | --- | --- |
/// | `#[profile_memory]` | the path of the function, such as `my_crate::parser::Parser::parse` |
/// | `#[profile_memory("parse")]` or `#[profile_memory(name = "parse")]` | `parse` |
///
/// If `deep-size-track` has another name in your crate, add `crate = path`: `#[profile_memory("parse", crate = tracker)]`.
///
/// It works on functions and methods with a body. All instances of a generic function share a row.
///
/// Arguments that are a plain name (`text: String`, `mut text: String`) are dropped inside the scope. `self` and patterns are dropped
/// right after it, and so are all arguments of a function that returns an `impl Trait`.
///
/// # Async functions
///
/// An `async fn` is measured while it is polled, on any thread, and not between the polls. All polls of a future are one call. Its
/// sizes are added up, and its peak is the highest net of its allocations. If it is cancelled after its first poll, it is dropped
/// in the scope.
///
/// The same holds for a function that ends with an `async` block or with `Box::pin(async …)`, as methods under `#[async_trait]` do. Code
/// before that block is not measured. For any other function that returns a future, only the construction of the future is measured.
#[proc_macro_attribute]
pub fn profile_memory(attributes: TokenStream, item: TokenStream) -> TokenStream {
    expand::expand(attributes.into(), item.into()).into()
}
