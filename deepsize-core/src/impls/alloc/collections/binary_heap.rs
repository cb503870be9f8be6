use alloc::collections::BinaryHeap;

use crate::container::Container;
use crate::{DeepSize, Walker};

/// Capacity × element size.
impl<T: DeepSize> DeepSize for BinaryHeap<T> {
    built_in! {}

    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_block(self, walker);
        walker.slice(self.as_slice());
    }

    #[inline]
    fn __sum(&self, before: usize, walker: &mut Walker<'_>) -> usize {
        let sum = before.wrapping_add(self.capacity().wrapping_mul(size_of::<T>()));
        T::__sum_slice(self.as_slice(), sum, walker)
    }
}

impl<T> Container for BinaryHeap<T> {
    type Element = T;

    fn walk_each<F: Fn(&T, &mut Walker<'_>)>(&self, walker: &mut Walker<'_>, walk: F) {
        walk_block(self, walker);
        walker.elements_with(self.as_slice(), walk);
    }
}

#[inline]
fn walk_block<T>(heap: &BinaryHeap<T>, walker: &mut Walker<'_>) {
    walker.growable_buffer(heap.as_slice().as_ptr(), heap.capacity(), heap.len());
}
