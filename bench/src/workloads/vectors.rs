//! Vectors of elements with one block or a few each.

use super::by_hand;
use crate::contender::{Allocative, Deepsize, GetSize2, GetSize2Plain, MemDbg};
use crate::heap::Rng;
use crate::workload::{AnyWorkload, Kind, Workload};

pub(super) fn workloads() -> Vec<Box<dyn AnyWorkload>> {
    vec![Box::new(strings()), Box::new(vectors()), Box::new(records())]
}

fn strings() -> Workload<Vec<String>> {
    Workload::new("Vec<String>", Kind::Cheap, |heap, count| heap.collect(count, Rng::text))
        .by_hand(|value| {
            size_of_val(value) + by_hand::vec(value) + value.iter().map(String::capacity).sum::<usize>()
        })
        .with::<Deepsize>()
        .with::<GetSize2>()
        .with::<GetSize2Plain>()
        .with::<MemDbg>()
        .with::<Allocative>()
}

fn vectors() -> Workload<Vec<Vec<u32>>> {
    Workload::new("Vec<Vec<u32>>", Kind::Plain, |heap, count| {
        heap.collect(count, |rng, number| vec![number as u32; rng.below(16)])
    })
    .by_hand(|value| size_of_val(value) + by_hand::vec(value) + value.iter().map(by_hand::vec).sum::<usize>())
    .with::<Deepsize>()
    .with::<GetSize2>()
    .with::<GetSize2Plain>()
    .with::<MemDbg>()
    .with::<Allocative>()
}

/// A typical row of numbers and texts.
#[derive(
    deep_size::DeepSize, deepsize::DeepSizeOf, get_size2::GetSize, mem_dbg::MemSize, allocative::Allocative,
)]
pub(crate) struct Record {
    id: u64,
    name: String,
    note: Option<String>,
    tags: Vec<String>,
    active: bool,
}

impl Record {
    pub(crate) fn new(rng: &mut Rng, number: usize) -> Self {
        Self {
            id: number as u64,
            name: rng.text(number),
            note: (rng.below(2) == 0).then(|| rng.text(number)),
            tags: (0..rng.below(4)).map(|_| rng.text(number)).collect(),
            active: number.is_multiple_of(2),
        }
    }

    pub(super) fn heap_by_hand(&self) -> usize {
        self.name.capacity()
            + self.note.as_ref().map_or(0, String::capacity)
            + by_hand::vec(&self.tags)
            + self.tags.iter().map(String::capacity).sum::<usize>()
    }
}

fn records() -> Workload<Vec<Record>> {
    Workload::new("Vec<struct>", Kind::Plain, |heap, count| heap.collect(count, Record::new))
        .by_hand(|value| {
            size_of_val(value) + by_hand::vec(value) + value.iter().map(Record::heap_by_hand).sum::<usize>()
        })
        .with::<Deepsize>()
        .with::<GetSize2>()
        .with::<GetSize2Plain>()
        .with::<MemDbg>()
        .with::<Allocative>()
}
