use arbitrary::Unstructured;
use deep_size::{DeepSize, Reason, Tally};
use string_cache::DefaultAtom;

use crate::random::{Random, below};
use crate::support::{assert_exact, assert_lower_bound};
use crate::{for_random_bytes, support::live_bytes};

/// A text that no other test uses.
fn text(source: &mut Unstructured<'_>) -> String {
    format!("interned by one test {}{}", "x".repeat(below(source, 40)), String::random(source, 0))
}

#[test]
fn random_atoms_lack_only_their_entry() {
    drop(DefaultAtom::from("a text that creates the table"));
    for_random_bytes(|source| {
        let text = text(source);
        let before = live_bytes();
        let atom = DefaultAtom::from(text.as_str());
        let built = live_bytes() - before;
        assert_eq!(atom.heap_size(), text.len());
        assert_eq!(built, (text.len() + 40) as isize);
        drop(atom);
        assert_lower_bound(Reason::Hidden, || vec![DefaultAtom::from(text.as_str()); 3]);
    });
}

#[test]
fn handles_on_one_text_count_it_once() {
    let atom = DefaultAtom::from("a text with several handles");
    let mut tally = Tally::new();
    tally.add(&atom);
    assert_eq!(tally.add(&atom.clone()), size_of::<DefaultAtom>());
    assert_eq!(tally.size().lower_bound_count, 1);
}

#[test]
fn short_and_static_texts_own_nothing() {
    assert_exact(|| vec![DefaultAtom::from(""), DefaultAtom::from("seven b")]);
}
