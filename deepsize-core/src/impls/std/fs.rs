use std::fs::{DirBuilder, DirEntry, File, FileTimes, FileType, Metadata, OpenOptions, Permissions, ReadDir};

flat! { DirBuilder, FileTimes, FileType, Metadata, OpenOptions, Permissions }

// A file is a number given out by the operating system, whose own memory is not counted.
#[cfg(any(unix, windows, target_family = "wasm"))]
flat! { File }

// Elsewhere it may be more, such as the file's path.
#[cfg(not(any(unix, windows, target_family = "wasm")))]
opaque! { Handle: File }

opaque! {
    Handle:
    /// Shares the directory's path with the `ReadDir` it comes from, and may hold its own name.
    DirEntry,
    /// Shares the directory's path with the entries it has handed out.
    ReadDir,
}

#[cfg(file_lock)]
#[expect(clippy::incompatible_msrv, reason = "behind a `cfg` that build.rs sets")]
impl crate::DeepSize for std::fs::TryLockError {
    fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
        match self {
            Self::Error(error) => {
                walker.variant("Error");
                walker.inner(error);
            }
            Self::WouldBlock => walker.variant("WouldBlock"),
        }
    }
}
