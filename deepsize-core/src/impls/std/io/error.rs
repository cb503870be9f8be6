use core::ptr;
use std::io::{Error, ErrorKind};

use crate::{DeepSize, Walker, layout};

flat! { ErrorKind }

/// The two blocks of a custom error; nothing for an error of the operating system or with a static message.
///
/// One block holds the kind, the other the inner error. The memory that the inner error owns is opaque, as in any
/// `Box<dyn Error>`.
impl DeepSize for Error {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if let Some(custom) = self.get_ref() {
            let layout = layout::io_error_custom();
            walker.allocation(ptr::null::<u8>(), layout, layout.size());
            walker.pointee(custom);
        }
    }
}
