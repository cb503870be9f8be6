use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash};

use arbitrary::Unstructured;

use crate::churn::{Table, churned};
use crate::exact;
use crate::random::{Random, below, length};
use crate::support::{assert_exact, assert_opaque};
use deep_size::{DeepSize, Reason};

/// Random maps and sets of a version, grown or preallocated. Entries are never removed singly.
macro_rules! random {
    ($hashbrown:ident) => {
        impl<K: Random + Eq + Hash, V: Random> Random for $hashbrown::HashMap<K, V> {
            fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
                let mut map = Self::with_capacity(below(source, 8));
                for _ in 0..length(source, depth) {
                    map.insert(K::random(source, depth + 1), V::random(source, depth + 1));
                }
                match below(source, 5) {
                    0 => map.shrink_to_fit(),
                    1 => map.reserve(below(source, 40)),
                    2 => map.clear(),
                    _ => {}
                }
                map
            }
        }

        impl<T: Random + Eq + Hash> Random for $hashbrown::HashSet<T> {
            fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
                let mut set = Self::with_capacity(below(source, 8));
                for _ in 0..length(source, depth) {
                    set.insert(T::random(source, depth + 1));
                }
                if bool::random(source, depth) {
                    set.shrink_to(below(source, 10));
                }
                set
            }
        }

        impl<K: Random + Eq + Hash, V: Random + Default> Table<K> for $hashbrown::HashMap<K, V> {
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
    };
}

random! { hashbrown }
random! { hashbrown_0_14 }
random! { hashbrown_0_15 }
random! { hashbrown_0_16 }

fn hash<T: Hash>(value: &T) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(value)
}

/// A table of elements found by their hash. Removals keep the size exact.
macro_rules! random_table {
    ($hashbrown:ident) => {
        impl<T: Random + Eq + Hash> Random for $hashbrown::HashTable<T> {
            fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
                let mut table = Self::with_capacity(below(source, 8));
                for _ in 0..length(source, depth) {
                    let value = T::random(source, depth + 1);
                    table.insert_unique(hash(&value), value, hash);
                }
                match below(source, 6) {
                    0 => table.shrink_to_fit(hash),
                    1 => table.reserve(below(source, 40), hash),
                    2 => table.clear(),
                    3 | 4 => table.retain(|_| bool::random(source, depth)),
                    _ => {}
                }
                table
            }
        }
    };
}

random_table! { hashbrown }
random_table! { hashbrown_0_15 }
random_table! { hashbrown_0_16 }

exact! {
    maps_of_numbers: hashbrown::HashMap<u64, u64>;
    maps_of_bytes: hashbrown::HashMap<u8, u8>;
    maps_of_wide_alignment: hashbrown::HashMap<u8, u128>;
    maps_of_strings: hashbrown::HashMap<String, Vec<String>>;
    maps_of_maps: hashbrown::HashMap<String, hashbrown::HashMap<u16, String>>;
    sets: hashbrown::HashSet<u32>;
    sets_of_units: hashbrown::HashSet<()>;
    sets_of_strings: Vec<hashbrown::HashSet<String>>;
    tables_of_numbers: hashbrown::HashTable<u64>;
    tables_of_bytes: hashbrown::HashTable<u8>;
    tables_of_pairs: hashbrown::HashTable<(String, Box<u16>)>;

    maps_of_strings_0_14: hashbrown_0_14::HashMap<String, Vec<String>>;
    maps_of_bytes_0_14: hashbrown_0_14::HashMap<u8, u8>;
    sets_of_bytes_0_14: hashbrown_0_14::HashSet<u8>;

    maps_of_strings_0_15: hashbrown_0_15::HashMap<String, Vec<String>>;
    sets_of_bytes_0_15: hashbrown_0_15::HashSet<u8>;
    tables_0_15: hashbrown_0_15::HashTable<String>;

    maps_of_strings_0_16: hashbrown_0_16::HashMap<String, Vec<String>>;
    sets_of_bytes_0_16: hashbrown_0_16::HashSet<u8>;
    tables_0_16: hashbrown_0_16::HashTable<String>;
}

churned! {
    (60, 15) =>
    churned_maps_are_exact_or_lower_bounds: hashbrown::HashMap<u64, u64>, u64;
    churned_maps_of_strings_are_exact_or_lower_bounds: hashbrown::HashMap<String, Vec<u8>>, String;
    churned_maps_of_0_14_are_exact_or_lower_bounds: hashbrown_0_14::HashMap<u64, u64>, u64;
    churned_maps_of_0_15_are_exact_or_lower_bounds: hashbrown_0_15::HashMap<u64, u64>, u64;
    churned_maps_of_0_16_are_exact_or_lower_bounds: hashbrown_0_16::HashMap<u64, u64>, u64;
}

#[test]
fn a_table_is_exact_after_many_removals() {
    for full in [14, 28, 112, 896, 3584] {
        assert_exact(|| {
            let mut table = hashbrown::HashTable::new();
            for number in 0..full {
                table.insert_unique(hash(&number), (number, number.to_string()), |(number, _)| hash(number));
            }
            table.retain(|(number, _)| *number % 50 == 7);
            table
        });
    }
}

#[test]
fn empty_tables_own_nothing() {
    assert_eq!(hashbrown::HashMap::<String, String>::new().heap_size(), 0);
    assert_eq!(hashbrown::HashSet::<String>::new().heap_size(), 0);
    assert_eq!(hashbrown::HashTable::<String>::new().heap_size(), 0);
    assert_eq!(hashbrown_0_14::HashMap::<String, String>::new().heap_size(), 0);
}

#[test]
fn large_maps_are_exact() {
    assert_exact(|| (0..5000).map(|key| (key, key.to_string())).collect::<hashbrown::HashMap<_, _>>());
    assert_exact(|| (0..5000).map(|key: u64| (key, key)).collect::<hashbrown::HashMap<_, _>>());
    assert_exact(|| (0..3000).map(|key| vec![key.to_string()]).collect::<hashbrown::HashSet<_>>());
}

/// A hasher with hidden memory.
#[derive(Clone, Default)]
struct Seeds(Vec<u64>);

impl BuildHasher for Seeds {
    type Hasher = DefaultHasher;

    fn build_hasher(&self) -> Self::Hasher {
        let mut hasher = Self::Hasher::new();
        self.0.hash(&mut hasher);
        hasher
    }
}

#[test]
fn a_hasher_that_may_own_memory_is_opaque() {
    assert_opaque(Reason::Hidden, || {
        let mut map = hashbrown::HashMap::with_hasher(Seeds(vec![1, 2, 3]));
        map.insert(1, 2);
        map
    });
}
