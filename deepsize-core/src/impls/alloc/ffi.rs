use alloc::ffi::{CString, FromVecWithNulError, IntoStringError, NulError};

use crate::DeepSize;

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
    owned_text! { buffer: |text| text.as_bytes_with_nul().len(), text.as_bytes_with_nul() }
}
