use alloc::vec::{IntoIter, Vec};
use core::alloc::Layout;

use super::super::sum_of;
use crate::{DeepSize, Reason, Walker, layout};

/// Capacity × element size; elements of zero bytes take no block.
impl<T: DeepSize> DeepSize for Vec<T> {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if let Some(layout) = layout::buffer::<T>(self.capacity()) {
            walker.allocation(self.as_ptr(), layout, size_of_val(self.as_slice()));
        }
        walker.elements(self);
    }

    #[inline]
    fn sum_owned(&self, walker: &mut Walker<'_>) -> usize {
        let block = self.capacity().wrapping_mul(size_of::<T>());
        if T::is_flat() { block } else { block + T::sum_slice(self, walker) }
    }

    #[inline]
    fn sum_slice(elements: &[Self], walker: &mut Walker<'_>) -> usize {
        if T::is_flat() {
            return sum_of(elements, Self::capacity).wrapping_mul(size_of::<T>());
        }
        walker.sum_each(elements, Self::sum_owned)
    }

    #[inline]
    fn leads_to(&self) -> usize {
        if T::is_flat() || self.is_empty() { 0 } else { self.as_ptr().addr() }
    }
}

/// The elements not yet handed out and what they own; the rest of the block is opaque, since its capacity is not shown.
impl<T: DeepSize> DeepSize for IntoIter<T> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let left = self.as_slice();
        if size_of::<T>() > 0 {
            walker.opaque(Reason::Hidden);
            walker.allocation(left.as_ptr(), Layout::for_value(left), size_of_val(left));
        }
        walker.elements(left);
    }
}
