use core::ptr;
use std::io::{Error, ErrorKind};

use crate::{DeepSize, Walker, layout};

flat! { ErrorKind }

/// Nothing for an error of the operating system or one with a fixed message.
///
/// For a custom error, its two blocks exactly: the one that holds its kind, and the one that holds the error it was made
/// from. What that error owns in turn is opaque, as in any `Box<dyn Error>`.
impl DeepSize for Error {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if let Some(custom) = self.get_ref() {
            let layout = layout::io_error_custom();
            walker.allocation(ptr::null::<u8>(), layout, layout.size());
            walker.pointee(custom);
        }
    }
}
