use alloc::vec::{IntoIter, Vec};
use core::alloc::Layout;
use core::ptr::null;

use super::super::sum_of;
use crate::container::Container;
use crate::prefetch::NextReads;
use crate::walker::LastPart;
use crate::{DeepSize, Reason, Walker};

/// Capacity × element size, in one block. There is no block for zero-sized elements.
impl<T: DeepSize> DeepSize for Vec<T> {
    built_in! { leaves |this| this.last(), is_leaf: T::is_flat() }

    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_block(self, walker);
        walker.slice(self);
    }

    #[inline]
    fn __walk_but_last(&self, walker: &mut Walker<'_>) -> LastPart<'_> {
        walk_block(self, walker);
        walker.slice_but_last(self)
    }

    #[inline]
    fn __sum(&self, before: usize, walker: &mut Walker<'_>) -> usize {
        let sum = before.wrapping_add(self.capacity().wrapping_mul(size_of::<T>()));
        if T::is_flat() { sum } else { T::__sum_slice(self, sum, walker) }
    }

    #[inline]
    fn __sum_slice(elements: &[Self], before: usize, walker: &mut Walker<'_>) -> usize {
        match size_of::<T>() {
            // The capacity of each vector is `usize::MAX`.
            0 if T::is_flat() => before,
            size if T::is_flat() => before.wrapping_add(sum_of(elements, Self::capacity).wrapping_mul(size)),
            _ => walker.sum_elements(elements, before),
        }
    }

    #[inline]
    fn __next_reads(&self) -> NextReads {
        [if T::is_flat() || self.is_empty() { 0 } else { self.as_ptr().addr() }, 0]
    }
}

impl<T> Container for Vec<T> {
    type Element = T;

    fn walk_each<F: Fn(&T, &mut Walker<'_>)>(&self, walker: &mut Walker<'_>, walk: F) {
        walk_block(self, walker);
        walker.elements_with(self, walk);
    }
}

#[inline]
fn walk_block<T>(vector: &Vec<T>, walker: &mut Walker<'_>) {
    walker.growable_buffer(vector.as_ptr(), vector.capacity(), vector.len());
}

/// The remaining elements. A lower bound if there is a block, because its capacity is not exposed.
impl<T: DeepSize> DeepSize for IntoIter<T> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_rest(self, walker);
        walker.slice(self.as_slice());
    }
}

impl<T> Container for IntoIter<T> {
    type Element = T;

    fn walk_each<F: Fn(&T, &mut Walker<'_>)>(&self, walker: &mut Walker<'_>, walk: F) {
        walk_rest(self, walker);
        walker.elements_with(self.as_slice(), walk);
    }
}

/// Reports the part of the block that contains the remaining elements.
fn walk_rest<T>(iterator: &IntoIter<T>, walker: &mut Walker<'_>) {
    let left = iterator.as_slice();
    if size_of::<T>() > 0 && !is_dangling(left.as_ptr()) {
        walker.lower_bound(Reason::Capacity, None);
        walker.allocation(left.as_ptr(), Layout::for_value(left), size_of_val(left));
        if left.is_empty() {
            // The address may be the end of the block.
            walker.uncounted_block(null::<T>());
        }
    }
}

/// Whether a vector with elements at this address has no block.
///
/// Source: `RawVecInner::new_in` in `alloc/src/raw_vec`. The address of such a vector is the alignment of its elements. No block
/// begins there, because the first page of memory is never allocated.
#[inline]
pub(in crate::impls) fn is_dangling<T>(elements: *const T) -> bool {
    elements.addr() == align_of::<T>()
}
