use alloc::collections::BinaryHeap;

use crate::{DeepSize, Totals, Walker, layout};

/// Capacity × element size, as `Vec`.
impl<T: DeepSize> DeepSize for BinaryHeap<T> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if let Some(layout) = layout::buffer::<T>(self.capacity()) {
            walker.allocation(self.as_slice(), layout, size_of_val(self.as_slice()));
        }
        walker.slice(self.as_slice());
    }

    #[inline]
    fn sum_owned<'v>(&'v self, walker: &mut Walker<'v>) -> usize {
        self.capacity().wrapping_mul(size_of::<T>()) + T::sum_slice(self.as_slice(), walker)
    }

    #[inline]
    fn __count_onto<'v>(&'v self, before: Totals, walker: &mut Walker<'v>) -> Totals {
        let block = self.capacity().wrapping_mul(size_of::<T>());
        before.and_block(block) + T::__count_slice(self.as_slice(), walker)
    }
}
