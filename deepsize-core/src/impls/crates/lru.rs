//! `lru` 0.19: exact but for the table, of which at least the smallest is counted that its entries fit in, and which is opaque.
//!
//! A cache is a list of boxed entries with one more at each end, and a table of pointers to keys and entries as `hashbrown` makes
//! it, whose capacity is not told: `new` makes it for all entries at once, `sparse` and `unbounded` let it grow, and removals may
//! double it.

use core::hash::{BuildHasher, Hash};
use core::ptr::NonNull;

use lru::LruCache;

use crate::impls::hash_table::{walk_block, walk_hasher};
use crate::layout::Table;
use crate::{DeepSize, Reason, Walker};

/// An entry of the list.
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

/// A block for each entry and two more, and a table.
impl<K: DeepSize + Hash + Eq, V: DeepSize, S: BuildHasher> DeepSize for LruCache<K, V, S> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let node = core::alloc::Layout::new::<Node<K, V>>();
        for _ in 0..2 {
            walker.allocation(core::ptr::null::<()>(), node, node.size());
        }
        for (key, value) in self {
            // What has no size may lie where the block ends.
            let address = match (size_of::<K>(), size_of::<V>()) {
                (0, 0) => core::ptr::null(),
                (0, _) => core::ptr::from_ref(value).cast(),
                _ => core::ptr::from_ref(key).cast::<()>(),
            };
            walker.allocation(address, node, node.size());
        }
        if let Some(table) = Table::with_room(self.len()) {
            walk_block::<Pointers>(walker, table, self.len(), core::ptr::null());
        }
        walker.opaque(Reason::Hidden);
        walker.entries(self);
        walk_hasher::<S>(walker);
    }
}
