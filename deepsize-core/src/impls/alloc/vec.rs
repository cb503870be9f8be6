use alloc::vec::{IntoIter, Vec};
use core::alloc::Layout;

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
        if T::is_flat() {
            return self.capacity().wrapping_mul(size_of::<T>());
        }
        // Spare capacity and the deep sizes of the elements. Adding their shallow sizes one by one looks wasteful, but
        // makes compilers sum up strings in vector registers.
        (self.capacity() - self.len()).wrapping_mul(size_of::<T>()) + walker.sum_slice(self)
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
