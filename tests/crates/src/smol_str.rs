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

const LONG: &str = "too long to be stored in the handle";

#[test]
fn inline_and_static_texts_own_nothing() {
    assert_exact(SmolStr::default);
    assert_exact(|| SmolStr::new("x".repeat(23)));
    assert_exact(|| SmolStr::new_static(LONG));
    // Indentation of this form is a static text.
    assert_exact(|| SmolStr::new(format!("\n{}", " ".repeat(40))));
    assert_eq!(SmolStr::new(LONG).heap_size(), (16 + LONG.len()).next_multiple_of(8));
}

#[test]
fn handles_on_one_text_count_it_once() {
    assert_counted_once(|| SmolStr::new(LONG));
}

#[test]
fn a_text_made_from_an_arc_shares_its_block() {
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
