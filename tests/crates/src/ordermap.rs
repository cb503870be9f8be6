use std::hash::Hash;

use arbitrary::Unstructured;
use deep_size::{DeepSize, Reason};
use ordermap::{OrderMap, OrderSet};

use crate::churn::{Table, churned};
use crate::exact;
use crate::random::{Random, below, length};
use crate::support::{assert_exact, assert_lower_bound};

/// Whether the size of a full map of this length is ambiguous.
fn is_doubtful(len: usize) -> bool {
    [3, 7, 14].contains(&len) || len >= 15
}

/// Grown or preallocated for a few entries. Entries are not removed while the map is nearly full, and an
/// ambiguous length gets spare room.
impl<K: Random + Eq + Hash, V: Random> Random for OrderMap<K, V> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut map = Self::with_capacity(below(source, 15));
        for _ in 0..length(source, depth) {
            let key = K::random(source, depth + 1);
            if map.len() < map.capacity() || !map.contains_key(&key) {
                map.insert(key, V::random(source, depth + 1));
            }
        }
        match below(source, 6) {
            0 => map.shrink_to_fit(),
            1 => map.reserve(40),
            2 => map.clear(),
            3 => map.retain(|_, _| bool::random(source, depth)),
            4 => map.reverse(),
            _ => {}
        }
        if map.is_empty() {
            map.shrink_to_fit();
        } else if map.len() == map.capacity() && is_doubtful(map.len()) {
            map.reserve(1);
        }
        map
    }
}

impl<T: Random + Eq + Hash> Random for OrderSet<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        OrderMap::<T, ()>::random(source, depth).into_keys().fold(Self::new(), |mut set, element| {
            set.insert(element);
            if set.len() == set.capacity() {
                set.reserve(1);
            }
            set
        })
    }
}

impl<K: Random + Eq + Hash, V: Random + Default> Table<K> for OrderMap<K, V> {
    fn insert_key(&mut self, key: K) {
        self.insert(key, V::default());
    }

    fn remove_key(&mut self, key: &K) {
        self.remove(key);
    }

    fn retain_keys(&mut self, mut keep: impl FnMut(&K) -> bool) {
        self.retain(|key, _| keep(key));
    }

    fn resize(&mut self, kind: usize) {
        match kind {
            0 => self.shrink_to_fit(),
            1 => self.reserve(50),
            2 => self.shrink_to(20),
            _ => self.clear(),
        }
    }
}

exact! {
    maps_of_numbers: OrderMap<u64, u64>;
    maps_of_bytes: OrderMap<u8, u8>;
    maps_of_odd_sizes: OrderMap<[u8; 3], u16>;
    maps_of_wide_alignment: OrderMap<u8, u128>;
    maps_of_units: OrderMap<u32, ()>;
    maps_of_strings: OrderMap<String, Vec<String>>;
    maps_of_maps: OrderMap<String, OrderMap<u16, String>>;
    sets: OrderSet<u32>;
    sets_of_units: OrderSet<()>;
    sets_of_strings: Vec<OrderSet<String>>;
}

churned! {
    (360, 50) =>
    churned_maps_are_exact_or_lower_bounds: OrderMap<u64, u64>, u64;
}

#[test]
fn grown_and_cloned_maps_are_exact() {
    for count in [1, 2, 4, 10, 13, 15, 20, 29, 100, 1000, 5000] {
        let grown = || {
            let mut map = OrderMap::new();
            (0..count).for_each(|key: u32| drop(map.insert(key, key.to_string())));
            map
        };
        assert_exact(grown);
        let map = grown();
        assert_exact(|| map.clone());
        assert_exact(|| {
            (0..count).fold(OrderSet::new(), |mut set, element| {
                set.insert(element);
                set
            })
        });
    }
}

#[test]
fn reserved_entries_without_a_larger_table_are_a_lower_bound() {
    let heap = assert_lower_bound(Reason::Capacity, || {
        (0..100_u32).map(|key| (key, key)).collect::<OrderMap<_, _>>()
    });
    // The bound is exact here: entries with a hash of eight bytes, and 128 buckets.
    assert_eq!(heap, 100 * 16 + 128 * 8 + 128 + 16);
}

#[test]
fn a_full_map_is_a_lower_bound() {
    let full = || OrderMap::<u8, u8>::from_iter([(1, 1), (2, 2), (3, 3)]);
    let heap = assert_lower_bound(Reason::Capacity, full);
    let grown_alone = assert_lower_bound(Reason::Capacity, || {
        let mut map = full();
        map.insert(3, 4);
        map
    });
    assert_eq!(heap, grown_alone);
}

#[test]
fn an_empty_map_owns_nothing() {
    assert_eq!(OrderMap::<String, String>::new().heap_size(), 0);
    assert_eq!(OrderSet::<String>::new().heap_size(), 0);
}

/// After `clone_from` an empty map, the vector keeps its block.
#[test]
fn a_vector_without_a_table_is_a_lower_bound() {
    let heap = assert_lower_bound(Reason::Capacity, || {
        let mut map = OrderMap::<u64, u64>::with_capacity(100);
        map.clone_from(&OrderMap::new());
        map
    });
    assert_eq!(heap, 0);
}
