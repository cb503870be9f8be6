//! Hash tables with a random history. Each must be exact or a lower bound, and usually a reported one.
#![allow(dead_code, reason = "each test crate uses its own part of this module")]

use std::cell::Cell;
use std::collections::HashSet;
use std::hash::{BuildHasherDefault, DefaultHasher};

use arbitrary::Unstructured;
use deep_size::{DeepSize, Reason};
use deep_size_track::Recorder;

use crate::random::Random;
use crate::support::{Sum, assert_resolved, live_bytes, random_cases};

/// Counts exact values, reported lower bounds and silent lower bounds.
#[derive(Debug, Default)]
pub(crate) struct Verdicts {
    exact: Cell<usize>,
    /// Too small, and reported as a lower bound.
    reported: Cell<usize>,
    /// Too small, and not reported.
    pub(crate) silent: Cell<usize>,
}

impl Verdicts {
    pub(crate) fn judge<T: DeepSize>(&self, build: impl FnOnce() -> T) {
        let recording = Recorder::all().max_depth(0).start();
        let before = live_bytes();
        let value = build();
        let built = live_bytes() - before;
        let sum = Sum::of(&value);
        if sum.blocks > 0 && sum.blocks_without_address == 0 {
            // The records also find silent shortfalls.
            assert_resolved(&value, built);
        }
        drop(recording);
        let built = usize::try_from(built).expect("the value owns every allocated byte");
        self.note(&value, built);
    }

    /// Compares the heap size of a value with the bytes allocated while it was built.
    pub(crate) fn note<T: DeepSize>(&self, value: &T, built: usize) {
        let heap = value.heap_size();
        assert!(heap <= built, "{heap} bytes measured, but only {built} allocated");
        let sum = Sum::of(value);
        assert_eq!(sum.bytes, size_of::<T>() + heap);
        let reasons = sum.lower_bounds.iter().map(|(reason, _)| *reason);
        let mut is_expected = reasons.map(|reason| [Reason::Tombstones, Reason::Capacity].contains(&reason));
        assert!(sum.opaque.is_empty() && is_expected.all(|is| is), "{sum:?}");
        if let (Some(most), false) = (sum.size().upper_bound(), sum.lower_bounds.is_empty()) {
            assert!(built <= most - size_of::<T>(), "{built} allocated, at most {most} measured");
        }
        let verdict = match (heap == built, sum.lower_bounds.is_empty()) {
            (true, _) => &self.exact,
            (false, false) => &self.reported,
            (false, true) => &self.silent,
        };
        verdict.set(verdict.get() + 1);
    }

    /// Prints the counts. Panics if more values than allowed are too small; both limits are per thousand.
    pub(crate) fn close(&self, family: &str, (most_reported, most_silent): (usize, usize)) {
        let [exact, reported, silent] = [&self.exact, &self.reported, &self.silent].map(Cell::get);
        let all = exact + reported + silent;
        println!(
            "{family}: {exact} of {all} exact, {reported} reported as lower bounds, {silent} silent lower bounds"
        );
        let is_at_most = |found: usize, per_thousand: usize| {
            let expected = (all * per_thousand) as f64 / 1000.0;
            // Fewer values vary more: allow three standard deviations plus one value.
            let slack = if random_cases(10_000) < 10_000 { 3.0 * expected.sqrt() + 1.0 } else { 0.0 };
            found as f64 <= expected + slack
        };
        assert!(is_at_most(reported, most_reported), "{reported} of {all} are too small");
        assert!(is_at_most(silent, most_silent), "{silent} of {all} are too small without a report");
    }
}

/// The limits of reported and of silent lower bounds after a random history, per thousand values.
///
/// A removal leaves a tombstone if the entry is in a run of used buckets at least as long as a group. Shorter runs are more
/// frequent, so narrower groups leave more tombstones. Each limit is at least 1.5 times the highest rate among 30,000 values
/// of one type.
pub(crate) fn limits() -> (usize, usize) {
    match group_width() {
        16 => (40, 8),
        8 => (90, 13),
        4 => (150, 26),
        other => panic!("no table has groups of {other} bytes"),
    }
}

/// The number of control bytes that the standard library's tables compare together. The smallest table has four buckets, four
/// control bytes, and one extra control byte for each byte of a group.
fn group_width() -> usize {
    let before = live_bytes();
    let set: HashSet<u64, BuildHasherDefault<DefaultHasher>> = HashSet::from_iter([0]);
    let built = usize::try_from(live_bytes() - before).expect("the set owns its table");
    drop(set);
    built - 4 * (size_of::<u64>() + 1)
}

/// A map or set with random operations.
pub(crate) trait Table<K>: DeepSize + Default {
    fn insert_key(&mut self, key: K);
    fn remove_key(&mut self, key: &K);
    fn retain_keys(&mut self, keep: impl FnMut(&K) -> bool);
    fn resize(&mut self, kind: usize);
}

/// Makes one-time allocations, such as the seeds of a hasher, which belong to no table.
pub(crate) fn warm_up<T: Table<K>, K: Random>() {
    T::default().insert_key(K::random(&mut Unstructured::new(&[]), 0));
}

/// A table after a few hundred random insertions, removals, retentions, reservations and clears.
pub(crate) fn with_history<T: Table<K>, K: Random + Clone>(source: &mut Unstructured<'_>) -> T {
    let mut table = T::default();
    let mut random = crate::trial::fastrand(u64::from_le_bytes(<[u8; 8]>::random(source, 0)) | 1);
    let mut below = |limit: usize| random() as usize % limit;
    let mut keys = Vec::new();
    for _ in 0..below(6) {
        let (insertions, removals) = (below(150), below(150));
        for _ in 0..insertions {
            let bytes: [u8; 16] = std::array::from_fn(|_| below(256) as u8);
            let key = K::random(&mut Unstructured::new(&bytes), 1);
            keys.push(key.clone());
            table.insert_key(key);
        }
        for _ in 0..removals.min(keys.len()) {
            table.remove_key(&keys.swap_remove(below(keys.len())));
        }
        match below(12) {
            0 => table.retain_keys(|_| below(3) > 0),
            kind @ 1..=4 => table.resize(kind - 1),
            _ => {}
        }
    }
    table
}

/// A test for each table type. `$most` limits the reported and the silent lower bounds, per thousand.
macro_rules! churned {
    ($most:expr => $($name:ident: $table:ty, $key:ty;)*) => {$(
        #[test]
        fn $name() {
            crate::churn::warm_up::<$table, $key>();
            let verdicts = crate::churn::Verdicts::default();
            crate::trial::for_random_bytes(|source| {
                verdicts.judge(|| crate::churn::with_history::<$table, $key>(source));
            });
            verdicts.close(stringify!($table), $most);
        }
    )*};
}
pub(crate) use churned;
