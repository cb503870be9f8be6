//! Hash tables from which entries were removed. Each must be exact or a lower bound, and usually a reported
//! one.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash, RandomState};

use deep_size::DeepSize;

use crate::churn::{Table, Verdicts, churned};
use crate::fastrand;
use crate::random::{Random, below};
use crate::support::identity::BuildIdentity;
use crate::support::live_bytes;

impl<K: Random + Eq + Hash, V: Random + Default> Table<K> for HashMap<K, V> {
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

impl<K: Random + Eq + Hash> Table<K> for HashSet<K> {
    fn insert_key(&mut self, key: K) {
        self.insert(key);
    }

    fn remove_key(&mut self, key: &K) {
        self.remove(key);
    }

    fn retain_keys(&mut self, keep: impl FnMut(&K) -> bool) {
        self.retain(keep);
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

churned! {
    crate::churn::limits() =>
    churned_maps_of_numbers_are_exact_or_lower_bounds: HashMap<u64, u64>, u64;
    churned_maps_of_bytes_are_exact_or_lower_bounds: HashMap<u8, u8>, u8;
    churned_maps_of_strings_are_exact_or_lower_bounds: HashMap<String, Vec<u8>>, String;
    churned_sets_are_exact_or_lower_bounds: HashSet<u16>, u16;
    churned_sets_of_strings_are_exact_or_lower_bounds: HashSet<String>, String;
}

/// Full maps from which most entries were removed, so they contain many tombstones.
#[test]
fn drained_maps_are_exact_or_lower_bounds() {
    let verdicts = Verdicts::default();
    crate::for_random_bytes(|source| {
        verdicts.judge(|| {
            let mut map: HashMap<u32, u32> = HashMap::new();
            let full = [28, 56, 112, 224][below(source, 4)];
            map.extend((0..full).map(|key| (key, key)));
            let keep = 1 + below(source, full as usize) as u32;
            for key in keep..full {
                map.remove(&key);
            }
            map
        });
    });
    verdicts.close("HashMap<u32, u32>, filled and drained", crate::churn::limits());
}

/// The case of the comparison page: 112 insertions and 100 removals.
#[test]
fn a_map_with_112_entries_in_and_100_out_is_a_lower_bound_at_worst() {
    let before = live_bytes();
    let mut map: HashMap<u64, u64> = (0..112).map(|key| (key, key)).collect();
    for key in 0..100 {
        map.remove(&key);
    }
    let built = usize::try_from(live_bytes() - before).expect("the map owns its table");
    assert!(map.heap_size() <= built);
    assert!(map.heap_size() > built / 4, "the span of 12 entries shows most of the table");
}

/// Tables of thousands of buckets, thinned in patterns that a hasher may preserve.
#[test]
fn large_thinned_maps_are_exact_or_lower_bounds() {
    fn thinned<S: BuildHasher + Default>(verdicts: &Verdicts, random: &mut impl FnMut() -> u64) {
        let full = [896, 1792, 3584, 7168][random() as usize % 4];
        let [step, keep] = [2 + random() % 5, 1 + random() % 4];
        verdicts.judge(|| {
            let mut map: HashMap<u64, u64, S> = (0..full).map(|key| (key, key)).collect();
            map.retain(|key, _| key % step < keep);
            map
        });
    }
    let mut random = fastrand(11);
    let (by_chance, by_pattern) = (Verdicts::default(), Verdicts::default());
    for _ in 0..300 {
        thinned::<RandomState>(&by_chance, &mut random);
        thinned::<BuildIdentity>(&by_pattern, &mut random);
    }
    // Two of 300, where one of 5000 is expected.
    by_chance.close("HashMap<u64, u64>, large and thinned by chance", (0, 7));
    by_pattern.close("HashMap<u64, u64>, large and thinned by a pattern", (0, 0));
}

/// Large tables with random insertions and removals. The tombstones take every count, including those that
/// hide the shortfall.
#[test]
fn large_churned_maps_are_rarely_silent_lower_bounds() {
    const FULL: usize = 3584;
    const CHANGES: usize = 200_000;

    let mut random = fastrand(13);
    for share in [35, 40, 45, 49] {
        let verdicts = Verdicts::default();
        let before = live_bytes();
        let mut map: HashMap<u64, u64, BuildHasherDefault<DefaultHasher>> = HashMap::default();
        map.reserve(FULL);
        let built = usize::try_from(live_bytes() - before).expect("the map owns its table");
        let mut keys: Vec<u64> = (0..FULL * share / 100).map(|_| random()).collect();
        map.extend(keys.iter().map(|&key| (key, 0)));
        for _ in 0..CHANGES {
            let place = random() as usize % keys.len();
            map.remove(&std::mem::replace(&mut keys[place], random()));
            map.insert(keys[place], 0);
            // With any other capacity, the map is exact or its tombstones show.
            if map.capacity() == FULL / 2 {
                verdicts.note(&map, built);
            }
        }
        let silent = verdicts.silent.get();
        println!(
            "HashMap<u64, u64>, large and churned, {share} % in use: {silent} of {CHANGES} silent lower bounds"
        );
        assert!(silent * 1000 <= CHANGES * 3, "{silent} are too small without a report");
    }
}
