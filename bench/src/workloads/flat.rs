//! Values with one block or a few, and flat elements.

use std::collections::{BTreeMap, HashMap};

use super::by_hand;
use crate::contender::{Allocative, Deepsize, GetSize2, GetSize2Plain, MemDbg};
use crate::workload::{AnyWorkload, Kind, Workload};

pub(super) fn workloads() -> Vec<Box<dyn AnyWorkload>> {
    vec![Box::new(numbers()), Box::new(hash_map()), Box::new(b_tree_map())]
}

fn numbers() -> Workload<Vec<u64>> {
    Workload::new("Vec<u64>", Kind::Flat, |heap, count| heap.collect(count, |_, number| number as u64))
        .by_hand(|value| size_of_val(value) + by_hand::vec(value))
        .with::<Deepsize>()
        .with::<GetSize2>()
        .with::<GetSize2Plain>()
        .with::<MemDbg>()
        .with::<Allocative>()
}

fn hash_map() -> Workload<HashMap<u64, u64>> {
    Workload::new("HashMap<u64, u64>", Kind::Flat, |heap, count| {
        heap.collect(count, |_, number| (number as u64, 1)).into_iter().collect()
    })
    .by_hand(|value| size_of_val(value) + by_hand::table(value))
    .with::<Deepsize>()
    .with::<GetSize2>()
    .with::<GetSize2Plain>()
    .with::<MemDbg>()
    .with::<Allocative>()
}

fn b_tree_map() -> Workload<BTreeMap<u64, u64>> {
    Workload::new("BTreeMap<u64, u64>", Kind::FlatTree, |heap, count| {
        let mut map = BTreeMap::new();
        // Inserted one by one, because `collect` would sort first.
        for (key, value) in heap.collect(count, |_, number| (number as u64, 1)) {
            map.insert(key, value);
        }
        map
    })
    // A simple loop cannot size the nodes. Reading each key is the minimum work.
    .by_hand(|value| value.keys().fold(0, |sum, key| sum ^ std::ptr::from_ref(key).addr()))
    .with::<Deepsize>()
    .with::<GetSize2>()
    .with::<GetSize2Plain>()
    .with_estimator::<MemDbg>()
    .with::<Allocative>()
}
