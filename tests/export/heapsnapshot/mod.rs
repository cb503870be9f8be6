//! Heap snapshots, parsed like the developer tools parse them.

mod cases;
mod reader;

use crate::for_each_report;
use reader::{Snapshot, check_blocks};

#[test]
fn dominators_and_retained_sizes_agree_with_the_report() {
    let (mut blocks, mut apart, mut dominated) = (0, 0, 0);
    for_each_report(|name, report| {
        println!("{name}");
        let snapshot = Snapshot::of(report);
        if snapshot.excess > 0 {
            assert_eq!(name, "huge");
            return;
        }
        check_blocks(report, &snapshot);
        let nodes = snapshot.blocks();
        blocks += nodes.len();
        apart += nodes.iter().filter(|&&node| snapshot.memory(node).is_some()).count();
        dominated += report.shared_allocations().filter(|block| block.dominator().is_some()).count();
    });
    assert!(
        blocks > 500 && apart > 20 && dominated > 200,
        "{blocks} {apart} {dominated}: the graphs have too few cases"
    );
}
