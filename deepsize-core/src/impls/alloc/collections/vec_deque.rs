use alloc::collections::VecDeque;

use crate::{DeepSize, Walker};

/// Capacity × element size.
impl<T: DeepSize> DeepSize for VecDeque<T> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.growable_buffer(self.as_slices().0.as_ptr(), self.capacity(), self.len());
        walker.elements(self);
    }

    #[inline]
    fn __sum(&self, before: usize, walker: &mut Walker<'_>) -> usize {
        let (front, back) = self.as_slices();
        let sum = before.wrapping_add(self.capacity().wrapping_mul(size_of::<T>()));
        T::__sum_slice(back, T::__sum_slice(front, sum, walker), walker)
    }
}
