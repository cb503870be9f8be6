use super::{IS_ENABLED, MANY, NextReads, prefetch_both};

/// How many values are prefetched at once. Two batches ahead, their memory arrives in time.
const BATCH: usize = 8;

/// Folds the elements in order, and prefetches what they lead to if it lies scattered over the heap.
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

/// The elements that will be prefetched, none unless what they lead to is scattered.
struct Ahead<'e, T>(&'e [T]);

impl<'e, T> Ahead<'e, T> {
    #[inline]
    fn of(elements: &'e [T], next_reads: impl Fn(&T) -> NextReads) -> Self {
        if IS_ENABLED && elements.len() >= MANY && has_poor_locality(elements, next_reads) {
            Self(&elements[2 * BATCH..])
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

/// Whether what the elements lead to lies scattered over the heap, judged by a sample from their middle.
#[inline(never)]
fn has_poor_locality<T>(elements: &[T], next_reads: impl Fn(&T) -> NextReads) -> bool {
    const SAMPLE: usize = 16;
    const NEAR: usize = 1024;
    /// An allocator may hand out blocks from several places in turn, in order in each.
    const PLACES: usize = 4;

    let (mut jumps, mut seen, mut last) = (0, 0, [0_usize; PLACES]);
    let sample = elements.iter().skip(elements.len() / 2).take(SAMPLE);
    for [address, _] in sample.map(next_reads).filter(|reads| reads[0] != 0) {
        jumps += usize::from(last.iter().all(|last| address.abs_diff(*last) > NEAR));
        last[seen % PLACES] = address;
        seen += 1;
    }
    // The first address in each place counts as a jump, too.
    jumps > PLACES && jumps > seen / 2
}
