use alloc::collections::BinaryHeap;

use crate::{DeepSize, Walker};

/// Capacity × element size.
impl<T: DeepSize> DeepSize for BinaryHeap<T> {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.growable_buffer(self.as_slice().as_ptr(), self.capacity(), self.len());
        walker.slice(self.as_slice());
    }

    #[inline]
    fn __sum(&self, before: usize, walker: &mut Walker<'_>) -> usize {
        let sum = before.wrapping_add(self.capacity().wrapping_mul(size_of::<T>()));
        T::__sum_slice(self.as_slice(), sum, walker)
    }
}
