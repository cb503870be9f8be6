use std::hash::Hash;

use ahash::{AHashMap, AHashSet, RandomState};
use arbitrary::Unstructured;

use crate::exact;
use crate::random::{Random, below, length};
use crate::support::assert_flat;

impl<K: Random + Eq + Hash, V: Random> Random for AHashMap<K, V> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut map = Self::with_capacity(below(source, 8));
        for _ in 0..length(source, depth) {
            map.insert(K::random(source, depth + 1), V::random(source, depth + 1));
        }
        map
    }
}

impl<T: Random + Eq + Hash> Random for AHashSet<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        (0..length(source, depth)).map(|_| T::random(source, depth + 1)).collect()
    }
}

exact! {
    maps: AHashMap<String, Vec<String>>;
    maps_of_numbers: AHashMap<u64, u8>;
    sets: Vec<AHashSet<String>>;
}

#[test]
fn hashers_are_flat() {
    assert_flat(RandomState::with_seed(7));
}
