use arbitrary::Unstructured;
use camino::{FromPathBufError, Utf8Component, Utf8Path, Utf8PathBuf};
use deep_size::Reason;

use crate::exact;
use crate::random::{Random, below};
use crate::support::{assert_exact, assert_flat, assert_lower_bound};

impl Random for Utf8PathBuf {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut path = Utf8PathBuf::from(String::random(source, depth));
        path.reserve(below(source, 10));
        path.push("child");
        path
    }
}

exact! {
    paths: Utf8PathBuf;
    nested_paths: Vec<(Utf8PathBuf, u8)>;
    paths_side_by_side: Vec<Utf8PathBuf>;
}

#[test]
fn a_path_in_a_box_is_measured() {
    assert_exact(Utf8PathBuf::new);
    assert_exact(|| Utf8PathBuf::from("a/path").into_boxed_path());
    assert_exact(|| Utf8Path::new("in the program"));
}

#[test]
fn borrowed_parts_of_a_path_own_nothing() {
    let path = Utf8PathBuf::from("a/path");
    assert_flat(path.components());
    assert_flat(path.iter());
    assert_flat(path.ancestors());
    assert_flat::<Utf8Component<'_>>(Utf8Component::Normal("path"));
}

#[cfg(unix)]
#[test]
fn an_error_hides_the_capacity_of_its_path() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;

    let build = || -> FromPathBufError {
        let path = std::path::PathBuf::from(OsString::from_vec(vec![0xff; 10]));
        Utf8PathBuf::try_from(path).expect_err("not UTF-8")
    };
    assert_eq!(assert_lower_bound(Reason::Capacity, build), 10);
}
