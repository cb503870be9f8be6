use core::ptr;
use std::io::{BufReader, BufWriter, IntoInnerError, LineWriter, Write, WriterPanicked};

use crate::{DeepSize, Reason, Walker, layout};

opaque! {
    Hidden:
    /// Owns the buffer of the writer that panicked, but exposes it only by value.
    WriterPanicked,
}

/// The full capacity of the buffer, and the reader.
impl<R: DeepSize + ?Sized> DeepSize for BufReader<R> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        report_buffer(walker, self.buffer(), self.capacity());
        walker.inner(self.get_ref());
    }
}

/// The full capacity of the buffer, and the writer.
impl<W: DeepSize + Write + ?Sized> DeepSize for BufWriter<W> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        report_buffer(walker, self.buffer(), self.capacity());
        walker.inner(self.get_ref());
    }
}

/// The writer. The buffer is opaque, because its capacity is not exposed.
impl<W: DeepSize + Write + ?Sized> DeepSize for LineWriter<W> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.opaque(Reason::Hidden);
        walker.inner(self.get_ref());
    }
}

/// The error. The writer is opaque unless it is flat, because it is exposed only by value.
impl<W: DeepSize> DeepSize for IntoInnerError<W> {
    built_in! { hides W }

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if !W::is_flat() {
            walker.opaque(Reason::Hidden);
        }
        walker.field("error", self.error());
    }
}

/// Reports a buffer, with the address of its used part.
///
/// That part can begin anywhere in the buffer. If it is empty, it can also begin at the buffer's end, so its address is not
/// reported.
fn report_buffer(walker: &mut Walker<'_>, used: &[u8], capacity: usize) {
    let address = if used.is_empty() { ptr::null() } else { used.as_ptr() };
    if let Some(layout) = layout::buffer::<u8>(capacity) {
        walker.allocation(address, layout, used.len());
    }
}
