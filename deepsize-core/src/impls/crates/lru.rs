//! `lru` 0.19: exact, except for the table, which is a lower bound with a limit.
//!
//! A cache is a list of boxed entries, with an extra node at each end, and a `hashbrown` table of pointers to keys and entries.
//! The capacity of the table is not exposed, so the smallest table for the entries is counted. `new` creates a larger one for the
//! cache's full capacity. With `sparse` and `unbounded`, it grows as needed. Tombstones of removed entries can make it double
//! too early. `resize` shrinks it. So a table is at most large enough for twice the cache's capacity.

use core::hash::{BuildHasher, Hash};
use core::ptr::NonNull;

use lru::LruCache;

use crate::impls::hash_table::{walk_block, walk_hasher};
use crate::layout::Table;
use crate::{DeepSize, Reason, Walker};

/// A node of the list.
///
/// Source: `LruEntry` in `lib.rs`, version 0.19.0.
struct Node<K, V> {
    _key: K,
    _value: V,
    _previous: *mut (),
    _next: *mut (),
}

/// An entry of the table.
type Pointers = (NonNull<()>, NonNull<()>);

/// A block per entry, two more blocks, and a table.
impl<K: DeepSize + Hash + Eq, V: DeepSize, S: BuildHasher> DeepSize for LruCache<K, V, S> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let node = core::alloc::Layout::new::<Node<K, V>>();
        for _ in 0..2 {
            walker.allocation(core::ptr::null::<()>(), node, node.size());
        }
        for (key, value) in self {
            // A zero-sized value can be at the end of the block.
            let address = match (size_of::<K>(), size_of::<V>()) {
                (0, 0) => core::ptr::null(),
                (0, _) => core::ptr::from_ref(value).cast(),
                _ => core::ptr::from_ref(key).cast::<()>(),
            };
            walker.allocation(address, node, node.size());
        }
        let mut counted = 0;
        if let Some(table) = Table::with_room(self.len()) {
            walk_block::<Pointers>(walker, table, self.len(), core::ptr::null());
            counted = table.size::<Pointers>();
        }
        walker.lower_bound(Reason::Capacity, largest_table(self).map(|most| most.saturating_sub(counted)));
        walker.entries(self);
        walk_hasher::<S>(walker);
    }
}

/// The size in bytes of the largest possible table, or `None` if the cache has no limit.
///
/// Source: `RawTableInner::reserve_rehash_inner` in `hashbrown` 0.17, `src/raw.rs`. A table doubles only if its entries, with the
/// new one, exceed half of its capacity. Their number is at most the cache's capacity.
fn largest_table<K: Hash + Eq, V, S: BuildHasher>(cache: &LruCache<K, V, S>) -> Option<usize> {
    // The size of a larger table would overflow.
    let room = cache
        .cap()
        .get()
        .checked_mul(2)
        .filter(|&room| room < isize::MAX as usize / size_of::<[Pointers; 4]>());
    Some(Table::with_room(room?)?.size::<Pointers>())
}
