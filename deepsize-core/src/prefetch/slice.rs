use super::{IS_ENABLED, MANY, NextReads, prefetch_both};

/// The number of elements that are prefetched ahead, so the memory arrives in time.
const AHEAD: usize = 16;

/// Folds the elements in order, and prefetches their targets if these are scattered over the heap.
#[inline]
pub(crate) fn fold_slice<'e, T, A>(
    elements: &'e [T],
    next_reads: impl Fn(&T) -> NextReads,
    initial: A,
    mut visit: impl FnMut(A, &'e T) -> A,
) -> A {
    let (mut ahead, mut sum) = (Ahead::of(elements, &next_reads), initial);
    for element in elements {
        ahead.advance(&next_reads);
        sum = visit(sum, element);
    }
    sum
}

/// The elements still to be prefetched. Empty unless their targets are scattered.
struct Ahead<'e, T>(&'e [T]);

impl<'e, T> Ahead<'e, T> {
    #[inline]
    fn of(elements: &'e [T], next_reads: impl Fn(&T) -> NextReads) -> Self {
        if IS_ENABLED && elements.len() >= MANY && has_poor_locality(elements, next_reads) {
            Self(&elements[AHEAD..])
        } else {
            Self(&[])
        }
    }

    #[inline]
    fn advance(&mut self, next_reads: impl Fn(&T) -> NextReads) {
        if let [first, rest @ ..] = self.0 {
            prefetch_both(next_reads(first));
            self.0 = rest;
        }
    }
}

/// Whether the targets of the elements are scattered over the heap, estimated from a sample in the middle.
#[inline(never)]
fn has_poor_locality<T>(elements: &[T], next_reads: impl Fn(&T) -> NextReads) -> bool {
    const SAMPLE: usize = 16;
    const NEAR: usize = 1024;
    /// An allocator may alternate between several regions, and place blocks in order in each.
    const PLACES: usize = 4;

    let (mut jumps, mut seen, mut last) = (0, 0, [0_usize; PLACES]);
    let sample = elements.iter().skip(elements.len() / 2).take(SAMPLE);
    for [address, _] in sample.map(next_reads).filter(|reads| reads[0] != 0) {
        jumps += usize::from(last.iter().all(|last| address.abs_diff(*last) > NEAR));
        last[seen % PLACES] = address;
        seen += 1;
    }
    // The first address in each place also counts as a jump.
    jumps > PLACES && jumps > seen / 2
}
