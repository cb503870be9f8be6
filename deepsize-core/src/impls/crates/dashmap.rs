//! `dashmap` 6: exact, even after removals, because its tables expose their sizes.
//!
//! A shard that is locked elsewhere is opaque ([`Reason::Locked`]). While any shard is locked, the memory that the entries of the
//! other shards own is not counted either.
//!
//! If entries may own memory, or the walk has an observer, the walk iterates over the map. The iterator temporarily allocates
//! a small block, and the read guards of all shards take another. With these guards, the iterator never waits: readers of
//! this crate's locks wait for an active writer, but not for a waiting one.

use alloc::vec::Vec;
use core::alloc::Layout;
use core::hash::{BuildHasher, Hash};

use dashmap::{DashMap, DashSet, ReadOnlyView};

use crate::container::Map;
use crate::impls::hash_table::{walk_block, walk_hasher};
use crate::layout::Table;
use crate::observer::Role;
use crate::{DeepSize, Reason, Walker};

/// Reports the array of shards, the table of each shard that is not locked elsewhere, and the size after `shrink_to_fit`.
macro_rules! walk_shards {
    ($walker:ident, $shards:expr, $entry:ty) => {
        let shards = $shards;
        let mut shrunk = size_of_val(shards);
        $walker.allocation(shards.as_ptr(), Layout::for_value(shards), shrunk);
        for shard in shards {
            match shard.try_read() {
                // A table with a single bucket is static and owns no memory.
                Some(table) if table.buckets() == 1 => {}
                Some(table) => {
                    let size = Table::of_buckets(table.buckets());
                    // The control bytes begin where the buckets end.
                    shrunk +=
                        walk_block::<$entry>($walker, size, table.len(), table.data_end().as_ptr().cast());
                }
                None => $walker.opaque(Reason::Locked),
            }
        }
        $walker.emit_shrunk_size(|| shrunk);
    };
}

/// Read guards of all shards, or `None` if a shard is locked elsewhere.
fn hold<'s, S, G>(shards: &'s [S], try_read: impl Fn(&'s S) -> Option<G>) -> Option<Vec<G>> {
    shards.iter().map(try_read).collect()
}

/// The array of shards, and the table of each shard.
impl<K: DeepSize + Eq + Hash, V: DeepSize, S: BuildHasher + Clone> DeepSize for DashMap<K, V, S> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_shards!(walker, self.shards(), (K, V));
        walk_hasher::<S>(walker);
        if walker.is_observed() || !(K::is_flat() && V::is_flat()) {
            let Some(_guards) = hold(self.shards(), |shard| shard.try_read()) else { return };
            walker.on_stack((), |walker| {
                self.iter().enumerate().for_each(|(index, entry)| {
                    walker.visit_element(Role::Key(index), entry.key());
                    walker.visit_element(Role::Value(index), entry.value());
                });
            });
        }
    }
}

impl<K: Eq + Hash, V, S: BuildHasher + Clone> Map for DashMap<K, V, S> {
    type Key = K;
    type Value = V;

    fn walk_entries<F, G>(&self, walker: &mut Walker<'_>, walk_key: F, walk_value: G)
    where
        F: Fn(&K, &mut Walker<'_>),
        G: Fn(&V, &mut Walker<'_>),
    {
        walk_shards!(walker, self.shards(), (K, V));
        walk_hasher::<S>(walker);
        let Some(_guards) = hold(self.shards(), |shard| shard.try_read()) else { return };
        walker.on_stack((), |walker| {
            self.iter().enumerate().for_each(|(index, entry)| {
                walker.descend_with(Role::Key(index), entry.key(), &walk_key);
                walker.descend_with(Role::Value(index), entry.value(), &walk_value);
            });
        });
    }
}

/// Like `DashMap`.
impl<T: DeepSize + Eq + Hash, S: BuildHasher + Clone> DeepSize for DashSet<T, S> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_shards!(walker, self.shards(), T);
        walk_hasher::<S>(walker);
        if walker.is_observed() || !T::is_flat() {
            let Some(_guards) = hold(self.shards(), |shard| shard.try_read()) else { return };
            walker.on_stack((), |walker| {
                self.iter().enumerate().for_each(|(index, element)| {
                    walker.visit_element(Role::Element(index), element.key());
                });
            });
        }
    }
}

/// Like its source `DashMap`, except that no shard is ever locked elsewhere.
impl<K: DeepSize + Eq + Hash, V: DeepSize, S: BuildHasher + Clone> DeepSize for ReadOnlyView<K, V, S> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_shards!(walker, self.shards(), (K, V));
        walk_hasher::<S>(walker);
        walker.entries(self.iter());
    }
}
