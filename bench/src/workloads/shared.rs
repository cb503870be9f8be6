//! Vectors of handles.

use std::collections::HashSet;
use std::sync::Arc;

use super::{by_hand, reason};
use crate::contender::{Deepsize, GetSize2, MemDbg, Who};
use crate::heap::{Age, Heap, Rng};
use crate::workload::{AnyWorkload, Kind, Workload};

pub(super) fn workloads() -> Vec<Box<dyn AnyWorkload>> {
    vec![
        Box::new(handles("Vec<Arc<String>> unique", Kind::UniqueHandles, |heap, count| {
            shared(heap, count, 1)
        })),
        Box::new(handles("Vec<Arc<String>> shared 10x", Kind::SharedHandles, |heap, count| {
            shared(heap, count, 10)
        })),
        Box::new(handles("Vec<Arc<String>> shared 1000x", Kind::SharedHandles, |heap, count| {
            shared(heap, count, 1000)
        })),
        Box::new(texts()),
    ]
}

type Handles = Vec<Arc<String>>;

/// `count` handles, `times` of them on each block, in rounds over the blocks. Shuffled on an aged heap.
fn shared(heap: &mut Heap, count: usize, times: usize) -> Handles {
    let blocks = heap.collect(count / times, |rng, number| Arc::new(rng.text(number)));
    let mut handles: Handles = blocks.iter().cycle().take(count).cloned().collect();
    if heap.age == Age::Aged {
        heap.rng.shuffle(&mut handles);
    }
    handles
}

fn handles(name: &'static str, kind: Kind, build: fn(&mut Heap, usize) -> Handles) -> Workload<Handles> {
    Workload::new(name, kind, build)
        .by_hand(|value| {
            let mut seen = HashSet::new();
            let mut sum = size_of_val(value) + by_hand::vec(value);
            for handle in value {
                if Arc::strong_count(handle) == 1 || seen.insert(Arc::as_ptr(handle)) {
                    sum += size_of::<[usize; 2]>() + size_of::<String>() + handle.capacity();
                }
            }
            sum
        })
        .with::<Deepsize>()
        .with::<GetSize2>()
        .with::<MemDbg>()
        .without(Who::Allocative, reason::NO_SHARED)
}

fn texts() -> Workload<Vec<Arc<str>>> {
    Workload::new("Vec<Arc<str>> unique", Kind::UniqueHandles, |heap, count| {
        heap.collect(count, |rng: &mut Rng, number| Arc::from(rng.text(number)))
    })
    .by_hand(|value: &Vec<Arc<str>>| {
        let mut seen = HashSet::new();
        let mut sum = size_of_val(value) + by_hand::vec(value);
        for handle in value {
            if Arc::strong_count(handle) == 1 || seen.insert(Arc::as_ptr(handle)) {
                sum += (size_of::<[usize; 2]>() + handle.len()).next_multiple_of(size_of::<usize>());
            }
        }
        sum
    })
    .with::<Deepsize>()
    .with::<GetSize2>()
    .without(Who::MemDbg, reason::NO_UNSIZED_ARC)
    .without(Who::Allocative, reason::NO_SHARED)
}
