//! Collections that are exact with any history.

use std::borrow::Cow;
use std::cell::Cell;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::ffi::{CString, OsString};
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;

use deep_size::{DeepSize, Reason, Walker};

use crate::random::{Random, below};
use crate::support::{assert_exact, assert_lower_bound, live_bytes, random_cases};
use crate::{exact, fastrand};

type SetHasher = BuildHasherDefault<DefaultHasher>;

exact! {
    strings: String;
    os_strings: OsString;
    c_strings: CString;
    paths: PathBuf;
    cows: Vec<Cow<'static, str>>;
    cows_of_slices: Cow<'static, [String]>;
    vectors_of_numbers: Vec<u32>;
    vectors_of_units: Vec<()>;
    vectors_of_strings: Vec<String>;
    vectors_of_vectors_of_strings: Vec<Vec<String>>;
    vectors_of_arrays: Vec<[Option<String>; 3]>;
    vectors_of_tuples: Vec<(u8, String, u64)>;
    boxed_slices: Box<[Vec<u16>]>;
    results: Vec<Result<String, Vec<u8>>>;
    deques: VecDeque<String>;
    deques_of_deques: VecDeque<VecDeque<u16>>;
    heaps: BinaryHeap<String>;
    heaps_of_vectors: BinaryHeap<Vec<u8>>;
    lists: LinkedList<u8>;
    lists_of_lists: LinkedList<LinkedList<String>>;
    tree_maps_of_numbers: BTreeMap<u16, u64>;
    tree_maps_of_bytes: BTreeMap<u8, u8>;
    tree_maps_of_wide_keys: BTreeMap<u128, bool>;
    tree_maps_of_units: BTreeMap<u16, ()>;
    tree_maps_by_unit: BTreeMap<(), u64>;
    tree_maps_of_strings: BTreeMap<String, Vec<u8>>;
    tree_maps_of_tree_maps: BTreeMap<u16, BTreeMap<u8, String>>;
    tree_sets: BTreeSet<u16>;
    tree_sets_of_strings: BTreeSet<String>;
    tree_sets_of_sets: BTreeSet<BTreeSet<Vec<u8>>>;
    grown_hash_maps_of_numbers: HashMap<u64, u64>;
    grown_hash_maps_of_bytes: HashMap<u8, u8>;
    grown_hash_maps_of_odd_sizes: HashMap<[u8; 3], u16>;
    grown_hash_maps_of_wide_alignment: HashMap<u8, u128>;
    grown_hash_maps_of_strings: HashMap<String, Vec<String>>;
    grown_hash_maps_with_another_hasher: HashMap<u16, String, SetHasher>;
    grown_hash_sets: HashSet<u32>;
    grown_hash_sets_of_units: HashSet<()>;
    grown_hash_sets_of_bytes: HashSet<u8>;
    grown_hash_sets_of_strings: HashSet<String, SetHasher>;
    nested_three_deep: Vec<HashMap<String, BTreeMap<u8, Vec<String>>>>;
    nested_four_deep: BTreeMap<u16, VecDeque<HashMap<u8, LinkedList<Option<Box<[String]>>>>>>;
    nested_through_options: Option<Vec<Option<BTreeMap<String, HashSet<Vec<u8>>>>>>;
}

/// Up to a few thousand entries give internal nodes on three levels.
#[test]
fn tall_tree_maps_are_exact() {
    let mut source = fastrand(7);
    for round in 0..60 {
        let before = live_bytes();
        let mut map = BTreeMap::new();
        for _ in 0..round * 100 {
            let key = source() as u16;
            if source() % 3 == 0 {
                map.remove(&key);
            } else {
                map.insert(key, [0_u8; 3]);
            }
        }
        if round % 2 == 0 {
            map.retain(|key, _| key % 5 != 0);
        }
        let built = live_bytes() - before;
        assert!(map.is_empty() || map.heap_size() as isize == built, "round {round}");
    }
}

/// Removals never leave a node with fewer entries than the walk assumes.
#[test]
fn thinned_tree_maps_are_exact() {
    for seed in 1..=400 {
        let mut random = fastrand(seed);
        let before = live_bytes();
        let mut map: BTreeMap<u16, u64> = if seed % 2 == 0 {
            (0..random() as u16 % 500).map(|key| (key, 0)).collect()
        } else {
            BTreeMap::new()
        };
        for _ in 0..random() % 12 {
            let key = random() as u16 % 600;
            let many = random() as u16 % 200;
            match random() % 7 {
                0 => map.retain(|other, _| (other / 7) % 3 != key % 3),
                1 => map = map.split_off(&(key / 8)),
                2 => drop(map.split_off(&key)),
                3 => {
                    let mut right = map.split_off(&key);
                    right.insert(key + 1000, 0);
                    map.append(&mut right);
                }
                4 => map.retain(|other, _| !(key..key + many).contains(other)),
                5 => (0..many).for_each(|number| {
                    map.remove(&(key + number));
                    map.pop_first();
                }),
                _ => map.extend((0..many).map(|number| (key + number * 31, 1))),
            }
            let built = live_bytes() - before;
            let heap = map.heap_size() as isize;
            assert!(map.is_empty() || heap == built, "seed {seed}: {heap} of {built}, {} entries", map.len());
        }
    }
}

/// A comparison that panics during `append` leaves a last leaf with few entries. Removals from the other
/// leaves can then leave several nodes in a map that would fit into one.
#[test]
fn tree_maps_left_by_a_panic_are_exact() {
    thread_local!(static COMPARISONS: Cell<u32> = const { Cell::new(u32::MAX) });

    #[derive(PartialEq, Eq)]
    struct Key(u32);
    impl PartialOrd for Key {
        fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
            Some(self.cmp(other))
        }
    }
    impl Ord for Key {
        fn cmp(&self, other: &Self) -> Ordering {
            COMPARISONS.set(COMPARISONS.get().checked_sub(1).unwrap_or_else(|| resume_unwind(Box::new(()))));
            self.0.cmp(&other.0)
        }
    }
    impl DeepSize for Key {
        fn walk_owned(&self, _: &mut Walker<'_>) {}
    }

    // The panic leaves a leaf of eleven, a separator, and `last` entries.
    for last in 1..5 {
        let before = live_bytes();
        let mut map: BTreeMap<Key, u64> = (0..20).map(|number| (Key(number * 2), 0)).collect();
        let mut others = (0..20).map(|number| (Key(number * 2 + 1), 0)).collect();
        COMPARISONS.set(12 + last);
        catch_unwind(AssertUnwindSafe(|| map.append(&mut others))).unwrap_err();
        COMPARISONS.set(u32::MAX);
        drop(others);
        for removed in 0..6 {
            let built = live_bytes() - before;
            assert_eq!(
                map.heap_size() as isize,
                built,
                "{last} in the last leaf, {removed} removed from the others"
            );
            map.remove(&Key(removed));
        }
    }
}

/// Keys of zero size have the same address in all nodes. The tree keeps all of them, because no key equals another.
#[test]
fn a_tree_of_keys_without_a_size_has_a_limit() {
    struct Key;
    impl PartialEq for Key {
        fn eq(&self, _: &Self) -> bool {
            false
        }
    }
    impl Eq for Key {}
    impl PartialOrd for Key {
        fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
            Some(self.cmp(other))
        }
    }
    impl Ord for Key {
        fn cmp(&self, _: &Self) -> Ordering {
            Ordering::Greater
        }
    }
    impl DeepSize for Key {
        fn walk_owned(&self, _: &mut Walker<'_>) {}

        fn is_flat() -> bool {
            true
        }
    }
    fn tree(keys: usize) -> BTreeSet<Key> {
        let mut tree = BTreeSet::new();
        (0..keys).for_each(|_| assert!(tree.insert(Key)));
        tree
    }
    for keys in [1, 11] {
        assert_exact(|| tree(keys));
    }
    for keys in [12, 13, 100, 1_000] {
        assert_lower_bound(Reason::Hidden, || tree(keys));
        assert_lower_bound(Reason::Hidden, || tree(keys).into_iter().collect::<BTreeSet<_>>());
    }
}

/// The walk reads large maps from both ends. These are grown in order, grown at random, collected, and
/// thinned.
#[test]
fn large_tree_maps_are_exact() {
    fn assert_shapes_exact<K: DeepSize + Ord, V: DeepSize>(seed: u64, entry: fn(u64) -> (K, V)) {
        let mut random = fastrand(seed);
        for round in 0..random_cases(6) {
            let count = 8_500 + random() % 4_000;
            let grown = |order: &dyn Fn(u64) -> u64| {
                let mut map = BTreeMap::new();
                (0..count).map(order).map(entry).for_each(|(key, value)| drop(map.insert(key, value)));
                map
            };
            // Odd multipliers shuffle the numbers below 2^16.
            let factor = random() | 1;
            let shuffled = |number: u64| number.wrapping_mul(factor) % (1 << 16);
            assert_exact(|| grown(&|number| number));
            assert_exact(|| grown(&|number| count - number));
            assert_exact(|| grown(&shuffled));
            assert_exact(|| (0..count).map(entry).collect::<BTreeMap<_, _>>());
            assert_exact(|| (0..count).map(|number| entry(number).0).collect::<BTreeSet<_>>());
            assert_exact(|| {
                let (mut map, mut place) = (grown(&shuffled), 0);
                map.retain(|_, _| {
                    place += 1;
                    place % (20 + round) > 2
                });
                map
            });
        }
    }

    assert_shapes_exact(1, |number| (number, number));
    assert_shapes_exact(2, |number| (number as u32, [0_u8; 3]));
    assert_shapes_exact(3, |number| (number as u16, ()));
    assert_shapes_exact(4, |number| (number.to_string(), vec![0_u8; number as usize % 5]));
    assert_shapes_exact(5, |number| (u128::from(number), vec![number.to_string(); number as usize % 3]));
}

/// The documented exception: a map emptied entry by entry may keep one leaf, and no other node.
#[test]
fn an_emptied_tree_map_hides_at_most_one_leaf() {
    let leaf = BTreeMap::from([(0_u16, 0_u64)]).heap_size();
    let emptied = Cell::new(0);
    crate::for_random_bytes(|source| {
        let before = live_bytes();
        let mut map: BTreeMap<u16, u64> = (0..below(source, 40) as u16).map(|key| (key, 0)).collect();
        while !map.is_empty() {
            if bool::random(source, 0) {
                map.pop_first()
            } else {
                map.pop_last()
            };
        }
        let built = usize::try_from(live_bytes() - before).expect("a map frees at most the allocated bytes");
        assert_eq!(map.heap_size(), 0);
        assert!(built == 0 || built == leaf, "{built} bytes are left");
        emptied.set(emptied.get() + usize::from(built > 0));
    });
    println!("{} emptied tree maps hide a leaf of {leaf} bytes", emptied.get());
}

/// Enough scattered values that the walk prefetches the blocks behind them.
#[test]
fn many_scattered_values_are_exact() {
    type Record = (u8, Option<Box<Vec<String>>>, Vec<String>);

    fn shuffled(seed: u64) -> Vec<Record> {
        let mut random = fastrand(seed);
        let text = |number: u64| "x".repeat(number as usize % 9);
        let mut records: Vec<Record> = Vec::with_capacity(6000);
        for number in 0..5000 {
            let boxed = (number % 3 > 0).then(|| Box::new(vec![text(random())]));
            records.push((number as u8, boxed, (0..random() % 3).map(text).collect()));
        }
        for place in (1..records.len()).rev() {
            records.swap(place, random() as usize % (place + 1));
        }
        records
    }

    assert_exact(|| shuffled(1));
    assert_exact(|| shuffled(2).into_boxed_slice());
    assert_exact(|| shuffled(3).into_iter().map(std::rc::Rc::new).collect::<Vec<_>>());
    assert_exact(|| {
        shuffled(4).into_iter().map(|record| Box::new(record) as Box<dyn DeepSize>).collect::<Vec<_>>()
    });
    assert_exact(|| shuffled(5).into_iter().enumerate().collect::<HashMap<usize, Record>>());
    assert_exact(|| {
        (0..5000_usize)
            .zip(shuffled(6))
            .map(|(key, record)| (vec![key.to_string()], record.2))
            .collect::<HashMap<_, _>>()
    });
    assert_exact(|| (0..5000_u32).map(|key| vec![key.to_string()]).collect::<HashSet<_>>());
}
