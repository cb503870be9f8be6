//! `phf` 0.14: exact. The collections refer to static tables, so they own nothing.

use phf::{Map, OrderedMap, OrderedSet, Set};

flat! {
    Map<K, V> where [K: 'static, V: 'static],
    OrderedMap<K, V> where [K: 'static, V: 'static],
    OrderedSet<T> where [T: 'static],
    Set<T> where [T: 'static],
}
