use alloc::vec::Vec;

use crate::{DeepSize, Walker, layout};

/// Capacity × element size; elements of zero bytes take no block.
impl<T: DeepSize> DeepSize for Vec<T> {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if let Some(layout) = layout::buffer::<T>(self.capacity()) {
            walker.allocation(self.as_ptr(), layout, size_of_val(self.as_slice()));
        }
        walker.elements(self);
    }
}
