//! `typed-arena` 2: a lower bound with an opaque part.
//!
//! The elements and the spare capacity of the newest chunk are counted. While there is only one chunk, this is everything. Older
//! chunks may have spare capacity too, and the list of them takes a few words each. The elements are not accessible through a
//! shared reference, so the memory that they own is opaque.
//!
//! Measuring an arena from inside the iterator passed to its `alloc_extend` panics. The crate keeps its `RefCell` borrowed
//! meanwhile, and has no method to check that.
//!
//! Source: `ChunkList` in `lib.rs` of `typed-arena` 2.0.2.

use core::alloc::Layout;

use typed_arena::Arena;

use crate::{DeepSize, Reason, Walker};

impl<T: DeepSize> DeepSize for Arena<T> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        // This returns a pointer and does not change the arena.
        let free = self.uninitialized_array();
        let (used, free_len) = (self.len() * size_of::<T>(), free.len());
        if let Ok(layout) = Layout::array::<T>(self.len() + free_len) {
            // Without an address, because the elements may be in several smaller chunks.
            walker.allocation(core::ptr::null::<T>(), layout, used);
        }
        walker.opaque(Reason::Hidden);
    }
}
