//! Planted faults.

use std::sync::Arc;

use deep_size_core::{DeepSize, Walker};
use deep_size_track::{Class, Coverage, Recorder};

use crate::shared::alone;
use crate::{assert_adds_up, expected, found};

const FILE: &str = "coverage/faults.rs";

struct Session {
    name: String,
    body: Vec<u8>,
}

impl DeepSize for Session {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("name", &self.name); // Forgets the body.
    }
}

#[test]
fn a_forgotten_field_is_named_with_its_line() {
    let _alone = alone();
    let recording = Recorder::all().start();
    let body = |at: usize| vec![0_u8; 1000 + at];
    let line = line!() - 1;
    let sessions: Vec<Session> =
        (0..10).map(|at| Session { name: "a name".to_owned(), body: body(at) }).collect();
    let coverage = Coverage::of([("sessions", &sessions)]);
    let names: Vec<_> = found(&coverage, FILE, line!() - 2);
    assert_eq!(found(&coverage, FILE, line), [expected(Class::Unclaimed, "", "", 10_045, 10)]);
    assert!(names.contains(&expected(Class::Once, "sessions[].name", "", 60, 10)), "{names:?}");
    assert!(names.iter().all(|row| row.0 == Class::Once), "{names:?}");
    assert_adds_up(&coverage);
    let text = coverage.to_string();
    let unclaimed = format!("9.8 KiB in 10 blocks from deepsize-track/tests/{FILE}:{line}");
    assert!(text.contains(&unclaimed) || text.contains(&unclaimed.replace("deepsize-track/", "")), "{text}");
    assert_eq!(sessions[9].body.len(), 1009);
    drop(recording);
}

#[test]
fn a_block_that_two_roots_claim_is_named_with_both_paths() {
    let _alone = alone();
    let recording = Recorder::all().start();
    let texts = (1, vec![0_u8; 500]);
    let line = line!() - 1;
    let coverage = Coverage::of([("first", &texts), ("second", &texts)]);
    assert_eq!(found(&coverage, FILE, line), [expected(Class::Twice, "first.1", "second.1", 500, 1)]);
    assert_adds_up(&coverage);
    assert!(coverage.to_string().contains("`first.1` and `second.1`"), "{coverage}");
    drop(recording);
}

struct Doubles(Vec<u8>);

impl DeepSize for Doubles {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("one", &self.0);
        walker.field("other", &self.0);
    }
}

#[test]
fn a_value_that_counts_a_block_twice_is_named() {
    let _alone = alone();
    let recording = Recorder::all().start();
    let doubles = Doubles(vec![0; 77]);
    let line = line!() - 1;
    let coverage = Coverage::of([("doubles", &doubles)]);
    assert_eq!(found(&coverage, FILE, line), [expected(Class::Twice, "doubles.one", "doubles.other", 77, 1)]);
    drop(recording);
}

#[test]
fn handles_to_one_block_are_one_claim() {
    let _alone = alone();
    let recording = Recorder::all().start();
    let text: Arc<Vec<u8>> = Arc::new(vec![0; 300]);
    let line = line!() - 1;
    let handles = [vec![text.clone(), text.clone()], vec![text]];
    let coverage = Coverage::of([("first", &handles[0]), ("second", &handles[1])]);
    let block = 300 + 16 + size_of::<Vec<u8>>() as u64;
    assert_eq!(found(&coverage, FILE, line), [expected(Class::Once, "first[]", "", block, 2)]);
    assert_eq!(coverage.estimate(Class::Twice).amount.blocks, 0, "{coverage:#}");
    drop(recording);
}

#[test]
fn a_handle_that_two_roots_reach_is_one_claim() {
    let _alone = alone();
    let recording = Recorder::all().start();
    let text: Arc<Vec<u8>> = Arc::new(vec![0; 300]);
    let line = line!() - 1;
    let coverage = Coverage::of([("first", &text), ("second", &text)]);
    let block = 300 + 16 + size_of::<Vec<u8>>() as u64;
    assert_eq!(found(&coverage, FILE, line), [expected(Class::Once, "first", "", block, 2)]);
    drop(recording);
}

#[test]
fn a_block_that_no_root_holds_is_named_with_its_size() {
    let _alone = alone();
    let recording = Recorder::all().start();
    let kept = Box::new([0_u64; 9]);
    let forgotten: Vec<Box<[u32; 12]>> = (0..5).map(|_| Box::new([0; 12])).collect();
    let line = line!() - 1;
    let coverage = Coverage::of([("kept", &kept)]);
    let rows = found(&coverage, FILE, line);
    // The vector and the boxes share a line.
    let pointers = 5 * size_of::<usize>() as u64;
    assert_eq!(rows, [expected(Class::Unclaimed, "", "", pointers + 5 * 48, 6)]);
    let coverage = Coverage::of([("forgotten", &forgotten)]);
    let row = coverage.rows().find(|row| row.path() == "forgotten[]").expect("the boxes are claimed");
    assert_eq!((row.class(), row.block_size()), (Class::Once, Some(48)));
    assert_eq!(row.estimate().amount.blocks, 5);
    assert_eq!(row.crate_name(), "coverage");
    drop((kept, recording));
}
