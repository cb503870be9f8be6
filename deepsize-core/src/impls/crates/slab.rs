//! `slab` 0.4: exact.

use slab::Slab;

use crate::{DeepSize, Walker};

/// An element of the slab's vector.
///
/// Source: `Entry` in `lib.rs`, version 0.4.12.
#[expect(dead_code, reason = "only its size is used")]
enum Entry<T> {
    Vacant(usize),
    Occupied(T),
}

/// Capacity × entry size.
impl<T: DeepSize> DeepSize for Slab<T> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let first = self.iter().next().map_or(core::ptr::null(), |(_, value)| core::ptr::from_ref(value));
        walker.buffer(first.cast::<Entry<T>>(), self.capacity(), self.len());
        walker.elements(self.iter().map(|(_, value)| value));
    }
}
