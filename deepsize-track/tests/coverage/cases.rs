//! Opaque parts, recursion, freed and unrecorded blocks.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use deep_size_core::{DeepSize, Walker};
use deep_size_track::{Cause, Class, Coverage, Limitation, Recorder, exact, thread};

use crate::shared::alone;
use crate::{assert_adds_up, expected, found};

const FILE: &str = "coverage/cases.rs";

#[test]
fn a_block_that_is_visible_only_in_part_is_in_an_opaque_part() {
    let _alone = alone();
    let recording = Recorder::all().start();
    let mut rest = vec![7_u64; 100].into_iter();
    let line = line!() - 1;
    rest.nth(9);
    let coverage = Coverage::of([("rest", &rest)]);
    assert_eq!(found(&coverage, FILE, line), [expected(Class::Opaque, "rest", "", 800, 1)]);
    let part = &coverage.opaque_parts()[0];
    assert_eq!((part.path.as_str(), part.reason.is_in_known_block()), ("rest", true));
    assert_adds_up(&coverage);
    drop(recording);
}

#[test]
fn a_table_that_is_counted_in_part_is_in_an_opaque_part() {
    let _alone = alone();
    let recording = Recorder::all().start();
    let mut opaque = 0;
    for kept in 1..20 {
        let mut table: HashMap<u32, u32> = HashMap::with_capacity(1792);
        let line = line!() - 1;
        table.extend((0..1792).map(|key| (key, key)));
        table.retain(|&key, _| key < kept);
        let coverage = Coverage::of([("table", &table)]);
        let size = exact(&table);
        let is_opaque = size.counted_size() < size.deep_size();
        opaque += usize::from(is_opaque);
        let class = if is_opaque { Class::Opaque } else { Class::Once };
        let block = (size.deep_size() - size_of_val(&table)) as u64;
        assert_eq!(found(&coverage, FILE, line), [expected(class, "table", "", block, 1)], "{kept}");
    }
    assert!(opaque > 0);
    drop(recording);
}

#[test]
fn captures_are_unclaimed_and_their_closure_is_named() {
    let _alone = alone();
    let recording = Recorder::all().start();
    let captured = vec![0_u8; 640];
    let line = line!() - 1;
    let closure: Box<dyn Fn() -> usize> = Box::new(move || captured.len());
    let closures = vec![closure];
    let coverage = Coverage::of([("closures", &closures)]);
    assert_eq!(found(&coverage, FILE, line), [expected(Class::Unclaimed, "", "", 640, 1)]);
    let [part] = coverage.opaque_parts() else { panic!("{coverage}") };
    assert_eq!(part.path, "closures[]");
    assert_eq!(closures[0](), 640);
    drop(recording);
}

struct List {
    body: Vec<u8>,
    next: Option<Box<List>>,
}

impl DeepSize for List {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("body", &self.body);
        walker.field("next", &self.next);
    }
}

struct Tree(Vec<Tree>, HashMap<u8, Tree>, Box<u64>);

impl DeepSize for Tree {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("list", &self.0);
        walker.field("map", &self.1);
        walker.field("leaf", &self.2);
    }
}

#[test]
fn recursive_types_have_few_paths() {
    let _alone = alone();
    let recording = Recorder::all().start();
    let mut list = None;
    let (mut blocks, mut size) = (0, 0);
    for length in 1..100_u64 {
        let body = vec![0; length as usize];
        list = Some(Box::new(List { body, next: list }));
        (blocks, size) = (blocks + 1, size + length);
    }
    let line = line!() - 4;
    let coverage = Coverage::of([("list", &list)]);
    let mut rows = found(&coverage, FILE, line);
    rows.sort_by_key(|row| row.1.len());
    // The first value has its own path.
    let first = expected(Class::Once, "list.body", "", 99, 1);
    assert_eq!(rows, [first, expected(Class::Once, "list.next.body", "", size - 99, blocks - 1)]);
    let leaf = || Tree(Vec::new(), HashMap::new(), Box::new(1));
    let tree = Tree(
        vec![leaf(), Tree(vec![leaf()], [(1, leaf())].into(), Box::new(1))],
        HashMap::new(),
        Box::new(1),
    );
    let coverage = Coverage::of([("tree", &tree)]);
    let mut paths: Vec<_> =
        coverage.rows().filter(|row| row.class() == Class::Once).map(|row| row.path()).collect();
    paths.sort_unstable();
    paths.dedup();
    let expected =
        ["tree.leaf", "tree.list", "tree.list[].leaf", "tree.list[].map", "tree.list[].map.values[].leaf"];
    assert!(paths.iter().all(|path| expected.contains(path) || *path == "tree.list[].map"), "{paths:?}");
    drop((recording, tree));
}

/// Frees or resizes a block during the walk.
struct Fleeting(RefCell<Vec<u8>>, Vec<u8>);

impl DeepSize for Fleeting {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("last", &self.1);
        let mut first = self.0.borrow_mut();
        walker.field("first", &*first);
        *first = Vec::new();
        first.reserve_exact(4000);
    }
}

#[test]
fn a_block_freed_during_the_walk_has_a_separate_class() {
    let _alone = alone();
    let recording = Recorder::all().start();
    let fleeting = Fleeting(RefCell::new(vec![0; 4000]), vec![0; 50]);
    let line = line!() - 1;
    let before = thread().net_size();
    let coverage = Coverage::of([("fleeting", &fleeting)]);
    assert_eq!(thread().net_size(), before, "the walk frees and allocates as the program");
    let rows = [expected(Class::Once, "fleeting.last", "", 50, 1), expected(Class::Freed, "", "", 4000, 1)];
    assert_eq!(found(&coverage, FILE, line), rows);
    assert_adds_up(&coverage);
    // The new block has a record, and is claimed.
    let coverage = Coverage::of([("fleeting", &fleeting)]);
    assert_eq!(coverage.estimate(Class::Freed).amount.size, 4000);
    drop(recording);
}

#[test]
fn blocks_from_before_the_recording_are_in_no_class() {
    let _alone = alone();
    let old = vec![0_u8; 1 << 20];
    let recording = Recorder::all().start();
    let new = vec![0_u8; 100];
    let line = line!() - 1;
    let roots = [("old", &old), ("new", &new)];
    let coverage = Coverage::of(roots);
    assert_eq!(found(&coverage, FILE, line), [expected(Class::Once, "new", "", 100, 1)]);
    assert_eq!(coverage.unmatched(Cause::NotRecorded).size, 1 << 20);
    assert!(coverage.unrecorded().is_some_and(|amount| amount.size >= 1 << 20));
    assert!(coverage.to_string().contains("reported, but not among the recorded blocks: 1.0 MiB in 1 block"));
    drop(recording);
}

struct NoAddress(Vec<u8>);

impl DeepSize for NoAddress {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.allocations(1, self.0.capacity(), self.0.len());
    }
}

#[test]
fn memory_reported_without_an_address_is_stated() {
    let _alone = alone();
    let recording = Recorder::all().start();
    let hidden = NoAddress(vec![0; 123]);
    let line = line!() - 1;
    let coverage = Coverage::of([("hidden", &hidden)]);
    assert_eq!(found(&coverage, FILE, line), [expected(Class::Unclaimed, "", "", 123, 1)]);
    let amount = coverage.unmatched(Cause::NoAddress);
    assert_eq!((amount.size, amount.blocks), (123, 1));
    drop(recording);
}

#[test]
fn a_coverage_is_the_trackers_own_memory() {
    let _alone = alone();
    let recording = Recorder::all().start();
    let values: Vec<Arc<Vec<String>>> = (0..100).map(|at| Arc::new(vec!["text".repeat(at)])).collect();
    let before = thread().net_size();
    let coverage = Coverage::of([("values", &values)]);
    let copy = coverage.clone();
    assert_eq!(thread().net_size(), before);
    drop((coverage, copy));
    assert_eq!(thread().net_size(), before);
    drop(recording);
}

#[test]
fn without_a_recording_there_are_no_blocks() {
    let _alone = alone();
    let text = vec![0_u8; 100];
    let coverage = Coverage::of([("text", &text)]);
    assert_eq!(coverage.limitation(), Some(Limitation::NotRecorded));
    assert_eq!(coverage.rows().len(), 0);
    assert_eq!(coverage.claimed_size(), 100);
    let printed = coverage.to_string();
    assert!(
        printed.starts_with("no blocks are recorded") && printed.ends_with("reported: 100 B"),
        "{printed}"
    );
    let text: &dyn DeepSize = &text;
    assert_adds_up(&Coverage::of([("text", text)]));
}

/// Borrows a text, and reports it to be counted.
struct View<'t>(&'t str);

impl DeepSize for View<'_> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.borrowed(self.0);
    }
}

#[test]
fn a_block_that_is_owned_and_also_borrowed_is_claimed_twice() {
    let _alone = alone();
    let recording = Recorder::all().start();
    let text = "text".repeat(10);
    let line = line!() - 1;
    let views = vec![View(&text), View(&text)];
    let coverage = Coverage::of([("views", &views)]);
    assert_eq!(found(&coverage, FILE, line), [expected(Class::Once, "views[]", "", 40, 1)]);
    let roots: [(&str, &dyn DeepSize); 2] = [("text", &text), ("views", &views)];
    let coverage = Coverage::of(roots);
    assert_eq!(found(&coverage, FILE, line), [expected(Class::Twice, "text", "views[]", 40, 1)]);
    drop(recording);
}

#[test]
fn a_truncated_trace_names_no_crate() {
    let _alone = alone();
    let recording = Recorder::all().max_depth(1).start();
    let text = "text".repeat(1000);
    let coverage = Coverage::of([("nothing", &0_u8)]);
    // Blocks of the test harness may be in the same row.
    let row = coverage.rows().find(|row| row.estimate().amount.size >= 4000).expect("the text is recorded");
    assert_eq!(row.crate_name(), "", "{coverage:#}");
    assert!(coverage.to_string().contains("unknown crate: "), "{coverage}");
    drop((text, recording));
}

struct Panics(String);

impl DeepSize for Panics {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("text", &self.0);
        std::panic::resume_unwind(Box::new("an impl panics"));
    }
}

#[test]
fn a_panic_leaves_the_counts_right() {
    let _alone = alone();
    let recording = Recorder::all().start();
    let value = Panics("text".repeat(10));
    let before = thread().net_size();
    let coverage = std::panic::catch_unwind(|| Coverage::of([("value", &value)]));
    drop(coverage.expect_err("the impl panics"));
    assert_eq!(thread().net_size(), before);
    drop(recording);
}
