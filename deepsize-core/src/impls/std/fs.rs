use std::fs::{DirBuilder, DirEntry, File, FileTimes, FileType, Metadata, OpenOptions, Permissions, ReadDir};

flat! { DirBuilder, FileTimes, FileType, Metadata, OpenOptions, Permissions }

// A file is a descriptor of the operating system. The memory of the operating system does not count.
#[cfg(any(unix, windows, target_family = "wasm"))]
flat! { File }

// On other targets, it may own memory, such as the file's path.
#[cfg(not(any(unix, windows, target_family = "wasm")))]
opaque! { Handle: File }

opaque! {
    Handle:
    /// Shares the directory's path with its `ReadDir`, and may own its name.
    DirEntry,
    /// Shares the directory's path with the entries it has yielded.
    ReadDir,
}

#[cfg(file_lock)]
#[expect(clippy::incompatible_msrv, reason = "behind a `cfg` that build.rs sets")]
impl crate::DeepSize for std::fs::TryLockError {
    built_in! {}

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
