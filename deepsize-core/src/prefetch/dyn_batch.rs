//! Sums over slices of trait objects with mixed types, in batches sorted by type.
//!
//! If the types alternate at random, the processor mispredicts most calls through the vtables. Each mispredict costs as much as
//! several small sums. Consecutive calls for one type are predicted.

use alloc::boxed::Box;

use super::IS_ENABLED;
use crate::arch;

/// The number of objects that are sorted together: one per bit of a `u64`.
const BATCH: usize = 64;

/// The number of distinct kinds.
const KINDS: usize = 8;

/// Whether neighbours often differ in type.
#[inline]
pub(crate) fn is_mixed<T: ?Sized>(objects: &[Box<T>]) -> bool {
    const SAMPLE: usize = 8;

    if !IS_ENABLED || objects.len() < BATCH {
        return false;
    }
    let pairs = objects.windows(2).step_by(objects.len() / SAMPLE);
    pairs.filter(|pair| kind_of(&*pair[0]) != kind_of(&*pair[1])).count() > 1
}

/// A hash of the object's size. It distinguishes most types without a virtual call.
#[inline]
fn kind_of<T: ?Sized>(object: &T) -> usize {
    let size = size_of_val(object);
    (size ^ size >> 3 ^ size >> 6) % KINDS
}

/// Folds the objects. Within each batch, it visits the objects of one kind after another.
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
