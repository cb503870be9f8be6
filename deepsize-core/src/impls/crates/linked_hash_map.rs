//! `linked-hash-map` 0.5: a lower bound. Nodes of removed entries are kept, and their number is not exposed.
//!
//! A map is a list of boxed nodes, with an extra node before the first, and a hash table of pointers to keys and nodes.
//!
//! Source: `Node` in `src/lib.rs` of 0.5.6.

use core::hash::{BuildHasher, Hash};

use linked_hash_map::LinkedHashMap;

use super::linked::walk_list;
use crate::layout::Table;
use crate::{DeepSize, Walker};

/// A node of the list.
struct Node<K, V> {
    _links: [*mut (); 2],
    _key: K,
    _value: V,
}

/// A node per entry, the extra node, and a table.
impl<K: DeepSize + Hash + Eq, V: DeepSize, S: BuildHasher> DeepSize for LinkedHashMap<K, V, S> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let table = Table::with_room(self.capacity());
        walk_list::<Node<K, V>, [*mut (); 2], S, _, _, _>(walker, table, || self.iter());
    }
}
