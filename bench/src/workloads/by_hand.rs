//! Shared parts of the loops by hand.

use std::collections::HashMap;

pub(crate) fn vec<T>(vec: &Vec<T>) -> usize {
    vec.capacity() * size_of::<T>()
}

/// The size of the table of a map without removals.
pub(crate) fn table<K, V, S>(map: &HashMap<K, V, S>) -> usize {
    let buckets = (map.capacity() * 8 / 7).next_power_of_two();
    (buckets * size_of::<(K, V)>()).next_multiple_of(16) + buckets + 16
}
