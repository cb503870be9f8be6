use alloc::ffi::{CString, FromVecWithNulError, IntoStringError, NulError};

use crate::DeepSize;

opaque! {
    Hidden:
    /// Owns the source vector, but does not expose its capacity.
    FromVecWithNulError,
    /// Owns the source `CString`, but does not expose it.
    IntoStringError,
    /// Owns the source vector, but does not expose its capacity.
    NulError,
}

/// The bytes with the terminating nul. There is no spare capacity.
impl DeepSize for CString {
    owned_text! { buffer: |text| text.as_bytes_with_nul().len(), text.as_bytes_with_nul() }
}
