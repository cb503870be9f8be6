use std::fmt;

use super::amount::Amount;
use super::comparison::Comparison;
use super::group::{Amounts, Group, Key, Rank, write_trace};
use super::rows::{RankedRows, TOP};
use super::tracemalloc::Size;
use crate::untracked::Untracked;

/// What a program has allocated, added up by line, function, file, crate or trace: made by
/// [`Snapshot::statistics`](super::Snapshot::statistics), the largest first.
///
/// It is printed as Python's `tracemalloc` does, the first ten rows or [as many as one likes](Self::top):
///
/// ```text
/// src/parse.rs:12: size=4855 KiB, count=46530, average=107 B
/// src/main.rs:30: size=512 KiB, count=1, average=512 KiB
/// 17 other: 96.2 KiB
/// Total allocated size: 5463 KiB
/// the tracker itself: 3310 KiB
/// ```
#[derive(Clone, Debug)]
pub struct Statistics {
    inner: Untracked<RankedRows>,
}

impl Statistics {
    /// Calls `make` untracked.
    pub(super) fn new(make: impl FnOnce() -> RankedRows) -> Self {
        Self { inner: Untracked::new(|| make().sorted(Rank::Live)) }
    }

    /// The same, with all that was ever allocated, or what was live at the peak, as sizes and counts, the largest first. Takes time for
    /// sorting.
    #[must_use]
    pub fn ranked_by(&self, rank: Rank) -> Self {
        Self { inner: Untracked::new(|| RankedRows::clone(&self.inner).sorted(rank)) }
    }

    /// The rows, the largest first; those that are equally large by name.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Statistic<'_>> + DoubleEndedIterator {
        let rank = self.inner.rank;
        self.inner.rows.iter().map(move |(key, amounts)| Statistic { key, amounts, rank })
    }

    /// What the traces have allocated together. That is the sum of the rows unless they are cumulative.
    #[must_use]
    pub fn total(&self) -> Amount {
        self.inner.total.by(self.inner.rank)
    }

    /// The difference from earlier statistics, which should be by the same, and both cumulative or not. Takes linear time.
    ///
    /// What is ranked here is ranked there too.
    #[must_use]
    pub fn compare_to(&self, earlier: &Self) -> Comparison {
        Comparison::new(&self.inner, &earlier.inner)
    }

    /// The first rows, as text, and what the others come to.
    pub fn top(&self, rows: usize) -> impl fmt::Display + '_ {
        TopRows { statistics: self, rows }
    }
}

/// The first ten rows.
impl fmt::Display for Statistics {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.top(TOP).fmt(out)
    }
}

struct TopRows<'s> {
    statistics: &'s Statistics,
    rows: usize,
}

impl fmt::Display for TopRows<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.statistics.inner;
        if let Some(reason) = inner.notes.instead(inner.rows.len()) {
            return out.write_str(reason);
        }
        for row in self.statistics.rows().take(self.rows) {
            writeln!(out, "{row}")?;
            write_trace(out, row.group())?;
        }
        let others = self.statistics.rows().skip(self.rows);
        if others.len() > 0 {
            let count = others.len();
            if inner.is_cumulative {
                // Each may have much in common with others.
                writeln!(out, "{count} other")?;
            } else {
                let size = others.fold(0, |sum: u64, row| sum.saturating_add(row.size()));
                writeln!(out, "{count} other: {}", Size::of(size))?;
            }
        }
        writeln!(out, "Total allocated size: {}", Size::of(self.statistics.total().bytes))?;
        write!(out, "the tracker itself: {}", Size::of(inner.notes.own))?;
        inner.notes.write(out)
    }
}

/// A row of [`Statistics`], printed as `src/a.rs:12: size=4855 KiB, count=46530, average=107 B`.
#[derive(Clone, Copy, Debug)]
pub struct Statistic<'s> {
    key: &'s Key,
    amounts: &'s Amounts,
    rank: Rank,
}

impl<'s> Statistic<'s> {
    /// What it is about.
    #[must_use]
    pub fn group(self) -> Group<'s> {
        self.key.group()
    }

    /// The bytes that are live, or what else the statistics [are ranked by](Statistics::ranked_by).
    #[must_use]
    pub fn size(self) -> u64 {
        self.amounts.by(self.rank).bytes
    }

    /// The blocks, likewise.
    #[must_use]
    pub fn count(self) -> u64 {
        self.amounts.by(self.rank).blocks
    }

    /// Bytes for each block, likewise; 0 if there is no block.
    #[must_use]
    pub fn average(self) -> f64 {
        if self.count() == 0 { 0.0 } else { self.size() as f64 / self.count() as f64 }
    }

    /// What is live.
    #[must_use]
    pub fn live(self) -> Amount {
        self.amounts.live
    }

    /// All that was ever allocated.
    #[must_use]
    pub fn total(self) -> Amount {
        self.amounts.total
    }

    /// What was live when most was live in all; within 1 % of that peak.
    #[must_use]
    pub fn at_peak(self) -> Amount {
        self.amounts.at_peak
    }
}

impl fmt::Display for Statistic<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: size={}, count={}", self.group(), Size::of(self.size()), self.count())?;
        if self.count() > 0 {
            write!(out, ", average={}", Size(self.average()))?;
        }
        Ok(())
    }
}
