//! `tempfile` 3: exact, except `SpooledTempFile`, which is opaque.
//!
//! Source: `TempPath` in `src/file/mod.rs` and `TempDir` in `src/dir/mod.rs` of 3.27. Both own a `Box<Path>`.

use tempfile::{Builder, NamedTempFile, PathPersistError, PersistError, SpooledTempFile, TempDir, TempPath};

use crate::{DeepSize, Walker};

flat! { Builder<'_, '_> }

opaque! { Hidden: SpooledTempFile }

/// The path.
impl DeepSize for TempDir {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.pointee(self.path());
    }
}

/// The path.
impl DeepSize for TempPath {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.pointee(&**self);
    }
}

/// The path and the file.
impl<F: DeepSize> DeepSize for NamedTempFile<F> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.pointee(self.path());
        walker.field("file", self.as_file());
    }
}

fields! {
    PathPersistError { error, path }
    PersistError<F> where [F: DeepSize] { error, file }
}
