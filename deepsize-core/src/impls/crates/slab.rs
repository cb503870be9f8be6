//! `slab` 0.4: exact.

use slab::Slab;

/// An element of the slab's vector.
///
/// Source: `Entry` in `lib.rs`, version 0.4.12.
#[expect(dead_code, reason = "only its size is used")]
enum Entry<T> {
    Vacant(usize),
    Occupied(T),
}

collection! {
    /// Capacity × entry size.
    Slab<T> where [T] => |slab, walker| {
        let first = slab.iter().next().map_or(core::ptr::null(), |(_, value)| core::ptr::from_ref(value));
        walker.buffer(first.cast::<Entry<T>>(), slab.capacity(), slab.len());
    }, slab.iter().map(|(_, value)| value)
}
