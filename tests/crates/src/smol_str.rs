use arbitrary::Unstructured;
use deep_size::{DeepSize, Reason};
use smol_str::{SmolStr, SmolStrBuilder};

use crate::exact;
use crate::random::Random;
use crate::sharing::assert_counted_once;
use crate::support::{assert_exact, assert_opaque};

impl Random for SmolStr {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        String::random(source, depth).into()
    }
}

exact! {
    texts: SmolStr;
    nested_texts: Vec<(SmolStr, Option<SmolStr>)>;
}

const LONG: &str = "too long to lie in the handle";

#[test]
fn texts_that_are_not_on_the_heap_own_nothing() {
    assert_exact(SmolStr::default);
    assert_exact(|| SmolStr::new("x".repeat(23)));
    assert_exact(|| SmolStr::new_static(LONG));
    // Indentation like this is kept in the program.
    assert_exact(|| SmolStr::new(format!("\n{}", " ".repeat(40))));
    assert_eq!(SmolStr::new(LONG).heap_size(), (16 + LONG.len()).next_multiple_of(8));
}

#[test]
fn handles_on_one_text_count_it_once() {
    assert_counted_once(|| SmolStr::new(LONG));
}

#[test]
fn a_text_taken_from_an_arc_is_the_same_block() {
    assert_exact(|| {
        let arc = std::sync::Arc::<str>::from(LONG);
        (SmolStr::from(arc.clone()), arc)
    });
}

#[test]
fn measuring_leaves_the_count_alone() {
    let arc = std::sync::Arc::<str>::from(LONG);
    let text = SmolStr::from(arc.clone());
    assert!(text.heap_size() > 0);
    assert_eq!(std::sync::Arc::strong_count(&arc), 2);
}

#[test]
fn a_builder_hides_its_string() {
    let build = || {
        let mut builder = SmolStrBuilder::new();
        builder.push_str(LONG);
        builder
    };
    assert_eq!(assert_opaque(Reason::Hidden, build), 0);
}
