use alloc::string::String;
use core::alloc::Layout;

use crate::{DeepSize, Walker};

/// Capacity in bytes.
impl DeepSize for String {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if let Ok(layout) = Layout::array::<u8>(self.capacity()) {
            walker.allocation(self.as_ptr(), layout, self.len());
        }
    }
}
