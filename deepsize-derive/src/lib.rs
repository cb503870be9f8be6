//! `#[derive(DeepSize)]`, which the crate `deep-size` re-exports under its feature `derive`.
#![forbid(unsafe_code)]

mod ast;
mod attr;
mod bound;
mod ctxt;
mod expand;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

use crate::ast::Input;
use crate::ctxt::Ctxt;

/// Implements `DeepSize`. The impl reports each field under its name (in tuples `0`, `1`, …), and the name of an enum's active
/// variant. Fields written as references, raw pointers or function pointers own nothing,
/// and what they point to need not implement the trait.
///
/// # Shapes
///
/// | shape | rules |
/// | --- | --- |
/// | struct | the last field may be unsized: `[T]`, `str`, `dyn Trait` |
/// | `repr(packed)` struct | each measured field must be `Copy`, because it is copied out; skipped ones need not, and are not reported |
/// | enum | may have no variants |
/// | union | each field must be `Copy`, so that it owns nothing, or skipped |
///
/// # Attributes
///
/// | on a field | meaning |
/// | --- | --- |
/// | `#[deep_size(skip)]` | the field owns nothing, or nothing that should count here; its type need not implement the trait |
/// | `#[deep_size(with = path)]` | `path`, called as `fn(&T, &mut Walker<'_>)`, reports what the field owns |
/// | `#[deep_size(borrowed)]` | count what the reference (or another `Deref`) points to, once per address |
/// | `#[deep_size(bound = "…")]` | these where predicates stand instead of the bounds inferred from the field |
///
/// | on a variant | meaning |
/// | --- | --- |
/// | `#[deep_size(skip)]` | as on each of its fields |
/// | `#[deep_size(with = path)]` | `path` gets a reference to each field in order, then the walker |
/// | `#[deep_size(bound = "…")]` | as on a field, for all of its fields |
///
/// | on the type | meaning |
/// | --- | --- |
/// | `#[deep_size(bound = "…")]` | these where predicates, possibly none, stand instead of all inferred bounds |
/// | `#[deep_size(crate = path)]` | where the crate `deep-size` is found, if not under its own name |
///
/// # Bounds
///
/// A type parameter must implement `DeepSize` if a measured field uses it, and so must an associated type such as
/// `T::Item`. References, raw pointers, function pointers and trait objects ask for nothing. A field written `PhantomData<T>` asks for
/// `PhantomData<T>: DeepSize`, which the standard library's meets for any `T`; under another name it asks for `T: DeepSize`, unless
/// `bound` says otherwise. A type that holds itself (`next: Option<Box<Self>>`) needs no help.
#[proc_macro_derive(DeepSize, attributes(deep_size))]
pub fn derive_deep_size(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    let mut ctxt = Ctxt::default();
    let input = Input::parse(&mut ctxt, &input);
    match ctxt.finish() {
        None => expand::expand(&input).into(),
        Some(errors) => {
            [errors, expand::stub(&input)].into_iter().collect::<proc_macro2::TokenStream>().into()
        }
    }
}
