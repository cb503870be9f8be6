use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use core::ops::Range;

use super::{CHUNK, RangeSet};

/// Inserts a whole range and returns the new parts.
fn insert(set: &mut RangeSet, mut start: usize, end: usize) -> Vec<(usize, usize)> {
    let mut parts = Vec::new();
    loop {
        let part = set.insert_first(start..end).unwrap().addresses;
        if part.is_empty() {
            return parts;
        }
        start = part.end;
        parts.push((part.start, part.end));
    }
}

fn ranges(set: &RangeSet) -> Vec<(usize, usize)> {
    (0..set.chunks.len().max(1)).flat_map(|chunk| set.chunk(chunk).to_vec()).collect()
}

/// A generator of pseudo-random numbers below `limit`.
fn random(seed: usize) -> impl FnMut(usize) -> usize {
    let mut state = seed as u64 * 2 + 1;
    move |limit| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % limit
    }
}

/// The start of the first known run that overlaps or adjoins this range.
fn touched(known: &BTreeSet<usize>, range: &Range<usize>) -> Option<usize> {
    let first = *known.range(range.start.saturating_sub(1)..=range.end).next()?;
    (0..=first).rev().take_while(|address| known.contains(address)).last()
}

/// The runs of adjacent numbers.
fn runs(numbers: impl IntoIterator<Item = usize>) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some(last) if last.1 == number => last.1 += 1,
            _ => runs.push((number, number + 1)),
        }
    }
    runs
}

#[test]
fn random_ranges_agree_with_a_set_of_addresses() {
    for seed in 0..300 {
        let mut random = random(seed);
        let (space, longest) = (1 + random(10_000), 1 + random(40));
        let (mut set, mut model) = (RangeSet::new(), BTreeSet::new());
        for _ in 0..random(3_000) {
            let start = random(space);
            let end = start + random(longest);
            let new = (start..end).filter(|&address| model.insert(address)).collect::<Vec<_>>();
            assert_eq!(insert(&mut set, start, end), runs(new));
        }
        assert_eq!(ranges(&set), runs(model));
        assert!(set.chunks.iter().all(|chunk| (1..=CHUNK).contains(&chunk.len())));
    }
}

#[test]
fn a_new_run_extends_the_first_known_one_that_it_touches() {
    for seed in 0..300 {
        let mut random = random(seed);
        let (space, longest) = (1 + random(1_000), 1 + random(40));
        let (mut set, mut model) = (RangeSet::new(), BTreeSet::new());
        for _ in 0..random(300) {
            let start = random(space);
            let range = start..start + 1 + random(longest);
            let run = set.insert_first(range.clone()).unwrap();
            assert_eq!(run.extends, touched(&model, &range));
            model.extend(run.addresses);
        }
    }
}

#[test]
fn ranges_at_the_ends_of_the_address_space_are_recorded() {
    let mut set = RangeSet::new();
    assert_eq!(insert(&mut set, 0, 1), [(0, 1)]);
    assert_eq!(insert(&mut set, usize::MAX - 1, usize::MAX), [(usize::MAX - 1, usize::MAX)]);
    assert_eq!(insert(&mut set, 0, usize::MAX), [(1, usize::MAX - 1)]);
    assert_eq!(insert(&mut set, 5, 5), []);
    assert_eq!(ranges(&set), [(0, usize::MAX)]);
}

#[test]
fn ascending_ranges_fill_their_chunks() {
    let mut set = RangeSet::new();
    for at in 0..10 * CHUNK {
        assert_eq!(insert(&mut set, 2 * at, 2 * at + 1).len(), 1);
    }
    assert_eq!(set.chunks.len(), 10);
    assert_eq!(insert(&mut set, 0, 20 * CHUNK).len(), 10 * CHUNK);
    assert_eq!(set.chunks.len(), 1, "the ranges are merged, and emptied chunks removed");
}

#[test]
fn a_few_ranges_need_no_memory() {
    let mut set = RangeSet::new();
    for at in [30, 10, 50, 70] {
        insert(&mut set, at, at + 1);
    }
    assert!(set.chunks.is_empty());
    insert(&mut set, 90, 91);
    assert_eq!(ranges(&set), [(10, 11), (30, 31), (50, 51), (70, 71), (90, 91)]);
}

#[test]
fn a_million_scattered_ranges_take_no_quadratic_time() {
    const COUNT: usize = 1_000_000;

    let count = if cfg!(debug_assertions) { COUNT / 10 } else { COUNT };
    let mut set = RangeSet::new();
    for at in 0..count {
        // The factor and `count` are coprime, so each range comes once, in a scattered order.
        let start = at * 499_979 % count * 32;
        assert!(!set.insert_first(start..start + 16).unwrap().addresses.is_empty());
    }
    assert_eq!(ranges(&set).len(), count);
    let bytes = set.chunks.iter().map(|chunk| chunk.capacity() * 16 + 24).sum::<usize>();
    assert!(bytes <= 34 * count, "{bytes} bytes");
}
