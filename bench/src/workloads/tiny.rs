//! Single small values, like cache entries that are weighed.

use std::sync::Arc;

use super::reason;
use super::vectors::Record;
use crate::contender::{Allocative, Deepsize, GetSize2, GetSize2Plain, MemDbg, Who};
use crate::heap::Heap;
use crate::workload::{AnyWorkload, Kind, Workload};

pub(super) fn workloads() -> Vec<Box<dyn AnyWorkload>> {
    vec![
        Box::new(string()),
        Box::new(record()),
        Box::new(pair("a pair of Arcs", |_, _| (Arc::new("one".to_owned()), Arc::new("two".to_owned())))),
        Box::new(pair("a pair of equal Arcs", |_, _| {
            let one = Arc::new("one".to_owned());
            (one.clone(), one)
        })),
    ]
}

fn string() -> Workload<String> {
    Workload::new("a String", Kind::Tiny, |heap, _| heap.rng.text(0))
        .by_hand(|value| size_of_val(value) + value.capacity())
        .with::<Deepsize>()
        .with::<GetSize2>()
        .with::<GetSize2Plain>()
        .with::<MemDbg>()
        .with::<Allocative>()
}

fn record() -> Workload<Record> {
    Workload::new("a struct of five fields", Kind::Tiny, |heap, _| Record::new(&mut heap.rng, 3))
        .by_hand(|value| size_of_val(value) + value.heap_by_hand())
        .with::<Deepsize>()
        .with::<GetSize2>()
        .with::<GetSize2Plain>()
        .with::<MemDbg>()
        .with::<Allocative>()
}

type Pair = (Arc<String>, Arc<String>);

fn pair(name: &'static str, build: fn(&mut Heap, usize) -> Pair) -> Workload<Pair> {
    Workload::new(name, Kind::Tiny, build)
        .by_hand(|value| {
            let block =
                |handle: &Arc<String>| size_of::<[usize; 2]>() + size_of::<String>() + handle.capacity();
            let second = if Arc::ptr_eq(&value.0, &value.1) { 0 } else { block(&value.1) };
            size_of_val(value) + block(&value.0) + second
        })
        .with::<Deepsize>()
        .with::<GetSize2>()
        .with::<MemDbg>()
        .without(Who::Allocative, reason::NO_SHARED)
}
