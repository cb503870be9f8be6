//! `typed-arena` 2: a lower bound with an opaque part.
//!
//! What is counted are the elements and the room left in the newest chunk; that is all there is until the first chunk was full.
//! Then older chunks may have room left, and the list of them takes a few words each. The elements cannot be looked at through a
//! shared reference, so nothing is known of what they own.
//!
//! Whoever measures an arena from inside the iterator given to its `alloc_extend` meets a panic of the crate, which holds its own
//! `RefCell` meanwhile and offers no way to ask.
//!
//! Source: `ChunkList` in `lib.rs` of `typed-arena` 2.0.2.

use core::alloc::Layout;

use typed_arena::Arena;

use crate::{DeepSize, Reason, Walker};

impl<T: DeepSize> DeepSize for Arena<T> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        // Nothing is written or handed out by this.
        let free = self.uninitialized_array();
        let (used, free_len) = (self.len() * size_of::<T>(), free.len());
        if let Ok(layout) = Layout::array::<T>(self.len() + free_len) {
            // The elements may lie in several chunks, none of which is as large.
            walker.allocation(core::ptr::null::<T>(), layout, used);
        }
        walker.opaque(Reason::Hidden);
    }
}
