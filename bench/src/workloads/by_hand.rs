//! What the loops by hand have in common.

use std::collections::HashMap;

pub(crate) fn vec<T>(vec: &Vec<T>) -> usize {
    vec.capacity() * size_of::<T>()
}

/// The table of a map from which nothing was removed.
pub(crate) fn table<K, V, S>(map: &HashMap<K, V, S>) -> usize {
    let buckets = (map.capacity() * 8 / 7).next_power_of_two();
    (buckets * size_of::<(K, V)>()).next_multiple_of(16) + buckets + 16
}
