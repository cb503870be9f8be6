use alloc::vec::Vec;
use core::alloc::Layout;

use crate::{DeepSize, Walker};

/// Capacity × element size; elements of zero bytes take no block.
impl<T: DeepSize> DeepSize for Vec<T> {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        // Fails for no vector but one of zero-sized elements, which has no block.
        if let Ok(layout) = Layout::array::<T>(self.capacity()) {
            walker.allocation(self.as_ptr(), layout, size_of_val(self.as_slice()));
        }
        walker.elements(self);
    }
}
