//! Advice promises no more than it can know.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use deep_size::advice::{Certainty, Kind};
use deep_size::{DeepSize, inspect};

/// The only advice there is.
#[track_caller]
fn only<T: DeepSize>(value: &T) -> (String, Kind, usize, Certainty) {
    let report = inspect(value);
    let mut found = report.advice().map(|one| (one.node().path(), one.kind(), one.bytes(), one.certainty()));
    let first = found.next().expect("there is advice");
    assert_eq!(found.next(), None);
    first
}

#[test]
fn figures_are_exact_only_where_no_padding_takes_part() {
    fn certainty(value: &impl DeepSize) -> Certainty {
        only(value).3
    }
    let boxes = || std::array::from_fn::<_, 71, _>(|_| Box::new(1_u8));
    assert_eq!(certainty(&boxes()), Certainty::Exact);
    assert_eq!(certainty(&Vec::from(boxes()).into_boxed_slice()), Certainty::Exact);
    // Here 71 pointers are saved on paper, and a byte or more is padding again.
    assert_eq!(certainty(&(boxes(), 1_u64)), Certainty::About);
    assert_eq!(certainty(&Rc::<[Box<u8>]>::from(Vec::from(boxes()))), Certainty::About);
    // A word less in a struct aligned to two words is no saving.
    let text = || [String::from("abc")];
    let padded: Box<[_]> = (0..100).map(|_| (text(), 0_u64, 0_u128)).collect();
    let kinds: Vec<_> = inspect(&padded).advice().map(|one| (one.kind(), one.certainty())).collect();
    assert_eq!(kinds, [(Kind::BoxedSlice, Certainty::About)]);
}

#[test]
fn what_a_cow_owns_is_left_alone() {
    let texts: Box<[_]> = (0..100).map(|_| Cow::<str>::Owned("a".into())).collect();
    assert_eq!(inspect(&texts).advice().count(), 0);
}

#[derive(DeepSize, Default)]
struct Knot {
    one: RefCell<Option<Rc<Knot>>>,
    other: RefCell<Option<Rc<Knot>>>,
}

#[test]
fn one_of_several_ways_back_may_not_be_enough() {
    let knot = Rc::new(Knot::default());
    *knot.one.borrow_mut() = Some(knot.clone());
    let bytes = 16 + size_of::<Knot>();
    let found = |certainty| ("one".into(), Kind::BreakCycle { blocks: 1 }, bytes, certainty);
    assert_eq!(only(&knot), found(Certainty::Exact));
    *knot.other.borrow_mut() = Some(knot.clone());
    assert_eq!(only(&knot), found(Certainty::About));
    knot.one.take();
    assert_eq!(inspect(&knot).cyclic(), bytes);
    knot.other.take();
}

#[test]
fn that_vectors_grow_no_more_is_no_fact() {
    let numbers: Box<[_]> = (0..100).map(|number| vec![number]).collect();
    let report = inspect(&numbers);
    let sentence = report.advice().next().expect("there is advice").to_string();
    assert!(sentence.contains("if none grows any more"), "{sentence}");
}
