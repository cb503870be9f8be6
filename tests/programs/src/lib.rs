//! The live memory of a whole program, explained by the roots of its registry.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::thread;
use std::time::Duration;

use deep_size::registry::Registry;
use deep_size_track::{Class, Coverage, Group, Recorder, Recording, process};

/// A recording of all blocks, and the live bytes at its beginning.
#[derive(Debug)]
pub struct Program {
    _recording: Recording,
    earlier_size: u64,
}

impl Program {
    /// Records all blocks from now on.
    #[must_use]
    pub fn record() -> Self {
        let earlier_size = process().live_size;
        // Beyond 10,000 traces, the default, some blocks would have no line.
        Self { _recording: Recorder::all().max_traces(200_000).start(), earlier_size }
    }

    /// Waits until the live bytes stay the same, then compares the roots with the live blocks.
    ///
    /// # Panics
    ///
    /// Panics if the classes do not add up to the live bytes, or if a block is claimed twice.
    #[must_use]
    pub fn coverage(&self, registry: &Registry) -> Coverage {
        let roots = registry.roots();
        let live_size = settled_size();
        let coverage = Coverage::of(roots.iter().map(|root| (root.name(), root)));
        let unrecorded = coverage.unrecorded().expect("all blocks are recorded").size;
        let classes: u64 = Class::ALL.into_iter().map(|class| coverage.estimate(class).amount.size).sum();
        assert_eq!(live_size, classes + unrecorded, "{coverage}");
        assert!(unrecorded <= self.earlier_size, "{coverage}");
        assert_eq!(coverage.estimate(Class::Twice).amount.blocks, 0, "{coverage:#}");
        coverage
    }

    /// The share of all live bytes in blocks that a root claims, in thousandths. Blocks from before the recording count as unclaimed.
    #[must_use]
    pub fn explained(&self, coverage: &Coverage) -> u64 {
        let [once, opaque] = [Class::Once, Class::Opaque].map(|class| coverage.estimate(class).amount.size);
        1000 * (once + opaque) / (coverage.live().amount.size + self.earlier_size)
    }
}

/// The live bytes, once they stay the same for 100 ms.
fn settled_size() -> u64 {
    for _ in 0..600 {
        let size = process().live_size;
        thread::sleep(Duration::from_millis(100));
        if process().live_size == size {
            return size;
        }
    }
    panic!("the program allocates and frees for a minute, although it has no work");
}

/// The bytes that no root claims, by crate.
#[must_use]
pub fn unclaimed(coverage: &Coverage) -> BTreeMap<&str, u64> {
    let mut crates = BTreeMap::new();
    for row in coverage.rows().filter(|row| row.class() == Class::Unclaimed) {
        *crates.entry(row.crate_name()).or_default() += row.estimate().amount.size;
    }
    crates
}

/// The claimed bytes of a path.
#[must_use]
pub fn claimed(coverage: &Coverage, path: &str) -> u64 {
    let rows = coverage.rows().filter(|row| row.class() != Class::Unclaimed && row.path() == path);
    rows.map(|row| row.estimate().amount.size).sum()
}

/// The unclaimed bytes and blocks that these lines allocated, in a file whose path ends with `file`.
#[must_use]
pub fn unclaimed_at(coverage: &Coverage, file: &str, lines: RangeInclusive<u32>) -> (u64, u64) {
    let is_here = |group: Group<'_>| matches!(group, Group::Line { file: path, line } if path.ends_with(file) && lines.contains(&line));
    coverage
        .rows()
        .filter(|row| row.class() == Class::Unclaimed && is_here(row.line()))
        .map(|row| row.estimate().amount)
        .fold((0, 0), |(size, blocks), amount| (size + amount.size, blocks + amount.blocks))
}
