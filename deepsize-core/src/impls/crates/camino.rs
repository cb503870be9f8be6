//! `camino` 1: exact, except for an error that does not expose the capacity of its path.

use camino::{
    FromPathBufError, Iter, Utf8Ancestors, Utf8Component, Utf8Components, Utf8Path, Utf8PathBuf, Utf8Prefix,
    Utf8PrefixComponent,
};

use crate::{DeepSize, Walker, with};

/// Capacity in bytes.
impl DeepSize for Utf8PathBuf {
    built_in! {}

    owned_text! { growable_buffer: |path| path.capacity(), path.as_str().as_bytes() }
}

text! { |path: Utf8Path| path.as_str().as_bytes() }

// They borrow their path.
flat! { Iter<'_>, Utf8Ancestors<'_>, Utf8Component<'_>, Utf8Components<'_>, Utf8Prefix<'_>, Utf8PrefixComponent<'_> }

/// The path. A lower bound, because the capacity is not exposed.
impl DeepSize for FromPathBufError {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        with::slice_at_least(self.as_path().as_os_str().as_encoded_bytes(), walker);
    }
}
