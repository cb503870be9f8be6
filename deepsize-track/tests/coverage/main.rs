//! Each live block has one class, and planted faults are named with path or line and bytes.

#![cfg(feature = "audit")]

mod cases;
mod faults;
mod output;
mod random;
mod sampled;
#[path = "../shared/mod.rs"]
mod shared;
mod threads;

use deep_size_track::{Amount, Class, Coverage, Estimate, Group, TrackingAllocator};

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

/// A row as `(class, path, second path, bytes, blocks)`.
type Found = (Class, String, String, u64, u64);

/// The rows of blocks that a line of these tests allocated.
fn found(coverage: &Coverage, file: &str, line: u32) -> Vec<Found> {
    let rows = coverage.rows().filter(|row| match row.line() {
        Group::Line { file: of, line: at } => of.ends_with(file) && at == line,
        _ => false,
    });
    let row = |row: deep_size_track::CoverageRow<'_>| {
        let Amount { size, blocks, .. } = row.estimate().amount;
        (row.class(), row.path().to_owned(), row.again().unwrap_or_default().to_owned(), size, blocks)
    };
    rows.map(row).collect()
}

/// An expected row.
fn expected(class: Class, path: &str, again: &str, size: u64, blocks: u64) -> Found {
    (class, path.into(), again.into(), size, blocks)
}

/// Asserts that each block has one class.
#[track_caller]
fn assert_adds_up(coverage: &Coverage) {
    let sum: Estimate = Class::ALL.into_iter().map(|class| coverage.estimate(class)).sum();
    assert_eq!(sum.amount, coverage.live().amount);
    let (mut size, mut blocks) = (0, 0);
    for class in Class::ALL {
        let (amount, snapshot) = (coverage.estimate(class).amount, coverage.snapshot(class));
        assert_eq!(snapshot.live_amount(), amount, "{class}");
        (size, blocks) = (size + amount.size, blocks + amount.blocks);
    }
    assert_eq!((size, blocks), (sum.amount.size, sum.amount.blocks));
}
