//! The impls for the types of `core`, `alloc` and `std` that are neither collections nor pointers, held against the
//! allocator.

#[path = "../support/mod.rs"]
mod support;

use crate::support::{assert_exact, assert_flat};

#[test]
fn a_vector_of_strings_is_exact() {
    assert_exact(|| vec![String::from("one"), String::with_capacity(10)]);
}

#[test]
fn an_array_of_options_is_flat() {
    assert_flat([Some(1_u32); 4]);
}
