use alloc::collections::VecDeque;

use crate::{DeepSize, Totals, Walker, layout};

/// Capacity × element size, as `Vec`.
impl<T: DeepSize> DeepSize for VecDeque<T> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if let Some(layout) = layout::buffer::<T>(self.capacity()) {
            walker.allocation(self.as_slices().0, layout, size_of::<T>() * self.len());
        }
        walker.elements(self);
    }

    #[inline]
    fn sum_owned<'v>(&'v self, walker: &mut Walker<'v>) -> usize {
        let (front, back) = self.as_slices();
        let owned = T::sum_slice(front, walker) + T::sum_slice(back, walker);
        self.capacity().wrapping_mul(size_of::<T>()) + owned
    }

    #[inline]
    fn __count_onto<'v>(&'v self, before: Totals, walker: &mut Walker<'v>) -> Totals {
        let (front, back) = self.as_slices();
        let owned = T::__count_slice(front, walker) + T::__count_slice(back, walker);
        before.and_block(self.capacity().wrapping_mul(size_of::<T>())) + owned
    }
}
