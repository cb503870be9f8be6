use alloc::collections::VecDeque;

use crate::container::Container;
use crate::{DeepSize, Walker};

/// Capacity × element size.
impl<T: DeepSize> DeepSize for VecDeque<T> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_block(self, walker);
        walker.elements(self);
    }

    #[inline]
    fn __sum(&self, before: usize, walker: &mut Walker<'_>) -> usize {
        let (front, back) = self.as_slices();
        let sum = before.wrapping_add(self.capacity().wrapping_mul(size_of::<T>()));
        T::__sum_slice(back, T::__sum_slice(front, sum, walker), walker)
    }
}

impl<T> Container for VecDeque<T> {
    type Element = T;

    fn walk_each<F: Fn(&T, &mut Walker<'_>)>(&self, walker: &mut Walker<'_>, walk: F) {
        walk_block(self, walker);
        walker.elements_with(self, walk);
    }
}

#[inline]
fn walk_block<T>(deque: &VecDeque<T>, walker: &mut Walker<'_>) {
    walker.growable_buffer(deque.as_slices().0.as_ptr(), deque.capacity(), deque.len());
}
