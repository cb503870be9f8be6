use alloc::string::{FromUtf8Error, FromUtf16Error, String};

use crate::DeepSize;

/// Capacity in bytes.
impl DeepSize for String {
    owned_text! { growable_buffer: |text| text.capacity(), text.as_bytes() }
}

flat! { FromUtf16Error }

opaque! {
    Hidden:
    /// Owns the source vector, but does not expose its capacity.
    FromUtf8Error,
}
