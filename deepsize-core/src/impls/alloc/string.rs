use alloc::string::{FromUtf8Error, FromUtf16Error, String};

use crate::{DeepSize, Walker, with};

/// Capacity in bytes.
impl DeepSize for String {
    built_in! { is_leaf: true }

    owned_text! { growable_buffer: |text| text.capacity(), text.as_bytes() }
}

flat! { FromUtf16Error }

/// The bytes. A lower bound, because the capacity is not exposed.
impl DeepSize for FromUtf8Error {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        with::slice_at_least(self.as_bytes(), walker);
    }
}
