use deep_size::Reason;
use tempfile::{Builder, NamedTempFile, SpooledTempFile, TempDir};

use crate::support::{assert_exact, assert_flat, assert_opaque};

#[test]
fn files_and_folders_own_their_path() {
    drop(TempDir::new().expect("folders can be created"));
    for prefix in ["", "a", "a longer prefix of the name"] {
        let mut builder = Builder::new();
        builder.prefix(prefix);
        assert_exact(|| builder.tempdir().expect("folders can be created"));
        assert_exact(|| builder.tempfile().expect("files can be created"));
        assert_exact(|| builder.tempfile().expect("files can be created").into_temp_path());
    }
}

#[test]
fn the_file_is_measured_too() {
    assert_exact(|| {
        let (_, path) = NamedTempFile::new().expect("files can be created").into_parts();
        NamedTempFile::from_parts(String::from("in place of a file"), path)
    });
    assert_opaque(Reason::Hidden, || SpooledTempFile::new(10));
    assert_flat(Builder::new());
}
