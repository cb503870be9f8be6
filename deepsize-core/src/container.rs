//! The containers that [`with::each`](crate::with::each), [`with::map`](crate::with::map) and
//! [`with::tuple`](crate::with::tuple) measure.
//!
//! Each impl reports the container's own memory with the code of its [`DeepSize`](crate::DeepSize) impl. A function reports the
//! elements. Users cannot import these traits, so adding a container is not a breaking change.

use crate::Walker;

/// A container with elements of one type.
#[diagnostic::on_unimplemented(
    message = "the elements of `{Self}` cannot be visited",
    label = "not a known container with elements of one type",
    note = "`with::map` measures maps, and `with::tuple` measures tuples; for another type, write a function"
)]
pub trait Container {
    /// The type of the elements.
    type Element: ?Sized;

    /// Reports the container's own memory, and each element with `walk`.
    fn walk_each<F>(&self, walker: &mut Walker<'_>, walk: F)
    where
        F: Fn(&Self::Element, &mut Walker<'_>);
}

/// A container with values of two types, such as the keys and values of a map.
#[diagnostic::on_unimplemented(
    message = "the keys and values of `{Self}` cannot be visited",
    label = "not a known container with values of two types",
    note = "`with::map` measures `HashMap`, `BTreeMap` and `Result`; `with::each` measures containers with elements of one type"
)]
pub trait Map {
    /// The type of the keys.
    type Key;
    /// The type of the values.
    type Value;

    /// Reports the container's own memory, and each key and value with the functions.
    fn walk_entries<K, V>(&self, walker: &mut Walker<'_>, walk_key: K, walk_value: V)
    where
        K: Fn(&Self::Key, &mut Walker<'_>),
        V: Fn(&Self::Value, &mut Walker<'_>);
}

/// A tuple of functions for the fields of the tuple `T`.
#[diagnostic::on_unimplemented(
    message = "`with::tuple` cannot measure `{T}` with these functions",
    label = "not one function `fn(&T, &mut Walker<'_>)` for each field of `{T}`",
    note = "`with::tuple` takes a tuple of functions, as in `with::tuple((with::flat, with::opaque))`"
)]
pub trait FieldFunctions<T> {
    /// Reports each field with its function.
    fn walk_fields(&self, tuple: &T, walker: &mut Walker<'_>);
}
