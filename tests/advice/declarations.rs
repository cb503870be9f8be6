//! Advice is added up by declaration. It is omitted if a part of its effect is unknown.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use deep_size::advice::{Advice, AdviceKind, Certainty};
use deep_size::{DeepSize, Inspector, Reason, Report, Walker, inspect};

use crate::support::live_bytes;

/// The declarations in all advice, with the number of places and the bytes.
fn lines(report: &Report) -> Vec<(&str, usize, usize)> {
    let line = |one: Advice<'_>| (one.declaration().to_owned(), one.place_count(), one.saved_size());
    let mut lines: Vec<_> = report.advice().map(line).collect();
    lines.sort();
    let leaked = |name: String| &*Box::leak(name.into_boxed_str());
    lines.into_iter().map(|(name, places, bytes)| (leaked(name), places, bytes)).collect()
}

fn spare(bytes: usize) -> Vec<u8> {
    Vec::with_capacity(bytes)
}

#[derive(DeepSize)]
struct Page {
    text: Vec<u8>,
    notes: Vec<(u8, Vec<u8>)>,
    by_name: BTreeMap<u8, [Option<Vec<u8>>; 2]>,
    kind: Kind,
}

#[derive(DeepSize)]
enum Kind {
    Plain,
    Bound(Vec<u8>, Box<Page>),
    Loose { cover: Rc<Vec<u8>> },
}

fn page(kind: Kind) -> Page {
    let mut notes = vec![(1, spare(10))];
    notes.shrink_to_fit();
    let by_name = BTreeMap::from([(1, [Some(spare(20)), None])]);
    Page { text: spare(1), notes, by_name, kind }
}

#[test]
fn one_declaration_has_one_line() {
    let inner = Box::new(page(Kind::Loose { cover: Rc::new(spare(100)) }));
    let value = (
        Box::new([page(Kind::Bound(spare(3), inner))]),
        page(Kind::Plain),
        [[spare(5)]],
        HashMap::from([(1, spare(7))]),
    );
    let report = inspect(&value);
    let expected = [
        ("2[][]", 1, 5),
        ("3.values[]", 1, 7),
        ("Kind::Bound.0", 1, 3),
        ("Kind::Loose.cover", 1, 100),
        ("Page::by_name.values[][]", 3, 60),
        ("Page::notes[].1", 3, 30),
        ("Page::text", 3, 3),
    ];
    assert_eq!(lines(&report), expected);
    let most = report.advice().max_by_key(Advice::place_count).expect("there is advice");
    assert_eq!(most.node().deep_size(), most.node().shallow_size() + most.saved_size() / 3);
    assert_eq!(inspect(&spare(5)).advice().next().map(|one| one.declaration().to_owned()), Some(".".into()));
}

#[derive(DeepSize)]
struct Tree {
    left: Vec<Tree>,
    right: Vec<Tree>,
    name: Vec<u8>,
}

fn tree(depth: usize) -> Tree {
    let child = |spare: usize| {
        let mut children = Vec::with_capacity(spare + 1);
        children.extend((depth > 0).then(|| tree(depth - 1)));
        children
    };
    Tree { left: child(1), right: child(2), name: spare(9) }
}

#[test]
fn fields_that_share_a_node_share_a_line() {
    let report = inspect(&tree(4));
    let nodes = 31;
    // Each field has a child in 15 trees, and none in 16.
    let tree = size_of::<Tree>();
    let spare = (15 + 2 * 16) * tree + (2 * 15 + 3 * 16) * tree;
    assert_eq!(lines(&report), [("Tree::left, Tree::right", 2, spare), ("Tree::name", 3, 9 * nodes)]);
    assert_eq!(report.advice().next().map(|one| one.count()), Some(62));
}

#[derive(DeepSize)]
struct Large {
    text: String,
    more: [u64; 9],
}

#[derive(Clone, DeepSize)]
struct Item<T> {
    part: Option<T>,
}

fn items<T>(part: impl Fn() -> Option<T>) -> Box<[Item<T>]> {
    (0..100).map(|_| Item { part: part() }).collect()
}

fn large() -> Large {
    Large { text: String::new(), more: [1; 9] }
}

#[test]
fn places_with_values_count_against_those_without() {
    let option = |none_count| AdviceKind::BoxOption { none_count, size: size_of::<Large>() };
    let kind =
        |value: &dyn DeepSize| inspect(value).advice().next().map(|one| (one.kind(), one.saved_size()));
    let saved = 100 * (size_of::<Large>() - 8);
    assert_eq!(kind(&items::<Large>(|| None)), Some((option(100), saved)));
    // In the second place, each option would need a box.
    assert_eq!(kind(&(items::<Large>(|| None), items(|| Some(large())))), None);
    // Another variant determines the size of the enum. It does not occur, so the walk cannot see this.
    #[expect(clippy::large_enum_variant, reason = "the test is about a large variant")]
    #[derive(DeepSize)]
    enum Around {
        #[expect(dead_code, reason = "the variant gives the enum its size")]
        Other([u64; 90]),
        Item(Item<Large>),
    }
    let around = |part: fn() -> Option<Large>| -> Box<[_]> {
        (0..20).map(|_| Around::Item(Item { part: part() })).collect()
    };
    assert_eq!(kind(&around(|| None)), None);
    let none = around(|| None);
    assert_eq!(kind(&(items::<Large>(|| None), none)), Some((option(120), saved)));
    let some = around(|| Some(large()));
    let boxes = 20 * size_of::<Large>();
    assert_eq!(kind(&(items::<Large>(|| None), some)), Some((option(100), saved - boxes)));
}

/// A type of another crate, which owns memory.
struct Foreign {
    _numbers: [u64; 8],
    text: Vec<u8>,
}

fn walk_text(foreign: &Option<Foreign>, walker: &mut Walker<'_>) {
    if let Some(foreign) = foreign {
        walker.inner(&foreign.text);
    }
}

fn walk_directly(foreign: &Option<Foreign>, walker: &mut Walker<'_>) {
    if let Some(foreign) = foreign {
        foreign.text.walk_owned(walker);
    }
}

fn skip(_: &Option<Foreign>, _: &mut Walker<'_>) {}

fn unknown(_: &Option<Foreign>, walker: &mut Walker<'_>) {
    walker.opaque(Reason::Hidden);
}

#[derive(DeepSize)]
struct Other {
    #[deep_size(with = walk_text)]
    text: Option<Foreign>,
    #[deep_size(with = walk_directly)]
    directly: Option<Foreign>,
    #[deep_size(with = skip)]
    with: Option<Foreign>,
    #[deep_size(with = unknown)]
    opaque: Option<Foreign>,
    #[deep_size(skip)]
    _skipped: Option<Foreign>,
}

#[test]
fn options_with_contents_that_are_not_reported_get_no_advice() {
    for is_some in [false, true] {
        let foreign = || is_some.then(|| Foreign { _numbers: [1; 8], text: Vec::new() });
        let other = |_| Other {
            text: foreign(),
            directly: foreign(),
            with: foreign(),
            opaque: foreign(),
            _skipped: foreign(),
        };
        let value: Box<[_]> = (0..100).map(other).collect();
        assert_eq!(lines(&inspect(&value)), []);
    }
}

#[test]
fn options_in_values_that_own_nothing_are_boxed() {
    #[derive(DeepSize)]
    struct Entered {
        part: Option<[u64; 9]>,
        text: Box<str>,
    }
    for is_some in [false, true] {
        let part = is_some.then_some([1_u64; 9]);
        let advice = |declaration, count: usize| match is_some {
            true => Vec::new(),
            false => vec![(declaration, 1, count * 72)],
        };
        let entered: Box<[_]> = (0..100).map(|_| Entered { part, text: Box::default() }).collect();
        assert_eq!(lines(&inspect(&entered)), advice("Entered::part", 100));
        assert_eq!(lines(&inspect(&vec![Item { part }; 100])), advice("Item<[u64; 9]>::part", 100));
        assert_eq!(lines(&inspect(&vec![part; 100])), advice("[]", 100));
        let in_map: BTreeMap<u8, _> = (0..11).map(|key| (key, [part; 20])).collect();
        assert_eq!(lines(&inspect(&in_map)), advice("values[][]", 11 * 20));
    }
}

#[test]
fn an_incomplete_tree_gives_no_exact_figures() {
    let mut value: BTreeMap<u32, (Item<Large>, Vec<u8>)> = BTreeMap::new();
    value.extend((0..200).map(|key| (key, (Item { part: None }, spare(5)))));
    assert!(inspect(&value).advice().any(|one| matches!(one.kind(), AdviceKind::BoxOption { .. })));
    for most in 1..6 {
        let report = Inspector::new().max_nodes(most).inspect(&value);
        assert!(report.is_truncated());
        for one in report.advice() {
            assert!(!matches!(one.kind(), AdviceKind::BoxOption { .. } | AdviceKind::Unbox), "{one}");
            assert_eq!(one.certainty(), Certainty::AtLeast, "{one}");
        }
    }
}

#[test]
fn equal_texts_in_several_places_are_shared() {
    #[derive(DeepSize)]
    struct Named {
        name: String,
    }
    #[derive(DeepSize)]
    struct Shared {
        _name: Rc<str>,
    }
    let text = |number: usize| "a name ".repeat(5 + number % 3);
    let build = |at: usize| Named { name: text(at) };
    let before = live_bytes();
    let value = (build(0), Box::new(build(1)), [build(2), build(3)], vec![build(4), build(5)]);
    let bytes = live_bytes() - before;
    let report = Inspector::new().compare_contents(true).inspect(&value);
    let [one] = report.advice().collect::<Vec<_>>()[..] else { panic!("{report:#}") };
    assert_eq!((one.declaration(), one.place_count(), one.count()), ("Named::name", 4, 6));
    assert_eq!(one.kind(), AdviceKind::ShareEqual { distinct_count: 3 });

    let before = live_bytes();
    let texts: Vec<Rc<str>> = (0..3).map(|number| text(number).into()).collect();
    let build = |at: usize| Shared { _name: texts[at % 3].clone() };
    let shared = (build(0), Box::new(build(1)), [build(2), build(3)], vec![build(4), build(5)]);
    let rest = live_bytes() - before - 3 * 16;
    // The three handles on the heap also become smaller, which the advice does not count.
    let saved = usize::try_from(bytes - rest).expect("sharing saves bytes") - 3 * 8;
    assert_eq!(one.saved_size(), saved);
    drop((shared, texts));
}
