use arbitrary::Unstructured;
use deep_size::{DeepSize, Reason, Tally};
use regex::{Regex, RegexSet, bytes};

use crate::for_random_bytes;
use crate::random::{Random, length};
use crate::support::{assert_exact, assert_flat, assert_opaque};

/// The size of the block of an `Arc` with `bytes` bytes.
fn arc(bytes: usize) -> usize {
    (16 + bytes).next_multiple_of(8)
}

fn pattern(source: &mut Unstructured<'_>) -> String {
    (0..length(source, 1))
        .map(|_| ["[a-c]", "(x)", "y+", "z?", "."][usize::from(u8::random(source, 0)) % 5])
        .collect()
}

#[test]
fn random_expressions_own_at_least_their_pattern() {
    for_random_bytes(|source| {
        let pattern = pattern(source);
        let least = arc(pattern.len());
        assert_eq!(assert_opaque(Reason::Hidden, || Regex::new(&pattern).expect("it is valid")), least);
        assert_eq!(
            assert_opaque(Reason::Hidden, || bytes::Regex::new(&pattern).expect("it is valid")),
            least
        );
    });
}

#[test]
fn random_sets_own_at_least_their_patterns() {
    for_random_bytes(|source| {
        let patterns: Vec<String> = (0..length(source, 2)).map(|_| pattern(source)).collect();
        let texts: usize = patterns.iter().map(String::len).sum();
        let measured = assert_opaque(Reason::Hidden, || RegexSet::new(&patterns).expect("it is valid"));
        assert_eq!(measured, arc(patterns.len() * size_of::<String>()) + texts);
    });
}

#[test]
fn a_used_expression_is_opaque_and_its_clones_share_the_pattern() {
    let regex = Regex::new("(a+)(b+)").expect("it is valid");
    assert!(regex.is_match("aabb"));
    let clones = vec![regex.clone(); 3];
    assert_eq!(clones.heap_size(), 3 * size_of::<Regex>() + arc(8));
    let mut tally = Tally::new();
    tally.add(&clones);
    assert_eq!(tally.add(&regex), size_of::<Regex>());
    assert_eq!(tally.size().opaque_part_count, 4);
    assert_opaque(Reason::Hidden, || regex.captures("aabb"));
    assert_opaque(Reason::Hidden, || regex.capture_locations());
}

#[test]
fn matches_and_errors_are_exact() {
    assert_flat(Regex::new("b").expect("it is valid").find("abc"));
    assert_exact(|| regex::Error::Syntax(String::from("message")));
    assert_exact(|| regex::Error::CompiledTooBig(3));
}
