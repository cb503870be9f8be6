use std::path::{
    Ancestors, Component, Components, Display, Iter, Path, PathBuf, Prefix, PrefixComponent, StripPrefixError,
};

use crate::DeepSize;

text! { |path: Path| path.as_os_str().as_encoded_bytes() }

// All except the error borrow their path.
flat! {
    Ancestors<'_>, Component<'_>, Components<'_>, Display<'_>, Iter<'_>, Prefix<'_>, PrefixComponent<'_>,
    StripPrefixError,
}

/// Capacity in bytes.
impl DeepSize for PathBuf {
    built_in! { is_leaf: true }

    owned_text! { growable_buffer: |path| path.capacity(), path.as_os_str().as_encoded_bytes() }
}
