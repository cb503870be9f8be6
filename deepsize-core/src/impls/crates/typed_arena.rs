//! `typed-arena` 2: a lower bound with a limit.
//!
//! The elements and the spare capacity of the newest chunk are counted. While there is only one chunk, this is everything. Older
//! chunks may have spare capacity too, and the list of them takes a few words each. Each chunk is at least twice as large as the
//! previous one, so all older chunks together are smaller than the newest. The elements are not accessible through a shared
//! reference, so the memory that they own is opaque.
//!
//! Measuring an arena from inside the iterator passed to its `alloc_extend` panics. The crate keeps its `RefCell` borrowed
//! meanwhile, and has no method to check that.
//!
//! Source: `ChunkList` in `lib.rs` of `typed-arena` 2.0.2.

use alloc::vec::Vec;
use core::alloc::Layout;

use typed_arena::Arena;

use crate::{DeepSize, Reason, Walker};

impl<T: DeepSize> DeepSize for Arena<T> {
    built_in! { hides T }

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        // This returns a pointer and does not change the arena.
        let free = self.uninitialized_array();
        let (used, free_len) = (self.len() * size_of::<T>(), free.len());
        if let Ok(layout) = Layout::array::<T>(self.len() + free_len) {
            // Without an address, because the elements may be in several smaller chunks.
            walker.allocation(core::ptr::null::<T>(), layout, used);
        }
        walker.lower_bound(Reason::Capacity, Some(missing::<T>(self.len().saturating_add(free_len))));
        if !T::is_flat() {
            walker.opaque(Reason::Hidden);
        }
    }
}

/// The most bytes that are not counted, if the newest chunk has room for at most `capacity` elements.
fn missing<T>(capacity: usize) -> usize {
    // A chunk of elements without a size is never full.
    if size_of::<T>() == 0 {
        return 0;
    }
    let older = capacity.saturating_sub(1).saturating_mul(size_of::<T>());
    // The first chunk has room for at least one element, and each further one doubles it. A vector grows from 4 elements.
    let list = match capacity.checked_ilog2() {
        None | Some(0) => 0,
        Some(chunks) => chunks.next_power_of_two().max(4) as usize * size_of::<Vec<T>>(),
    };
    older.saturating_add(list)
}
