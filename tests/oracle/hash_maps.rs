//! Hash tables from which entries were removed: exact or a lower bound, and mostly known to be one.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use arbitrary::Unstructured;
use deep_size::{DeepSize, Reason};

use crate::random::{Random, below};
use crate::support::{Sum, live_bytes};

/// How the measured sizes of many values compare with the truth.
#[derive(Debug, Default)]
struct Verdicts {
    exact: Cell<usize>,
    /// Too small, and reported as a lower bound.
    reported: Cell<usize>,
    /// Too small, and nothing showed it.
    silent: Cell<usize>,
}

impl Verdicts {
    fn judge<T: DeepSize>(&self, build: impl FnOnce() -> T) {
        let before = live_bytes();
        let value = build();
        let built = usize::try_from(live_bytes() - before).expect("the value owns what was allocated");

        let heap = value.heap_size();
        assert!(heap <= built, "{heap} bytes measured, but only {built} allocated");
        let sum = Sum::of(&value);
        assert_eq!(sum.bytes, size_of::<T>() + heap);
        assert!(sum.opaque.iter().all(|&reason| reason == Reason::Tombstones), "{sum:?}");
        let verdict = match (heap == built, sum.opaque.is_empty()) {
            (true, _) => &self.exact,
            (false, false) => &self.reported,
            (false, true) => &self.silent,
        };
        verdict.set(verdict.get() + 1);
    }

    /// Prints the counts, and asserts that nearly all are exact and hardly any is wrong in silence.
    fn close(&self, family: &str) {
        let [exact, reported, silent] = [&self.exact, &self.reported, &self.silent].map(Cell::get);
        let all = exact + reported + silent;
        println!(
            "{family}: {exact} of {all} exact, {reported} reported as lower bounds, {silent} silent lower bounds"
        );
        assert!(reported <= all / 100, "{reported} of {all} are too small");
        assert!(silent <= all / 1000, "{silent} of {all} are too small and nothing showed it");
    }
}

/// Inserts, removes, retains, drains, shrinks and reserves at random.
fn churned<K: Random + Eq + Hash + Clone, V: Random>(source: &mut Unstructured<'_>) -> HashMap<K, V> {
    let mut map = HashMap::with_capacity(below(source, 30));
    let mut keys = Vec::new();
    for _ in 0..below(source, 80) {
        match below(source, 32) {
            0 => map.shrink_to_fit(),
            1 => map.reserve(below(source, 60)),
            2 => map.clear(),
            3 => map.retain(|_, _| source.arbitrary().unwrap_or(true)),
            4..14 if !keys.is_empty() => drop(map.remove(&keys.swap_remove(below(source, keys.len())))),
            _ => {
                let key = K::random(source, 2);
                keys.push(key.clone());
                map.insert(key, V::random(source, 2));
            }
        }
    }
    map
}

#[test]
fn churned_maps_of_numbers_are_exact_or_lower_bounds() {
    let verdicts = Verdicts::default();
    crate::for_random_bytes(|source| verdicts.judge(|| churned::<u64, u64>(source)));
    verdicts.close("HashMap<u64, u64>");
}

#[test]
fn churned_maps_of_strings_are_exact_or_lower_bounds() {
    let verdicts = Verdicts::default();
    crate::for_random_bytes(|source| verdicts.judge(|| churned::<String, Vec<u8>>(source)));
    verdicts.close("HashMap<String, Vec<u8>>");
}

#[test]
fn churned_sets_are_exact_or_lower_bounds() {
    let verdicts = Verdicts::default();
    crate::for_random_bytes(|source| {
        verdicts.judge(|| churned::<u16, ()>(source).into_keys().collect::<HashSet<u16>>());
    });
    verdicts.close("HashSet<u16>");
}

/// Maps filled to the brim and then robbed of most entries, where tombstones are many.
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
    verdicts.close("HashMap<u32, u32>, filled and drained");
}

/// The case of the peers' comparison table: 112 in, 100 out.
#[test]
fn a_map_with_112_entries_in_and_100_out_is_a_lower_bound_at_worst() {
    let before = live_bytes();
    let mut map: HashMap<u64, u64> = (0..112).map(|key| (key, key)).collect();
    for key in 0..100 {
        map.remove(&key);
    }
    let built = usize::try_from(live_bytes() - before).expect("the map owns its table");
    assert!(map.heap_size() <= built);
    assert!(map.heap_size() > built / 4, "12 entries lie far apart");
}
