use arbitrary::Unstructured;
use ecow::{EcoBytes, EcoString, EcoVec};

use crate::exact;
use crate::random::{Random, below, length};
use crate::sharing::assert_counted_once;
use crate::support::assert_exact;

impl<T: Random + Clone> Random for EcoVec<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut items = EcoVec::with_capacity(below(source, 8));
        for _ in 0..length(source, depth) {
            items.push(T::random(source, depth + 1));
        }
        match below(source, 4) {
            0 => items.truncate(items.len() / 2),
            1 => items.reserve(5),
            2 => items.clear(),
            _ => {}
        }
        items
    }
}

impl Random for EcoString {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut text = EcoString::with_capacity(below(source, 30));
        text.push_str(&String::random(source, depth));
        text
    }
}

impl Random for EcoBytes {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        EcoBytes::from(&*Vec::<u8>::random(source, depth))
    }
}

exact! {
    vectors: EcoVec<String>;
    vectors_of_numbers: Vec<EcoVec<u16>>;
    vectors_of_large_elements: EcoVec<u128>;
    vectors_of_vectors: EcoVec<EcoVec<Box<u8>>>;
    texts: Vec<EcoString>;
    byte_strings: Vec<EcoBytes>;
    elements_without_a_size: EcoVec<()>;
}

const LONG: &str = "too long to be stored in the handle";

#[test]
fn handles_on_one_block_count_it_once() {
    assert_counted_once(|| EcoVec::from([String::from("shared")]));
    assert_counted_once(|| EcoString::from(LONG));
    assert_counted_once(|| EcoBytes::from(LONG.as_bytes()));
}

#[test]
fn short_texts_own_nothing() {
    assert_exact(EcoString::new);
    assert_exact(|| EcoString::from("x".repeat(15)));
    assert_exact(|| EcoString::inline("short"));
    assert_exact(EcoVec::<String>::new);
}

#[test]
fn a_string_and_its_bytes_are_one_block() {
    assert_exact(|| {
        let text = EcoString::from(LONG);
        (EcoBytes::from(text.clone()), text)
    });
}

#[test]
fn a_handle_that_was_written_to_has_a_separate_block() {
    assert_exact(|| {
        let first = EcoVec::from([1, 2, 3]);
        let mut second = first.clone();
        second.push(4);
        (first, second)
    });
}
