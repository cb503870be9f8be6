//! `indexmap` 2: exact, or a lower bound that is reported as one.
//!
//! A map is a `Vec` of entries with their hashes, and a table of indices as `hashbrown` makes it (`inner.rs`, version 2.14). Of the
//! capacities of the two it tells the lesser. Mostly that tells both, but
//! - a vector that was made for a number of entries has room for just as many, where tables have room for 3, 7, 14, 28, 56, …;
//! - removals from a nearly full table of 32 buckets and more lower its capacity, and not the vector's;
//! - if both are full, and the key of an entry is inserted again, the table grows alone.
//!
//! So a map of 15 entries or more that was collected, or shrunk, is told to be a lower bound ([`Reason::Hidden`]), as is one of just 3,
//! 7 or 14 entries; mostly it is exact all the same. What does not show is the room in a map that `clone_from` or
//! `split_off(0)` filled, and a table that grew alone before entries were removed: in 22 of 1000 maps in which they come and go at
//! random. Nor does the table of a map that was cloned from an emptied one: beside a vector without room, its capacity is told as
//! none.

use indexmap::{IndexMap, IndexSet};

use crate::impls::hash_table::walk_block;
use crate::layout::{Table, buffer};
use crate::{Reason, Walker};

/// An entry, as the vector holds it.
///
/// Source: `Bucket` in `lib.rs`.
struct Entry<K, V> {
    _hash: usize,
    _key: K,
    _value: V,
}

/// Reports the vector, at this address, and the table of a map.
pub(super) fn walk_blocks<K, V>(walker: &mut Walker<'_>, capacity: usize, len: usize, entries: *const ()) {
    let (Some(table), Some(layout)) = (Table::beside(capacity, len), buffer::<Entry<K, V>>(capacity)) else {
        return;
    };
    let used = len * size_of::<Entry<K, V>>();
    walker.allocation(entries, layout, used);
    walker.emit_shrunk_size(|| used);
    walk_block::<usize>(walker, table, len, core::ptr::null());
    if table.is_lower_bound {
        walker.opaque(Reason::Hidden);
    }
}

/// Implements `DeepSize` for a map, and a set, with the methods of those of this crate.
macro_rules! ordered {
    ($map:ident, $set:ident) => {
        /// A vector of the entries, and a table of their indices.
        impl<K: crate::DeepSize, V: crate::DeepSize, S> crate::DeepSize for $map<K, V, S> {
            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                let entries = core::ptr::from_ref(self.as_slice()).cast();
                crate::impls::crates::indexmap::walk_blocks::<K, V>(
                    walker,
                    self.capacity(),
                    self.len(),
                    entries,
                );
                walker.entries(self);
                crate::impls::hash_table::walk_hasher::<S>(walker);
            }
        }

        /// As the map, without values.
        impl<T: crate::DeepSize, S> crate::DeepSize for $set<T, S> {
            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                let entries = core::ptr::from_ref(self.as_slice()).cast();
                crate::impls::crates::indexmap::walk_blocks::<T, ()>(
                    walker,
                    self.capacity(),
                    self.len(),
                    entries,
                );
                walker.elements(self);
                crate::impls::hash_table::walk_hasher::<S>(walker);
            }
        }
    };
}

ordered! { IndexMap, IndexSet }
