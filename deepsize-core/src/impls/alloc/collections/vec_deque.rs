use alloc::collections::VecDeque;

use crate::{DeepSize, Walker, layout};

/// Capacity × element size, as `Vec`.
impl<T: DeepSize> DeepSize for VecDeque<T> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if let Some(layout) = layout::buffer::<T>(self.capacity()) {
            walker.allocation(self.as_slices().0, layout, size_of::<T>() * self.len());
        }
        walker.elements(self);
    }

    #[inline]
    fn sum_owned(&self, walker: &mut Walker<'_>) -> usize {
        let (front, back) = self.as_slices();
        let owned = T::sum_slice(front, walker) + T::sum_slice(back, walker);
        self.capacity().wrapping_mul(size_of::<T>()) + owned
    }
}
