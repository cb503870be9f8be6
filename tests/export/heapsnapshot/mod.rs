//! Heap snapshots, read as the developer tools read them.

mod cases;
mod reader;

use arbitrary::Unstructured;
use deep_size::inspect;
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::test_runner::{Config, TestRunner};
use std::cell::Cell;

use crate::graph::{Alive, random};
use reader::{Snapshot, check_blocks};

#[test]
fn dominators_and_retained_sizes_of_random_graphs_are_those_of_the_report() {
    let (blocks, apart, dominated) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let mut runner = TestRunner::new(Config { cases: 4000, failure_persistence: None, ..Config::default() });
    runner
        .run(&(vec(any::<u8>(), 0..400), any::<bool>()), |(bytes, clean)| {
            Alive::forget();
            let graph = random(&mut Unstructured::new(&bytes), clean);
            let report = inspect(&graph.value);
            let snapshot = Snapshot::of(&report);
            check_blocks(&report, &snapshot);
            let nodes = snapshot.blocks();
            blocks.set(blocks.get() + nodes.len());
            apart.set(apart.get() + nodes.iter().filter(|&&node| snapshot.memory(node).is_some()).count());
            let is_dominated = report.shared_allocations().filter(|block| block.dominator().is_some());
            dominated.set(dominated.get() + is_dominated.count());
            Alive::unlink(|_| true);
            Ok(())
        })
        .unwrap();
    assert!(
        blocks.get() > 4000 && apart.get() > 100 && dominated.get() > 1000,
        "the graphs try what they should"
    );
}
