//! `indexmap` 2: exact, or reported as a lower bound.
//!
//! A map is a `Vec` of entries with their hashes, and a `hashbrown` table of indices (`inner.rs`, version 2.14). Its capacity is
//! the lesser of the two capacities. Usually both can be inferred from it, with these exceptions:
//!
//! - A vector created for a number of entries has exactly that capacity, while tables have capacities 3, 7, 14, 28, 56, ….
//! - Removals from a nearly full table of 32 or more buckets lower its capacity, but not the vector's.
//! - If both are full and an existing key is inserted again, the table grows alone.
//!
//! So some maps are reported as lower bounds ([`Reason::Capacity`]), although they are usually exact. These are collected or shrunk
//! maps of 15 or more entries, and maps of exactly 3, 7 or 14 entries. There is no limit, because `clone_from` combines a vector and
//! a table of any sizes.
//!
//! Some shortfalls are not detected: other spare capacity after `clone_from` or `split_off(0)`, and a table that grew alone before
//! entries were removed. Under random insertions and removals, this affects 22 of 1000 maps. The table of a clone of an emptied
//! map is not detected either, because the clone's vector has no capacity.

use core::ptr::null;

use indexmap::{IndexMap, IndexSet};

use crate::impls::alloc::vec::is_dangling;
use crate::impls::hash_table::{walk_block, walk_hasher};
use crate::layout::{Table, buffer};
use crate::{Reason, Walker};

/// An element of the map's vector.
///
/// Source: `Bucket` in `lib.rs`.
struct Entry<K, V> {
    _hash: usize,
    _key: K,
    _value: V,
}

/// Reports the vector at the address `entries`, and the table, of a map. No safe function exposes the table's address.
///
/// Returns the size of both after `shrink_to_fit`, if the map has that method.
pub(super) fn walk_blocks<K, V>(
    walker: &mut Walker<'_>,
    capacity: usize,
    len: usize,
    entries: *const (),
) -> usize {
    let (Some(table), Some(layout)) = (Table::beside(capacity, len), buffer::<Entry<K, V>>(capacity)) else {
        // A vector after `clone_from` of a new map, or with a table of tombstones.
        if !entries.is_null() && !is_dangling(entries.cast::<Entry<K, V>>()) {
            walker.lower_bound(Reason::Capacity, None);
            walker.uncounted_block(entries);
            walker.uncounted_block(null::<()>());
        }
        return 0;
    };
    let used = len * size_of::<Entry<K, V>>();
    walker.allocation(entries, layout, used);
    let shrunk = walk_block::<usize>(walker, table, len, null());
    if table.is_lower_bound {
        walker.lower_bound(Reason::Capacity, None);
    }
    used + shrunk
}

/// Reports the blocks of a map with its own `shrink_to_fit`, and its hasher.
pub(super) fn walk_memory<K, V, S>(walker: &mut Walker<'_>, capacity: usize, len: usize, entries: *const ()) {
    let shrunk = walk_blocks::<K, V>(walker, capacity, len, entries);
    walker.emit_shrunk_size(|| shrunk);
    walk_hasher::<S>(walker);
}

/// Implements `DeepSize` for a map and a set with the methods of `IndexMap` and `IndexSet`.
macro_rules! ordered {
    ($map:ident, $set:ident) => {
        /// A vector of the entries, and a table of their indices.
        impl<K: crate::DeepSize, V: crate::DeepSize, S> crate::DeepSize for $map<K, V, S> {
            built_in! {}

            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                use crate::impls::crates::indexmap::walk_memory;

                let entries = core::ptr::from_ref(self.as_slice()).cast();
                walk_memory::<K, V, S>(walker, self.capacity(), self.len(), entries);
                walker.entries(self);
            }
        }

        impl<K, V, S> crate::container::Map for $map<K, V, S> {
            type Key = K;
            type Value = V;

            fn walk_entries<F, G>(&self, walker: &mut crate::Walker<'_>, walk_key: F, walk_value: G)
            where
                F: Fn(&K, &mut crate::Walker<'_>),
                G: Fn(&V, &mut crate::Walker<'_>),
            {
                use crate::impls::crates::indexmap::walk_memory;

                let entries = core::ptr::from_ref(self.as_slice()).cast();
                walk_memory::<K, V, S>(walker, self.capacity(), self.len(), entries);
                walker.entries_with(self, walk_key, walk_value);
            }
        }

        /// A vector of the elements, and a table of their indices.
        impl<T: crate::DeepSize, S> crate::DeepSize for $set<T, S> {
            built_in! {}

            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                use crate::impls::crates::indexmap::walk_memory;

                let entries = core::ptr::from_ref(self.as_slice()).cast();
                walk_memory::<T, (), S>(walker, self.capacity(), self.len(), entries);
                walker.elements(self);
            }
        }

        impl<T, S> crate::container::Container for $set<T, S> {
            type Element = T;

            fn walk_each<F: Fn(&T, &mut crate::Walker<'_>)>(&self, walker: &mut crate::Walker<'_>, walk: F) {
                use crate::impls::crates::indexmap::walk_memory;

                let entries = core::ptr::from_ref(self.as_slice()).cast();
                walk_memory::<T, (), S>(walker, self.capacity(), self.len(), entries);
                walker.elements_with(self, walk);
            }
        }
    };
}

ordered! { IndexMap, IndexSet }
