//! A lint allowed on a type stays allowed in the derive's output.
#![deny(warnings)]

use deep_size::DeepSize;

#[allow(dead_code, unused_parens, unused_braces, reason = "written by a macro or by habit")]
#[derive(DeepSize)]
struct Habits {
    text: (String),
    bytes: [u8; { 1 + 2 }],
}

#[test]
fn lints_allowed_on_a_type_stay_allowed_in_its_impl() {
    assert_eq!(Habits { text: String::with_capacity(7), bytes: [0; 3] }.heap_size(), 7);
}
