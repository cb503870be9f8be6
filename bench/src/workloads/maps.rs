//! Maps whose keys and values own memory.

use std::collections::{BTreeMap, HashMap};

use super::by_hand;
use crate::contender::{Allocative, Deepsize, GetSize2, GetSize2Plain, MemDbg};
use crate::workload::{AnyWorkload, Kind, Workload};

pub(super) fn workloads() -> Vec<Box<dyn AnyWorkload>> {
    vec![Box::new(hash_map()), Box::new(b_tree_map())]
}

fn hash_map() -> Workload<HashMap<String, Vec<String>>> {
    Workload::new("HashMap<String, Vec<String>>", Kind::Rich, |heap, count| {
        let entries = heap.collect(count, |rng, number| {
            let value = (0..1 + rng.below(4)).map(|_| rng.text(number)).collect();
            (rng.text(number), value)
        });
        entries.into_iter().collect()
    })
    .by_hand(|value: &HashMap<String, Vec<String>>| {
        let mut sum = size_of_val(value) + by_hand::table(value);
        for (key, values) in value {
            sum += key.capacity() + by_hand::vec(values) + values.iter().map(String::capacity).sum::<usize>();
        }
        sum
    })
    .with::<Deepsize>()
    .with::<GetSize2>()
    .with::<GetSize2Plain>()
    .with::<MemDbg>()
    .with::<Allocative>()
}

fn b_tree_map() -> Workload<BTreeMap<String, Vec<u8>>> {
    Workload::new("BTreeMap<String, Vec<u8>>", Kind::Plain, |heap, count| {
        let mut map = BTreeMap::new();
        for (key, value) in heap.collect(count, |rng, number| (rng.text(number), vec![0; rng.below(64)])) {
            map.insert(key, value);
        }
        map
    })
    // Nodes are omitted, because a simple loop cannot size them.
    .by_hand(|value| {
        size_of_val(value) + value.iter().map(|(key, bytes)| key.capacity() + bytes.capacity()).sum::<usize>()
    })
    .with::<Deepsize>()
    .with::<GetSize2>()
    .with::<GetSize2Plain>()
    .with::<MemDbg>()
    .with::<Allocative>()
}
