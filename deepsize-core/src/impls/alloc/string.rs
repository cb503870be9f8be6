use alloc::string::{FromUtf8Error, FromUtf16Error, String};

use super::super::sum_of;
use crate::{DeepSize, Walker, layout};

/// Capacity in bytes.
impl DeepSize for String {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if let Some(layout) = layout::buffer::<u8>(self.capacity()) {
            walker.allocation(self.as_ptr(), layout, self.len());
        }
    }

    #[inline]
    fn sum_owned(&self, _: &mut Walker<'_>) -> usize {
        self.capacity()
    }

    #[inline]
    fn sum_slice(elements: &[Self], _: &mut Walker<'_>) -> usize {
        sum_of(elements, Self::capacity)
    }
}

flat! { FromUtf16Error }

opaque! {
    Hidden:
    /// Holds the vector it was made from, whose capacity it does not show.
    FromUtf8Error,
}
