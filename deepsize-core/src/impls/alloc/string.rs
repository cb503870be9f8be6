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
        capacities(elements)
    }
}

/// A function of its own, so that the loop is compiled once, and not for each type with a field that holds strings.
#[inline(never)]
fn capacities(strings: &[String]) -> usize {
    // Most often there are few, and then the call should cost the least.
    if strings.len() < 4 {
        strings.iter().fold(0, |bytes, string| bytes + string.capacity())
    } else {
        sum_of(strings, String::capacity)
    }
}

flat! { FromUtf16Error }

opaque! {
    Hidden:
    /// Holds the vector it was made from, whose capacity it does not show.
    FromUtf8Error,
}
