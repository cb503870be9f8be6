use core::ptr;
use std::io::{BufReader, BufWriter, IntoInnerError, LineWriter, Write, WriterPanicked};

use crate::{DeepSize, Reason, Walker, layout};

opaque! {
    Hidden:
    /// Holds the buffer of the writer that panicked, which only taking it apart shows.
    WriterPanicked,
}

/// The buffer, at its full capacity, and the reader.
impl<R: DeepSize + ?Sized> DeepSize for BufReader<R> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        report_buffer(walker, self.buffer(), self.capacity());
        walker.inner(self.get_ref());
    }
}

/// The buffer, at its full capacity, and the writer.
impl<W: DeepSize + Write + ?Sized> DeepSize for BufWriter<W> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        report_buffer(walker, self.buffer(), self.capacity());
        walker.inner(self.get_ref());
    }
}

/// The writer; the buffer is opaque, since its capacity is not shown.
impl<W: DeepSize + Write + ?Sized> DeepSize for LineWriter<W> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.opaque(Reason::Hidden);
        walker.inner(self.get_ref());
    }
}

/// The error; the writer is opaque unless it is flat, since only taking the two apart shows it.
impl<W: DeepSize> DeepSize for IntoInnerError<W> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if !W::is_flat() {
            walker.opaque(Reason::Hidden);
        }
        walker.field("error", self.error());
    }
}

/// The part of the buffer that is in use may begin anywhere in it, and when empty also at its very end.
fn report_buffer(walker: &mut Walker<'_>, used: &[u8], capacity: usize) {
    let address = if used.is_empty() { ptr::null() } else { used.as_ptr() };
    if let Some(layout) = layout::buffer::<u8>(capacity) {
        walker.allocation(address, layout, used.len());
    }
}
