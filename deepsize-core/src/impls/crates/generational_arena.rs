//! `generational-arena` 0.2: exact, but for arenas that were drained. `drain` keeps the block, and nothing tells its size any more:
//! it is opaque until a value is inserted, and a lower bound that does not show afterwards.

use generational_arena::{Arena, Index};

use crate::{DeepSize, Reason, Walker};

/// A place for a value, as the vector holds it.
///
/// Source: `Entry` in `lib.rs`, version 0.2.9.
#[expect(dead_code, reason = "only its size is asked for")]
enum Entry<T> {
    Free { next_free: Option<usize> },
    Occupied { generation: u64, value: T },
}

/// Capacity × place for a value.
impl<T: DeepSize> DeepSize for Arena<T> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        // New arenas have places.
        if self.capacity() == 0 {
            walker.opaque(Reason::Hidden);
        }
        // What has no size may lie where the block ends.
        let values = self.iter().map(|(_, value)| value).filter(|_| size_of::<T>() > 0);
        let first = values.map(core::ptr::from_ref).next().unwrap_or(core::ptr::null());
        walker.buffer(first.cast::<Entry<T>>(), self.capacity(), self.len());
        walker.elements(self.iter().map(|(_, value)| value));
    }
}

flat! { Index }
