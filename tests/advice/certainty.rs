//! The certainty of advice is justified.

use std::any::type_name;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use deep_size::__private::TypeInfo;
use deep_size::advice::{AdviceKind, Certainty};
use deep_size::{DeepSize, Inspector, Walker, inspect};
use impostor::Slice;
use impostor::string::Pair;

/// The only advice.
#[track_caller]
fn only<T: DeepSize>(value: &T) -> (String, AdviceKind, usize, Certainty) {
    let report = inspect(value);
    let mut found =
        report.advice().map(|one| (one.node().path(), one.kind(), one.saved_size(), one.certainty()));
    let first = found.next().expect("there is advice");
    assert_eq!(found.next(), None);
    first
}

#[test]
fn figures_are_exact_only_without_padding() {
    fn certainty(value: &impl DeepSize) -> Certainty {
        only(value).3
    }
    let boxes = || std::array::from_fn::<_, 71, _>(|_| Box::new(1_u8));
    assert_eq!(certainty(&boxes()), Certainty::Exact);
    assert_eq!(certainty(&Vec::from(boxes()).into_boxed_slice()), Certainty::Exact);
    // Without boxes, 71 pointers are saved, but one byte of padding is added.
    let in_tuple = only(&(boxes(), 1_u64));
    assert_eq!((in_tuple.2, in_tuple.3), (71 * 8 - 1, Certainty::AtLeast));
    assert_eq!(certainty(&Rc::<[Box<u8>]>::from(Vec::from(boxes()))), Certainty::AtLeast);
    // A struct aligned to two words saves nothing from one word less.
    let text = || [String::from("abc")];
    let padded: Box<[_]> = (0..100).map(|_| (text(), 0_u64, 0_u128)).collect();
    assert_eq!(kinds(&padded), []);
}

#[test]
fn contents_of_a_cow_get_no_advice() {
    let texts: Box<[_]> = (0..100).map(|_| Cow::<str>::Owned("a".into())).collect();
    assert_eq!(inspect(&texts).advice().count(), 0);
}

#[derive(DeepSize, Default)]
struct Knot {
    one: RefCell<Option<Rc<Knot>>>,
    other: RefCell<Option<Rc<Knot>>>,
}

#[test]
fn breaking_one_of_several_links_gets_no_advice() {
    let knot = Rc::new(Knot::default());
    *knot.one.borrow_mut() = Some(knot.clone());
    let bytes = 16 + size_of::<Knot>();
    let found = ("one".into(), AdviceKind::BreakCycle { block_count: 1 }, bytes, Certainty::Exact);
    assert_eq!(only(&knot), found);
    *knot.other.borrow_mut() = Some(knot.clone());
    assert_eq!(kinds(&knot), []);
    knot.one.take();
    assert_eq!(inspect(&knot).cyclic_size(), bytes);
    knot.other.take();
}

#[test]
fn boxed_slice_advice_is_conditional() {
    let numbers: Box<[_]> = (0..100).map(|number| vec![number]).collect();
    let report = inspect(&numbers);
    let sentence = report.advice().next().expect("there is advice").to_string();
    assert!(sentence.contains("if these never grow again"), "{sentence}");
}

/// The sentences of all advice on a value.
fn sentences<T: DeepSize>(value: &T) -> Vec<String> {
    let report = Inspector::new().compare_contents(true).inspect(value);
    report.advice().map(|advice| advice.to_string()).collect()
}

#[test]
fn a_type_named_like_a_vector_is_not_one() {
    assert_eq!(type_name::<impostor::vec::Vec<u8>>(), type_name::<Vec<u8>>());
    assert_eq!(type_name::<impostor::string::String>(), type_name::<String>());
    let none: [String; 0] = [];

    let vectors: Vec<_> = (0..100_u64).map(|number| impostor::vec::Vec::new(vec![number])).collect();
    assert_eq!(sentences(&vectors.into_boxed_slice()), none);
    let texts: Box<[_]> = (0..100).map(impostor::string::String::new).collect();
    assert_eq!(sentences(&texts), none);
    assert_eq!(sentences(&Slice(impostor::vec::Vec::new(vec![1_u8]))), none);
}

#[test]
fn advice_on_boxes_ignores_other_blocks() {
    assert_eq!(type_name::<impostor::boxed::Box<u32>>(), type_name::<Box<u32>>());
    let none: [String; 0] = [];

    let boxes: Box<[_]> = (0..100_u32).map(impostor::boxed::Box::new).collect();
    assert_eq!(sentences(&boxes), none);

    // The same boxes in a real vector, and in collections with unknown slots.
    let boxes = || (0..100_u32).map(Box::new).collect::<Vec<_>>();
    assert_eq!(only(&boxes()), ("[]".into(), AdviceKind::Unbox, 100 * 8, Certainty::Exact));
    assert_eq!(sentences(&impostor::vec::Vec::new(boxes())), none);
    assert_eq!(sentences(&Slice(impostor::vec::Vec::new(boxes()))), none);
}

#[test]
fn equal_texts_count_only_their_own_blocks() {
    let pairs: Vec<_> = (0..2).map(|_| Pair("a".repeat(1000), "b".repeat(10))).collect();
    assert_eq!(pairs[0].__type_info().name, type_name::<String>());
    let report = Inspector::new().compare_contents(true).inspect(&pairs);
    let shared = 16 + 1000 + 32;
    let found: Vec<_> = report.advice().map(|one| (one.kind(), one.saved_size())).collect();
    assert_eq!(found, [(AdviceKind::ShareEqual { distinct_count: 2 }, 2 * 1010 - shared)]);
}

#[test]
fn a_type_named_like_a_weak_handle_is_not_one() {
    let weak = impostor::rc::Weak::<u64>::new();
    let report = inspect(&weak);
    let block = report.shared_allocations().next().expect("there is a block");
    assert_eq!((block.type_name(), block.block_size()), ("alloc::rc::Weak<u64>", 3));
}

/// A tree named like a vector.
struct Sorted(BTreeSet<u64>);

impl DeepSize for Sorted {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        self.0.walk_owned(walker);
    }

    fn __type_info(&self) -> TypeInfo {
        TypeInfo { name: type_name::<Vec<u64>>(), ..TypeInfo::manual::<Self>() }
    }
}

#[test]
fn a_tree_named_like_a_vector_is_rebuilt() {
    let mut sorted = Sorted(BTreeSet::new());
    // Ascending inserts leave half-empty nodes.
    sorted.0.extend(0..1000);
    assert_eq!(kinds(&sorted), [AdviceKind::Rebuild]);
}

/// The kinds of all advice on a value.
fn kinds<T: DeepSize>(value: &T) -> Vec<AdviceKind> {
    inspect(value).advice().map(|one| one.kind()).collect()
}

#[derive(DeepSize)]
#[allow(dead_code, reason = "the fields and the variant give the enum its size")]
enum Shape {
    Struct { members: Vec<u8>, span: u32 },
    Pointer { base: u32, space: (u32, u32) },
    ValuePointer { size: u8, scalar: (u8, u8), space: (u32, u32) },
    Scalar(u8, u8),
}

#[test]
fn a_variant_that_does_not_determine_the_size_gets_no_advice() {
    let shape = |number| match number {
        0..3 => Shape::ValuePointer { size: 1, scalar: (1, 2), space: (1, 2) },
        3..33 => Shape::Pointer { base: 1, space: (1, 2) },
        _ => Shape::Scalar(1, 2),
    };
    assert_eq!(kinds(&(0..161).map(shape).collect::<Box<[_]>>()), []);
}

#[derive(DeepSize)]
#[allow(dead_code, reason = "the variant gives the enum its size")]
enum Raw {
    Empty,
    Explicit(String),
    Spanned(std::ops::Range<usize>),
}

#[test]
fn boxed_slices_do_not_shrink_an_enum_of_another_size() {
    let values: Box<[_]> = (0..400).map(|_| Some(Raw::Explicit("abc".into()))).collect();
    assert_eq!(kinds(&values), []);
}

/// Implements `DeepSize` without a call of `variant`.
macro_rules! manual {
    ($($name:ident($part:ty);)*) => {$(
        #[allow(dead_code, reason = "the variant gives the enum its size")]
        enum $name {
            Part($part),
            Large([u64; 10]),
        }

        impl DeepSize for $name {
            fn walk_owned(&self, walker: &mut Walker<'_>) {
                if let Self::Part(part) = self {
                    walker.field("part", part);
                }
            }
        }
    )*};
}

manual! {
    Text(String);
    Record(Option<[u64; 9]>);
    Number(Box<u8>);
}

#[test]
fn an_enum_with_a_hand_written_impl_is_not_taken_for_a_struct() {
    assert_eq!(kinds(&(0..200).map(|_| Text::Part("abc".into())).collect::<Box<[_]>>()), []);
    assert_eq!(kinds(&(0..200).map(|_| Record::Part(None)).collect::<Box<[_]>>()), []);
    assert_eq!(kinds(&(0..200).map(|_| Number::Part(Box::new(1))).collect::<Box<[_]>>()), []);
}
