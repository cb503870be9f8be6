use arbitrary::Unstructured;
use smartstring::{Compact, LazyCompact, SmartString, SmartStringMode};

use crate::exact;
use crate::random::{Random, below};
use crate::support::assert_exact;

impl<Mode: SmartStringMode> Random for SmartString<Mode> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut text = Self::new();
        for _ in 0..below(source, 6) {
            match below(source, 5) {
                0 => text.shrink_to_fit(),
                1 => text.truncate(text.len() / 2),
                _ => text.push_str(&format!("{:9}", u8::random(source, depth))),
            }
        }
        text
    }
}

exact! {
    compact_texts: Vec<SmartString<Compact>>;
    lazy_texts: Vec<SmartString<LazyCompact>>;
}

#[test]
fn texts_of_every_length_are_exact() {
    for len in 0..100 {
        assert_exact(|| SmartString::<Compact>::from("x".repeat(len)));
        assert_exact(|| SmartString::<LazyCompact>::from("x".repeat(len).as_str()));
    }
}
