//! `priority-queue` 2: a lower bound. The map of priorities is like an `IndexMap`. The spare capacity of the two vectors of
//! positions is not counted.
//!
//! Source: `Store` in `src/store.rs` of 2.7.

use priority_queue::{DoublePriorityQueue, PriorityQueue};

use super::indexmap::walk_blocks;
use crate::impls::hash_table::walk_hasher;
use crate::{DeepSize, Reason, Walker};

/// Implements `DeepSize` for queues.
macro_rules! queues {
    ($($type:ident)*) => {$(
        /// A map of priorities, and two vectors of positions.
        impl<I: DeepSize, P: DeepSize + Ord, S> DeepSize for $type<I, P, S> {
            built_in! {}

            fn walk_owned(&self, walker: &mut Walker<'_>) {
                let first = self.iter().next().map_or(core::ptr::null(), |(item, _)| core::ptr::from_ref(item));
                walk_blocks::<I, P>(walker, self.capacity(), self.len(), first.cast());
                for _ in 0..2 {
                    walker.buffer(core::ptr::null::<usize>(), self.len(), self.len());
                }
                walker.lower_bound(Reason::Capacity, None);
                walker.entries(self.iter());
                walk_hasher::<S>(walker);
            }
        }
    )*};
}

queues! { DoublePriorityQueue PriorityQueue }
