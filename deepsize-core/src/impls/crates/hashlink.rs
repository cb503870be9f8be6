//! `hashlink` 0.12: a lower bound. Nodes of removed entries are kept, and their number is not exposed.
//!
//! A map is a list of boxed nodes, with an extra node before the first, and a hash table of pointers to nodes.
//!
//! Source: `Node` in `src/linked_hash_map.rs` of 0.12.2.

use hashlink::{LinkedHashMap, LinkedHashSet, LruCache};

use super::linked::walk_list;
use crate::layout::Table;
use crate::{DeepSize, Walker};

/// A node of the list.
struct Node<K, V> {
    _entry: (K, V),
    _links: [*mut (); 2],
}

/// An element of the table.
type Slot = *mut ();

/// A node per entry, the extra node, and a table.
impl<K: DeepSize, V: DeepSize, S> DeepSize for LinkedHashMap<K, V, S> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let table = Table::with_room(self.capacity());
        walk_list::<Node<K, V>, Slot, S, _, _, _>(walker, table, || self.iter());
    }
}

/// A node per element, the extra node, and a table.
impl<T: DeepSize, S> DeepSize for LinkedHashSet<T, S> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let table = Table::with_room(self.capacity());
        walk_list::<Node<T, ()>, Slot, S, _, _, _>(walker, table, || {
            self.iter().map(|element| (element, &()))
        });
    }
}

/// A node per entry, the extra node, and the smallest table for the entries.
impl<K: DeepSize, V: DeepSize, S> DeepSize for LruCache<K, V, S> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let table = Table::with_room(self.len());
        walk_list::<Node<K, V>, Slot, S, _, _, _>(walker, table, || self.iter());
    }
}
