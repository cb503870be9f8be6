use arbitrary::Unstructured;
use arcstr::{ArcStr, Substr, literal};

use crate::exact;
use crate::random::{Random, below};
use crate::sharing::assert_counted_once;
use crate::support::assert_exact;

impl Random for ArcStr {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        String::random(source, depth).into()
    }
}

impl Random for Substr {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let text = ArcStr::from(format!("{:30}", below(source, 100)));
        let _ = depth;
        text.substr(below(source, 10)..10 + below(source, 20))
    }
}

exact! {
    texts: ArcStr;
    nested_texts: Vec<(ArcStr, Option<ArcStr>)>;
    parts: Vec<Substr>;
}

#[test]
fn handles_on_one_text_count_it_once() {
    assert_counted_once(|| ArcStr::from("shared"));
    assert_counted_once(|| ArcStr::from("shared").substr(2..3));
}

#[test]
fn a_text_and_its_parts_are_one_block() {
    assert_exact(|| {
        let text = ArcStr::from("a text of some length");
        (vec![text.substr(0..4), text.substr(5..)], text.clone(), text)
    });
    assert_exact(|| ArcStr::from("only the part is left").substr(9..10));
}

#[test]
fn literals_own_nothing() {
    assert_exact(ArcStr::new);
    assert_exact(|| literal!("in the program"));
    assert_exact(|| vec![literal!("in the program").substr(3..6), Substr::new()]);
}

#[test]
fn a_leaked_text_has_no_owner() {
    let text = ArcStr::from("leaked");
    text.leak();
    assert_exact(|| text.clone());
}
