//! `slab` 0.4: exact.

use slab::Slab;

use crate::{DeepSize, Walker};

/// A place for a value, as the vector holds it.
///
/// Source: `Entry` in `lib.rs`, version 0.4.12.
#[expect(dead_code, reason = "only its size is asked for")]
enum Entry<T> {
    Vacant(usize),
    Occupied(T),
}

/// Capacity × place for a value.
impl<T: DeepSize> DeepSize for Slab<T> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let first = self.iter().next().map_or(core::ptr::null(), |(_, value)| core::ptr::from_ref(value));
        walker.buffer(first.cast::<Entry<T>>(), self.capacity(), self.len());
        walker.elements(self.iter().map(|(_, value)| value));
    }
}
