use alloc::ffi::{CString, FromVecWithNulError, IntoStringError, NulError};

use crate::{DeepSize, Walker, layout};

opaque! {
    Hidden:
    /// Holds the bytes of the vector it was made from, whose capacity it does not show.
    FromVecWithNulError,
    /// Holds the `CString` it was made from, which it does not show.
    IntoStringError,
    /// Holds the bytes of the vector it was made from, whose capacity it does not show.
    NulError,
}

/// The bytes with the nul at their end; there is no spare capacity.
impl DeepSize for CString {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let bytes = self.as_bytes_with_nul();
        if let Some(layout) = layout::buffer::<u8>(bytes.len()) {
            walker.allocation(bytes.as_ptr(), layout, bytes.len());
        }
    }
}
