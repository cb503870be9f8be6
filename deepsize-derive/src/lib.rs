//! `#[derive(DeepSize)]`, which the crate `deep-size` re-exports under its feature `derive`.
#![forbid(unsafe_code)]

mod ast;
mod attr;
mod bound;
mod ctxt;
mod expand;
mod length;

use proc_macro::TokenStream;
use syn::DeriveInput;

use crate::ast::Input;
use crate::ctxt::Ctxt;

/// Implements `DeepSize` by reporting each field.
///
/// Reports name a field as the source does, or `0`, `1`, … in tuples, and show the active variant of an enum. Fields written as
/// references, raw pointers or function pointers own nothing, and their targets need not implement the trait.
///
/// # Attributes
///
/// Each attribute is written `#[deep_size(…)]`. One list can contain several, separated by commas.
///
/// | attribute | on | meaning |
/// | --- | --- | --- |
/// | `skip` | field, variant | Counts nothing: the field owns nothing, or its memory is counted elsewhere. Its type need not implement the trait. |
/// | `with = function` | field | Calls a function `fn(&T, &mut Walker<'_>)` to measure the field. |
/// | `with = function` | variant | The same for all fields of the variant: `fn(&T0, &T1, …, &mut Walker<'_>)`. |
/// | `borrowed` | field | Counts the target of a reference, or of an `Option` of one, once per address. |
/// | `flat` | type | Counts nothing: the type owns no memory. Its fields are not visited, and need not implement the trait. |
/// | `opaque` | type | Counts nothing, and reports memory of unknown size. Its fields are not visited, and need not implement the trait. |
/// | `bound = "…"` | type, variant, field | Replaces the inferred bounds by these where predicates. The string may be empty. |
/// | `crate = path` | type | Sets the path of the crate `deep-size`, for a crate that renames or re-exports it. |
///
/// `flat` and `opaque` exclude all other attributes except `crate`, also on variants and fields, and infer no bounds. The fields are
/// not checked: memory that a `flat` type does own is missing from its size.
///
/// On a type, `bound` replaces all inferred bounds. On a variant or field, it replaces only the bounds inferred there.
///
/// The value of `with` is the path of a function, a closure, or another expression for one, such as `with::each(with::opaque)`.
/// The module `with` of `deep-size` has functions for common cases. The arguments of a path are coerced, so a field of type
/// `Box<str>` can use a function that takes a `&str`.
///
/// `with::each(with::opaque)` on a `Box`, `Rc` or `Arc` counts the block and reports its contents as opaque. Use it for a `dyn Trait`
/// without an impl.
///
/// A field with closures of any signature is measured, such as a `HashMap<String, Box<dyn Fn(Guard<'_>)>>`. The containers and pointers
/// around a closure must be types that `with::each`, `with::map` and `with::tuple` measure. An alias hides the closure from the derive.
/// If the compiler then reports that the impl "is not general enough", write `with = with::each(with::opaque)`, or write the type in
/// place.
///
/// # Shapes
///
/// | shape | rules |
/// | --- | --- |
/// | struct | The last field may be unsized: `[T]`, `str`, `dyn Trait`. |
/// | `repr(packed)` struct | Each measured field must be `Copy`. If it can own memory, it is copied to the stack, and is opaque above 128 KiB (4 KiB where the walk cannot switch stacks). Skipped fields need not be `Copy`. |
/// | enum | It may have no variants. |
/// | union | Each field must be `Copy`, so that it owns nothing, or skipped. |
///
/// # Bounds
///
/// A type parameter gets the bound `DeepSize` if a measured field uses it, and so does an associated type such as `T::Item`.
/// References, raw pointers, function pointers and trait objects need no bound. A recursive type such as
/// `struct Node { next: Option<Box<Node>> }` needs no attribute.
///
/// If a parameter is declared as `T: ToOwned`, a field written `Cow<'a, T>` also gets the bound `T::Owned: DeepSize`.
///
/// A field written `PhantomData<T>` gets the bound `PhantomData<T>: DeepSize`, which holds for any `T`. Under another name, the
/// derive infers `T: DeepSize`; `bound` can replace it.
#[proc_macro_derive(DeepSize, attributes(deep_size))]
pub fn derive_deep_size(input: TokenStream) -> TokenStream {
    let tokens = proc_macro2::TokenStream::from(input);
    let expansion = match syn::parse2(tokens.clone()) {
        Ok(input) => derive(tokens, &input),
        Err(error) => match syn::parse2(length::hide(tokens.clone())) {
            Ok(input) => length::show(derive(tokens, &input)),
            Err(_) => error.into_compile_error(),
        },
    };
    expansion.into()
}

fn derive(tokens: proc_macro2::TokenStream, input: &DeriveInput) -> proc_macro2::TokenStream {
    let mut ctxt = Ctxt::default();
    let input = Input::parse(&mut ctxt, tokens, input);
    match ctxt.finish() {
        None => expand::expand(&input),
        Some(errors) => [errors, expand::stub(&input)].into_iter().collect(),
    }
}
