//! Values of one type that have grown or shrunk, or whose memory has moved.

use std::collections::HashMap;
use std::rc::Rc;

use deep_size::{DeepSize, inspect};

use crate::{changes, checked, list};

#[derive(DeepSize)]
struct User {
    id: u64,
    name: String,
}

fn users(names: impl IntoIterator<Item = usize>) -> Vec<User> {
    let mut users: Vec<User> =
        names.into_iter().map(|length| User { id: 0, name: "x".repeat(length) }).collect();
    users.shrink_to_fit();
    users
}

#[test]
fn elements_are_added_and_removed() {
    let (none, two, three) = (users([]), users([5, 10]), users([5, 10, 85]));
    assert_eq!(changes(&two, &three), ["Grown +109 +1 [].name", "Grown +8 +1 [].id", "Changed +0 +1 []"]);
    assert_eq!(changes(&three, &two), ["Shrunk -109 -1 [].name", "Shrunk -8 -1 [].id", "Changed +0 -1 []"]);
    assert_eq!(
        changes(&none, &two),
        ["Added +63 +2 [].name", "Added +16 +2 [].id", "Changed +0 +0 .", "Added +0 +2 []"]
    );
    assert_eq!(
        changes(&two, &none),
        ["Removed -63 -2 [].name", "Removed -16 -2 [].id", "Changed +0 +0 .", "Removed +0 -2 []"]
    );
    assert_eq!(changes(&two, &users([5, 10])), [""; 0]);
    assert_eq!(changes(&two, &users([10, 5])), [""; 0], "sums are the same");
}

#[test]
fn spare_capacity_belongs_to_the_collection() {
    let mut value = vec![1_u16; 4];
    value.shrink_to_fit();
    let earlier = inspect(&value);
    value.reserve_exact(100);
    let diff = checked(&earlier, &inspect(&value));
    assert_eq!(list(&diff), ["Grown +200 +0 ."]);
    let [before, after] =
        diff.paths().next().map(|change| [change.before(), change.after()]).expect("there is one");
    assert_eq!(
        (before.spare_size, after.spare_size, before.allocation_count, after.allocation_count),
        (0, 200, 1, 1)
    );
    assert_eq!((before.deep_size, after.deep_size), (32, 232));
}

#[derive(DeepSize)]
enum State {
    Unread,
    Filed { labels: Vec<String> },
}

#[test]
fn variants_come_and_go() {
    let unread = || State::Unread;
    let filed = || State::Filed { labels: vec!["a label".into()] };
    assert_eq!(
        changes(&[unread(), unread()], &[unread(), filed()]),
        [
            "Added +31 +1 []::Filed.labels[]",
            "Shrunk -24 -1 []::Unread",
            "Added +24 +1 []::Filed.labels",
            "Added +0 +1 []::Filed",
        ]
    );
    assert_eq!(changes(&[unread(), filed()], &[filed(), unread()]), [""; 0]);
}

#[derive(DeepSize)]
struct List {
    number: u32,
    next: Option<Box<List>>,
}

fn nodes(many: u32) -> List {
    let mut list = List { number: 0, next: None };
    for number in 1..many {
        list = List { number, next: Some(Box::new(list)) };
    }
    list
}

#[test]
fn lists_of_different_lengths_match() {
    assert_eq!(
        changes(&nodes(1), &nodes(2)),
        ["Grown +12 +1 next…", "Added +4 +1 next….number", "Added +0 +1 next….next"]
    );
    assert_eq!(
        changes(&nodes(2), &nodes(1000)),
        ["Grown +11976 +998 next…", "Grown +3992 +998 next….number", "Changed +0 +998 next….next"]
    );
    assert_eq!(
        changes(&nodes(1000), &nodes(999)),
        ["Shrunk -12 -1 next…", "Shrunk -4 -1 next….number", "Changed +0 -1 next….next"]
    );
}

/// `b.a` is folded in one value and not in the other.
mod mutual {
    use super::*;

    #[derive(DeepSize, Default)]
    pub(super) struct A {
        pub(super) name: String,
        pub(super) b: Option<Box<B>>,
        pub(super) c: Option<Box<C>>,
    }

    #[derive(DeepSize, Default)]
    pub(super) struct B {
        pub(super) text: String,
        pub(super) c: Option<Box<C>>,
    }

    #[derive(DeepSize, Default)]
    pub(super) struct C {
        pub(super) b: Option<Box<B>>,
        pub(super) words: Vec<String>,
    }
}

#[test]
fn a_node_folded_in_one_report_matches_its_target() {
    use mutual::{A, B, C};

    let text = || String::from("text");
    let b = |c| Some(Box::new(B { text: text(), c }));
    let c = |b| Some(Box::new(C { b, words: vec![text()] }));
    // The first value does not show whether B and C contain each other.
    let flat = || A { name: text(), b: b(c(None)), c: c(b(None)) };
    let deep = || A { name: text(), b: b(c(b(c(b(None))))), c: c(b(c(b(None)))) };
    let (flat, deep) = (inspect(&flat()), inspect(&deep()));
    let folded =
        |report: &deep_size::Report| report.nodes().filter(|node| node.refers_to().is_some()).count();
    assert!(folded(&flat) < folded(&deep));
    let diff = checked(&flat, &deep);
    for change in diff.paths() {
        assert!(change.own_size_change() >= 0, "nothing has shrunk: {:#}", diff);
    }
}

trait Shape: DeepSize {}

#[derive(DeepSize)]
struct Circle {
    radius: f64,
    label: String,
}

#[derive(DeepSize)]
struct Square {
    side: u32,
}

impl Shape for Circle {}
impl Shape for Square {}
impl Shape for Vec<u8> {}
impl Shape for String {}

fn circle(label: usize) -> Box<dyn Shape> {
    Box::new(Circle { radius: 1.0, label: "x".repeat(label) })
}

#[test]
fn a_single_type_behind_a_pointer_matches_one_of_several() {
    let square = || Box::new(Square { side: 1 });
    assert_eq!(
        changes(&vec![circle(10), circle(10)], &vec![circle(10), circle(17), square()]),
        [
            "Grown +16 +1 []",
            "Grown +7 +0 [](Circle).label",
            "Added +4 +1 [](Square).side",
            "Added +0 +1 [](Square)"
        ]
    );
    assert_eq!(
        changes(&vec![square() as Box<dyn Shape>], &vec![circle(10), square()]),
        [
            "Added +34 +1 [](Circle).label",
            "Grown +16 +1 []",
            "Added +8 +1 [](Circle).radius",
            "Added +0 +1 [](Circle)",
        ]
    );
    // If each report has a single type there, the types share a node, and only the fields differ.
    assert_eq!(
        changes(&vec![square() as Box<dyn Shape>], &vec![circle(10)]),
        ["Added +34 +1 [].label", "Added +8 +1 [].radius", "Removed -4 -1 [].side"]
    );
}

#[test]
fn contents_without_fields_match_by_type() {
    let bytes = |many| Box::new(vec![1_u8; many]) as Box<dyn Shape>;
    let text = || Box::new(String::from("text"));
    assert_eq!(
        changes(&vec![bytes(3)], &vec![bytes(4), text()]),
        ["Added +28 +1 [](String)", "Grown +16 +1 []", "Grown +1 +1 [](Vec<u8>)[]"]
    );
    // An empty vector has no elements to match.
    assert_eq!(
        changes(&vec![bytes(0)], &vec![text(), bytes(4)]),
        ["Added +28 +1 [](String)", "Grown +16 +1 []", "Added +4 +4 [](Vec<u8>)[]"]
    );
}

#[derive(DeepSize)]
struct Shelves {
    one: Vec<Rc<str>>,
    two: Vec<Rc<str>>,
}

#[test]
fn moved_shared_memory_is_marked() {
    let text: Rc<str> = "x".repeat(100).into();
    let handles = |many| vec![text.clone(); many];
    let earlier = inspect(&Shelves { one: handles(1), two: handles(1) });
    let later = inspect(&Shelves { one: handles(0), two: handles(2) });
    let diff = checked(&earlier, &later);
    assert_eq!(list(&diff), ["Grown +136 +1 two[]", "Removed -136 -1 one[]", "Changed +0 +0 one"]);
    assert!(diff.to_string().contains("two[]: Rc<str>  (shared +120 B)"), "{diff}");
    let moved = diff.paths().next().expect("there are three");
    assert_eq!((moved.before().shared_size, moved.after().shared_size), (0, 120));
}

#[test]
fn the_order_of_a_hash_map_affects_neither_totals_nor_types() {
    let texts: Vec<Rc<str>> = (0..10).map(|at| "x".repeat(at).into()).collect();
    let value = || -> HashMap<u8, Vec<Rc<str>>> {
        (0..50).map(|at| (at, texts.iter().skip(at.into()).step_by(3).cloned().collect())).collect()
    };
    let keys = (value(), value());
    for _ in 0..20 {
        let later = (value(), value());
        let diff = checked(&inspect(&keys), &inspect(&later));
        assert_eq!(diff.deep_size_change(), 0);
        assert!(diff.types().is_empty());
    }
}
