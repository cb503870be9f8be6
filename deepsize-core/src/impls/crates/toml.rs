//! `toml` 1: exact with its default features.
//!
//! If a crate in the build enables `preserve_order`, a table is a lower bound (see [`text_map`](super::text_map)).

use alloc::string::String;

use toml::map::Map;
use toml::value::{Date, Datetime, Offset, Time, Value};

use super::text_map;
use crate::{DeepSize, Walker};

flat! { Date, Datetime, Offset, Time }

/// The field of the active variant.
impl DeepSize for Value {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        macro_rules! variants {
            ($($name:ident)*) => {
                match self {
                    $(Self::$name(value) => {
                        walker.variant(stringify!($name));
                        walker.field("0", value);
                    })*
                }
            };
        }
        variants! { String Integer Float Boolean Datetime Array Table }
    }
}

/// Like `BTreeMap`, or a lower bound with `preserve_order`.
impl<V: DeepSize> DeepSize for Map<String, V> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        text_map::walk::<Self, V, _>(walker, || self.iter());
    }

    fn __sum(&self, before: usize, walker: &mut Walker<'_>) -> usize {
        text_map::sum::<Self, V, _>(walker, before, || self.iter())
    }
}

/// The value.
impl<T: DeepSize> DeepSize for toml::Spanned<T> {
    built_in! {}

    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.inner(self.get_ref());
    }

    #[inline]
    fn is_flat() -> bool {
        T::is_flat()
    }
}
