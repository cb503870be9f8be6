//! `OsString`, `CString`, paths, and the errors of string conversions.

use std::collections::TryReserveError;
use std::ffi::{CStr, CString, IntoStringError, OsStr, OsString};
use std::path::{Path, PathBuf};
use std::string::FromUtf16Error;

use deep_size::Reason;

use crate::support::{assert_exact, assert_flat, assert_lower_bound, assert_opaque};

#[test]
fn an_os_string_has_its_capacity() {
    assert_exact(OsString::new);
    assert_exact(|| OsString::from("text"));
    assert_exact(|| {
        let mut text = OsString::with_capacity(100);
        text.push("text");
        text
    });
}

#[test]
fn a_path_has_its_capacity() {
    assert_exact(PathBuf::new);
    assert_exact(|| PathBuf::from("/a/path"));
    assert_exact(|| {
        let mut path = PathBuf::with_capacity(100);
        path.push("text");
        path
    });
}

#[test]
fn a_c_string_has_no_spare_capacity() {
    assert_exact(CString::default);
    assert_exact(|| CString::new("text").expect("no nul"));
}

#[test]
fn boxed_slices_of_strings_are_exact() {
    assert_exact(|| Box::<OsStr>::from(OsStr::new("text")));
    assert_exact(|| Box::<Path>::from(Path::new("text")));
    assert_exact(|| Box::<CStr>::from(c"text"));
    assert_exact(|| Box::<str>::from("text"));
    assert_exact(|| Box::<Path>::from(Path::new("")));
}

#[test]
fn an_error_with_a_buffer_that_it_shows_is_a_lower_bound() {
    let bytes = |spare: usize| {
        let mut bytes = Vec::with_capacity(3 + spare);
        bytes.extend([0xff, 0, 0]);
        bytes
    };
    for spare in [0, 100] {
        let not_utf8 = || String::from_utf8(bytes(spare)).expect_err("no UTF-8");
        assert_eq!(assert_lower_bound(Reason::Capacity, not_utf8), 3);
        let nul_inside = || CString::from_vec_with_nul(bytes(spare)).expect_err("a nul");
        assert_eq!(assert_lower_bound(Reason::Capacity, nul_inside), 3);
    }
    let empty = || CString::from_vec_with_nul(Vec::with_capacity(9)).expect_err("no nul");
    assert_eq!(assert_lower_bound(Reason::Capacity, empty), 0);
}

#[test]
fn an_error_with_a_hidden_buffer_is_opaque() {
    let hidden = Reason::Hidden;
    assert_opaque(hidden, || CString::new("a\0b").expect_err("a nul"));
    assert_opaque::<IntoStringError>(hidden, || {
        CString::new(vec![0xff]).expect("no nul").into_string().expect_err("no UTF-8")
    });
}

#[test]
fn an_error_without_a_buffer_is_flat() {
    assert_flat::<TryReserveError>(Vec::<u8>::new().try_reserve(usize::MAX).expect_err("too much"));
    assert_flat::<FromUtf16Error>(String::from_utf16(&[0xd800]).expect_err("no UTF-16"));
    assert_flat(CStr::from_bytes_with_nul(b"text").expect_err("no nul"));
    assert_flat(CStr::from_bytes_until_nul(b"text").expect_err("no nul"));
}
