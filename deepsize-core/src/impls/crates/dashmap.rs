//! `dashmap` 6: exact, whatever was removed, for its tables tell how large they are. Shards that are locked elsewhere are opaque
//! ([`Reason::Locked`]); while there are any, what the entries of the others own is not counted either.
//!
//! If entries may own memory, or somebody watches, the map is iterated over, which takes a small block for a moment. All
//! shards are held for reading meanwhile, in another block, so that the iterator need not wait: readers of this crate's locks
//! wait for a writer that is at work, not for one that waits.

use alloc::vec::Vec;
use core::alloc::Layout;
use core::hash::{BuildHasher, Hash};

use dashmap::{DashMap, DashSet, ReadOnlyView};

use crate::impls::hash_table::{walk_block, walk_hasher};
use crate::layout::Table;
use crate::observer::Role;
use crate::{DeepSize, Reason, Walker};

/// Reports the shards, and the table in each; the expression gives one that is not locked elsewhere.
macro_rules! walk_shards {
    ($walker:ident, $shards:expr, $entry:ty) => {
        let shards = $shards;
        $walker.allocation(shards.as_ptr(), Layout::for_value(shards), size_of_val(shards));
        for shard in shards {
            match shard.try_read() {
                // A single bucket is no memory of the table's own.
                Some(table) if table.buckets() == 1 => {}
                Some(table) => {
                    let size = Table::of_buckets(table.buckets());
                    // The control bytes begin where the buckets end.
                    walk_block::<$entry>($walker, size, table.len(), table.data_end().as_ptr().cast());
                }
                None => $walker.opaque(Reason::Locked),
            }
        }
    };
}

/// Holds all shards, unless one is locked elsewhere.
fn hold<'s, S, G>(shards: &'s [S], try_read: impl Fn(&'s S) -> Option<G>) -> Option<Vec<G>> {
    shards.iter().map(try_read).collect()
}

/// Shards × lock and table, and the tables.
impl<K: DeepSize + Eq + Hash, V: DeepSize, S: BuildHasher + Clone> DeepSize for DashMap<K, V, S> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_shards!(walker, self.shards(), (K, V));
        walk_hasher::<S>(walker);
        if walker.is_observed() || !(K::is_flat() && V::is_flat()) {
            let Some(_guards) = hold(self.shards(), |shard| shard.try_read()) else { return };
            walker.on_stack((), |walker| {
                self.iter().enumerate().for_each(|(index, entry)| {
                    walker.visit(|| Role::Key(index), entry.key());
                    walker.visit(|| Role::Value(index), entry.value());
                });
            });
        }
    }
}

/// As `DashMap`.
impl<T: DeepSize + Eq + Hash, S: BuildHasher + Clone> DeepSize for DashSet<T, S> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_shards!(walker, self.shards(), T);
        walk_hasher::<S>(walker);
        if walker.is_observed() || !T::is_flat() {
            let Some(_guards) = hold(self.shards(), |shard| shard.try_read()) else { return };
            walker.on_stack((), |walker| {
                self.iter().enumerate().for_each(|(index, element)| {
                    walker.visit(|| Role::Element(index), element.key());
                });
            });
        }
    }
}

/// As the `DashMap` that it was made of, without locks.
impl<K: DeepSize + Eq + Hash, V: DeepSize, S: BuildHasher + Clone> DeepSize for ReadOnlyView<K, V, S> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_shards!(walker, self.shards(), (K, V));
        walk_hasher::<S>(walker);
        walker.entries(self.iter());
    }
}
