//! `enum-map` 2: exact.

use enum_map::{EnumArray, EnumMap};

use crate::{DeepSize, Walker};

/// The heap size of the values, which are in the map itself.
impl<K: EnumArray<V>, V: DeepSize> DeepSize for EnumMap<K, V> {
    built_in! {}

    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.slice(self.as_slice());
    }

    #[inline]
    fn is_flat() -> bool {
        V::is_flat()
    }
}
