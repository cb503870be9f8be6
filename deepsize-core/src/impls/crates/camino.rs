//! `camino` 1: exact, but for an error that hides the capacity of its path.

use camino::{
    FromPathBufError, Iter, Utf8Ancestors, Utf8Component, Utf8Components, Utf8Path, Utf8PathBuf, Utf8Prefix,
    Utf8PrefixComponent,
};

use crate::DeepSize;

/// Capacity in bytes.
impl DeepSize for Utf8PathBuf {
    owned_text! { growable_buffer: |path| path.capacity(), path.as_str().as_bytes() }
}

text! { |path: Utf8Path| path.as_str().as_bytes() }

// They borrow.
flat! { Iter<'_>, Utf8Ancestors<'_>, Utf8Component<'_>, Utf8Components<'_>, Utf8Prefix<'_>, Utf8PrefixComponent<'_> }

opaque! {
    Hidden:
    /// Holds the path it was made from, whose capacity it does not show.
    FromPathBufError,
}
