//! `toml` 1: exact as it comes.
//!
//! If some crate in the build asks for `preserve_order`, a table is a lower bound, see [`text_map`](super::text_map).

use alloc::string::String;

use toml::map::Map;
use toml::value::{Date, Datetime, Offset, Time, Value};

use super::text_map;
use crate::{DeepSize, Totals, Walker};

flat! { Date, Datetime, Offset, Time }

/// What the active variant holds.
impl DeepSize for Value {
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

    #[inline]
    fn sum_owned<'v>(&'v self, walker: &mut Walker<'v>) -> usize {
        match self {
            Self::String(text) => text.capacity(),
            Self::Array(values) => values.sum_owned(walker),
            Self::Table(table) => table.sum_owned(walker),
            Self::Integer(_) | Self::Float(_) | Self::Boolean(_) | Self::Datetime(_) => 0,
        }
    }

    #[inline]
    fn __count_onto<'v>(&'v self, before: Totals, walker: &mut Walker<'v>) -> Totals {
        match self {
            Self::String(text) => before.and_block(text.capacity()),
            Self::Array(values) => values.__count_onto(before, walker),
            Self::Table(table) => table.__count_onto(before, walker),
            Self::Integer(_) | Self::Float(_) | Self::Boolean(_) | Self::Datetime(_) => before,
        }
    }
}

/// As `BTreeMap`, or a lower bound.
impl<V: DeepSize> DeepSize for Map<String, V> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        text_map::walk::<Self, V, _>(walker, || self.iter());
    }

    fn sum_owned<'v>(&'v self, walker: &mut Walker<'v>) -> usize {
        text_map::sum::<usize, Self, V, _>(walker, || self.iter())
    }

    fn __count_onto<'v>(&'v self, before: Totals, walker: &mut Walker<'v>) -> Totals {
        before + text_map::sum::<Totals, Self, V, _>(walker, || self.iter())
    }
}

/// What the value owns.
impl<T: DeepSize> DeepSize for toml::Spanned<T> {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.inner(self.get_ref());
    }

    #[inline]
    fn is_flat() -> bool {
        T::is_flat()
    }
}
