mod buffered;
mod cursor;
mod error;
mod stdio;
mod util;

use std::io::{BufRead, IoSlice, IoSliceMut, Read, Seek, SeekFrom, Write};

flat! {
    SeekFrom,
    /// Borrows its buffer.
    IoSlice<'_>,
    /// Borrows its buffer.
    IoSliceMut<'_>,
    #[cfg(anonymous_pipe)]
    #[expect(clippy::incompatible_msrv, reason = "behind a `cfg` that build.rs sets")]
    std::io::PipeReader,
    #[cfg(anonymous_pipe)]
    #[expect(clippy::incompatible_msrv, reason = "behind a `cfg` that build.rs sets")]
    std::io::PipeWriter,
}

erased! { BufRead, Read, Seek, Write }
