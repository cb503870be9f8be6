//! Vectors of unique and shared handles. A walk takes handles in batches, and skips visited blocks without
//! reading them.

use std::rc::Rc;
use std::sync::Arc;

use deep_size::{DeepSize, Tally};

use crate::fastrand;
use crate::support::{assert_exact, random_cases};

/// Handles in runs of one kind: new ones, and clones of earlier ones.
fn handles<H: Clone>(seed: u64, count: usize, mut new: impl FnMut(usize) -> H) -> Vec<H> {
    let mut random = fastrand(seed);
    let mut handles: Vec<H> = Vec::with_capacity(count);
    while handles.len() < count {
        let length = 1 + random() as usize % 9;
        let is_new = handles.is_empty() || random() % 2 == 0;
        for _ in 0..length.min(count - handles.len()) {
            let number = random() as usize;
            let handle = if is_new { new(number) } else { handles[number % handles.len()].clone() };
            handles.push(handle);
        }
    }
    if seed % 3 == 0 {
        for place in (1..handles.len()).rev() {
            handles.swap(place, random() as usize % (place + 1));
        }
    }
    handles
}

fn text(number: usize) -> String {
    "x".repeat(number % 7)
}

#[test]
fn unique_handles_among_shared_ones_are_exact() {
    for seed in 1..=u64::from(random_cases(200)) {
        // A few handles, enough for prefetching, and enough for a sample of the locality.
        let count = [seed as usize % 50, 300, 3_000][(seed % 20 / 9) as usize];
        assert_exact(|| handles(seed, count, |number| Arc::new(text(number))));
        assert_exact(|| handles(seed, count, |number| Rc::new(vec![text(number); number % 3])));
        assert_exact(|| handles(seed, count, |number| Arc::<str>::from(text(number))));
        assert_exact(|| {
            let inner = handles(seed, 20, |number| Arc::new(text(number)));
            handles(seed, count, |number| Rc::new(inner[number % inner.len()].clone()))
        });
    }
}

/// A tally records unique handles too, because they may be cloned before the next addition.
#[test]
fn a_tally_counts_unique_handles_once() {
    for seed in 1..=u64::from(random_cases(200)) {
        let handles = handles(seed, seed as usize, |number| Arc::new(text(number)));
        let mut tally = Tally::new();
        let whole = tally.add(&handles);
        assert_eq!(whole, handles.deep_size());
        let again = handles.clone();
        assert_eq!(
            tally.add(&again),
            size_of_val(&again) + size_of_val(&*again),
            "all blocks were visited before"
        );
        assert_eq!(tally.deep_size(), whole + size_of_val(&again) + size_of_val(&*again));
    }
}
