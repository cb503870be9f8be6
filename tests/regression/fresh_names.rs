//! Parameters may have any name, including the names in generated code.
#![allow(
    dead_code,
    non_camel_case_types,
    non_upper_case_globals,
    reason = "the names collide with generated ones on purpose"
)]

use deep_size::{DeepSize, Walker};

fn text(text: &str, walker: &mut Walker<'_>) {
    walker.inner(text);
}

#[derive(DeepSize)]
enum TypeParameter<__field0> {
    One(__field0),
    None,
}

#[derive(DeepSize)]
enum ConstParameter<const __field0: usize> {
    One(String, [u8; __field0]),
}

#[derive(DeepSize)]
struct WithWalker<const __walker: usize> {
    #[deep_size(with = text)]
    text: String,
    bytes: [u8; __walker],
}

#[derive(DeepSize)]
struct WithValue<const __value: usize> {
    #[deep_size(with = text)]
    text: String,
    bytes: [u8; __value],
}

#[derive(DeepSize)]
struct BorrowedValue<'a, const __value: usize> {
    #[deep_size(borrowed)]
    text: &'a str,
    bytes: [u8; __value],
}

#[derive(DeepSize)]
enum WithVisitor<__DeepSizeVisitor, const __visitor: usize, const __before: usize> {
    #[deep_size(with = text)]
    Variant(String),
    Field(__DeepSizeVisitor, #[deep_size(with = text)] String, [u8; __visitor], [u8; __before]),
}

#[test]
fn parameters_may_have_the_names_of_our_bindings() {
    let text = || String::with_capacity(7);
    assert_eq!(TypeParameter::One(text()).heap_size(), 7);
    assert_eq!(TypeParameter::<String>::None.heap_size(), 0);
    assert_eq!(ConstParameter::One(text(), [0; 2]).heap_size(), 7);
    // The function receives the text without its buffer.
    assert_eq!(WithWalker { text: text(), bytes: [0; 2] }.heap_size(), 0);
    assert_eq!(WithValue { text: text(), bytes: [0; 2] }.heap_size(), 0);
    assert_eq!(BorrowedValue { text: "seven..", bytes: [0; 2] }.heap_size(), 7);
    assert_eq!(WithVisitor::<u8, 1, 2>::Variant(text()).heap_size(), 0);
    assert_eq!(WithVisitor::Field(text(), text(), [1; 3], [1; 4]).heap_size(), 7);
}
