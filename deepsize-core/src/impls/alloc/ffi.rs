use alloc::ffi::{CString, FromVecWithNulError, IntoStringError, NulError};

use crate::{DeepSize, Walker, with};

opaque! {
    Hidden:
    /// Owns the source `CString`, but does not expose it.
    IntoStringError,
    /// Owns the source vector, but does not expose it.
    NulError,
}

/// The bytes. A lower bound, because the capacity is not exposed.
impl DeepSize for FromVecWithNulError {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        with::slice_at_least(self.as_bytes(), walker);
    }
}

/// The bytes with the terminating nul. There is no spare capacity.
impl DeepSize for CString {
    built_in! { is_leaf: true }

    owned_text! { buffer: |text| text.as_bytes_with_nul().len(), text.as_bytes_with_nul() }
}
