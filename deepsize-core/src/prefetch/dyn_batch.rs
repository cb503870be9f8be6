//! Sums over trait objects of several types in turn: batches are sorted by type first.
//!
//! If the types follow each other at random, the processor mispredicts most of the calls through the vtables, each at the cost of
//! several small sums. A call that follows others of its type is predicted.

use alloc::boxed::Box;

use super::IS_ENABLED;
use crate::arch;

/// How many objects are sorted together: one for each bit of a `u64`.
const BATCH: usize = 64;

/// How many kinds are distinguished.
const KINDS: usize = 8;

/// Whether neighbours are often of different types.
#[inline]
pub(crate) fn is_mixed<T: ?Sized>(objects: &[Box<T>]) -> bool {
    const SAMPLE: usize = 8;

    if !IS_ENABLED || objects.len() < BATCH {
        return false;
    }
    let pairs = objects.windows(2).step_by(objects.len() / SAMPLE);
    pairs.filter(|pair| kind_of(&*pair[0]) != kind_of(&*pair[1])).count() > 1
}

/// Distinguishes most types without a call, by their size.
#[inline]
fn kind_of<T: ?Sized>(object: &T) -> usize {
    let size = size_of_val(object);
    (size ^ size >> 3 ^ size >> 6) % KINDS
}

/// Folds the objects, those of a kind in turn within each batch.
#[inline(never)]
pub(crate) fn fold_objects<T: ?Sized, A>(
    objects: &[Box<T>],
    initial: A,
    mut visit: impl FnMut(A, &Box<T>) -> A,
) -> A {
    objects.chunks(BATCH).fold(initial, |mut sum, batch| {
        let mut kinds = [0_u64; KINDS];
        for (place, object) in batch.iter().enumerate() {
            kinds[kind_of(&**object)] |= 1 << place;
            arch::prefetch(core::ptr::from_ref(&**object).addr());
        }
        for mut places in kinds {
            while let Some(object) = batch.get(places.trailing_zeros() as usize) {
                sum = visit(sum, object);
                places &= places - 1;
            }
        }
        sum
    })
}
