//! `generational-arena` 0.2: exact, except for drained arenas.
//!
//! `drain` keeps the block, but the arena no longer exposes its size. The block is opaque until a value is inserted. After that,
//! the size is a lower bound that cannot be detected as one.

use generational_arena::{Arena, Index};

use crate::Reason;

/// An element of the arena's vector.
///
/// Source: `Entry` in `lib.rs`, version 0.2.9.
#[expect(dead_code, reason = "only its size is used")]
enum Entry<T> {
    Free { next_free: Option<usize> },
    Occupied { generation: u64, value: T },
}

collection! {
    /// Capacity × entry size.
    Arena<T> where [T] => |arena, walker| {
        // A new arena has a capacity, so this one was drained.
        if arena.capacity() == 0 {
            walker.opaque(Reason::Hidden);
        }
        // A zero-sized value can be at the end of the block.
        let values = arena.iter().map(|(_, value)| value).filter(|_| size_of::<T>() > 0);
        let first = values.map(core::ptr::from_ref).next().unwrap_or(core::ptr::null());
        walker.buffer(first.cast::<Entry<T>>(), arena.capacity(), arena.len());
    }, arena.iter().map(|(_, value)| value)
}

flat! { Index }
