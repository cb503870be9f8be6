//! `bstr` 1: exact.
//!
//! A `BString` is a `Vec<u8>`, and a `BStr` is a slice of bytes.

use bstr::{BStr, BString};

use crate::DeepSize;

impl DeepSize for BString {
    built_in! {}

    owned_text! { growable_buffer: |text| text.capacity(), text.as_slice() }
}

text! { |text: BStr| text }
