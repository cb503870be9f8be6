//! `quick_cache` 0.7: `unsync::Cache` is a lower bound. `sync::Cache` is opaque, because reading it may wait for a lock.
//!
//! Source: `memory_used` in `src/shard.rs` and `src/linked_slab.rs` of 0.7.0.

use core::alloc::Layout;
use core::hash::{BuildHasher, Hash};
use core::ptr;

use quick_cache::{Lifecycle, Weighter, sync, unsync};

use crate::{DeepSize, Reason, Walker};

opaque! { Handle: sync::Cache<K, V, W, B, L> where [K, V, W, B, L] }

/// The table, and the slots in use. Spare slots, the weighter and the lifecycle hooks are not counted.
impl<K, V, W, B, L> DeepSize for unsync::Cache<K, V, W, B, L>
where
    K: DeepSize + Eq + Hash,
    V: DeepSize,
    W: Weighter<K, V>,
    B: BuildHasher,
    L: Lifecycle<K, V>,
{
    built_in! { hides W, B, L }

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let used = self.memory_used();
        for bytes in [used.entries, used.map] {
            if let Ok(layout) = Layout::array::<u8>(bytes) {
                walker.allocation(ptr::null::<u8>(), layout, bytes);
            }
        }
        walker.lower_bound(Reason::Capacity, None);
        walker.entries(self.iter());
    }
}
