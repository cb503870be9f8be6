use core::slice;

use super::{IS_ENABLED, MANY, NextReads, prefetch_both};
use crate::DeepSize;

/// The number of elements that are prefetched ahead, so the memory arrives in time.
const AHEAD: usize = 16;

/// The elements whose targets are still to be prefetched. Empty unless the targets are scattered over the heap.
pub(crate) struct Ahead<'e, T>(slice::Iter<'e, T>);

impl<'e, T: DeepSize> Ahead<'e, T> {
    #[inline(always)]
    pub(crate) fn of(elements: &'e [T]) -> Self {
        let next_reads = |index: usize| elements[index].__next_reads();
        if IS_ENABLED && elements.len() >= MANY && has_poor_locality(elements.len(), &next_reads) {
            Self(elements[AHEAD..].iter())
        } else {
            Self([].iter())
        }
    }

    /// Prefetches the target of the next element.
    #[inline(always)]
    pub(crate) fn advance(&mut self) {
        if IS_ENABLED {
            if let Some(next) = self.0.next() {
                prefetch_both(next.__next_reads());
            }
        }
    }
}

/// Whether the targets of the elements are scattered over the heap, estimated from a sample in the middle.
// Not generic, so that it is compiled once.
#[inline(never)]
fn has_poor_locality(len: usize, next_reads: &dyn Fn(usize) -> NextReads) -> bool {
    const SAMPLE: usize = 16;
    const NEAR: usize = 1024;
    /// An allocator may alternate between several regions, and place blocks in order in each.
    const PLACES: usize = 4;

    let (mut jumps, mut seen, mut last) = (0, 0, [0_usize; PLACES]);
    let sample = (len / 2..len).take(SAMPLE);
    for [address, _] in sample.map(next_reads).filter(|reads| reads[0] != 0) {
        jumps += usize::from(last.iter().all(|last| address.abs_diff(*last) > NEAR));
        last[seen % PLACES] = address;
        seen += 1;
    }
    // The first address in each place also counts as a jump.
    jumps > PLACES && jumps > seen / 2
}
