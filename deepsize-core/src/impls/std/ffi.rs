use std::ffi::{OsStr, OsString};

use crate::{DeepSize, Walker, layout};

flat_unsized! { OsStr }

#[cfg(os_str_display)]
flat! {
    /// Borrows what it displays.
    #[expect(clippy::incompatible_msrv, reason = "behind a `cfg` that build.rs sets")]
    std::ffi::os_str::Display<'_>,
}

/// Capacity in bytes.
impl DeepSize for OsString {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if let Some(layout) = layout::buffer::<u8>(self.capacity()) {
            walker.allocation(self.as_encoded_bytes().as_ptr(), layout, self.len());
        }
    }
}
