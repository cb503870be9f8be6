use std::ffi::{OsStr, OsString};

use crate::DeepSize;

text! { |text: OsStr| text.as_encoded_bytes() }

#[cfg(os_str_display)]
flat! {
    /// Borrows its text.
    #[expect(clippy::incompatible_msrv, reason = "behind a `cfg` that build.rs sets")]
    std::ffi::os_str::Display<'_>,
}

/// Capacity in bytes.
impl DeepSize for OsString {
    built_in! { is_leaf: true }

    owned_text! { growable_buffer: |text| text.capacity(), text.as_encoded_bytes() }
}
