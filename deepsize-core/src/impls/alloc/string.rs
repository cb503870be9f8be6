use alloc::string::String;

use crate::{DeepSize, Walker, layout};

/// Capacity in bytes.
impl DeepSize for String {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if let Some(layout) = layout::buffer::<u8>(self.capacity()) {
            walker.allocation(self.as_ptr(), layout, self.len());
        }
    }
}
