use arbitrary::Unstructured;
use compact_str::CompactString;

use crate::exact;
use crate::random::{Random, below};
use crate::support::assert_exact;

impl Random for CompactString {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let text = String::random(source, depth);
        let mut compact = match below(source, 4) {
            0 => CompactString::from_string_buffer(text),
            1 => CompactString::const_new("a text that is part of the program, and long"),
            2 => CompactString::with_capacity(below(source, 60)),
            _ => CompactString::from(text),
        };
        for _ in 0..below(source, 6) {
            match below(source, 5) {
                0 => compact.reserve(below(source, 40)),
                1 => compact.shrink_to_fit(),
                2 => compact.truncate(0),
                3 => drop(compact.pop()),
                _ => compact.push_str(&String::random(source, depth + 1)),
            }
        }
        compact
    }
}

exact! {
    texts: CompactString;
    nested_texts: Vec<(CompactString, u8)>;
    texts_side_by_side: Vec<CompactString>;
}

#[test]
fn inline_and_static_texts_own_nothing() {
    assert_exact(CompactString::default);
    assert_exact(|| CompactString::new("x".repeat(24)));
    assert_exact(|| CompactString::const_new("a text that is part of the program, and long"));
}

#[test]
fn a_long_text_owns_its_capacity() {
    assert_exact(|| CompactString::new("x".repeat(25)));
    assert_exact(|| CompactString::with_capacity(1_000));
    assert_exact(|| CompactString::new("x".repeat(1_000)).clone());
}
