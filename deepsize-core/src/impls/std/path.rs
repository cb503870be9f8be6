use std::path::{
    Ancestors, Component, Components, Display, Iter, Path, PathBuf, Prefix, PrefixComponent, StripPrefixError,
};

use crate::{DeepSize, Walker, layout};

flat_unsized! { Path }

// All but the error borrow their path.
flat! {
    Ancestors<'_>, Component<'_>, Components<'_>, Display<'_>, Iter<'_>, Prefix<'_>, PrefixComponent<'_>,
    StripPrefixError,
}

/// Capacity in bytes.
impl DeepSize for PathBuf {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if let Some(layout) = layout::buffer::<u8>(self.capacity()) {
            let bytes = self.as_os_str().as_encoded_bytes();
            walker.allocation(bytes.as_ptr(), layout, bytes.len());
        }
    }
}
