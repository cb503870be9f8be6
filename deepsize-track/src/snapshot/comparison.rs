use std::cmp::Reverse;
use std::collections::HashMap;
use std::fmt;

use super::amount::Amount;
use super::group::{Amounts, Group, Key, Rank, write_trace};
use super::rows::{RankedRows, TOP};
use super::tracemalloc::{Notes, Size};
use crate::untracked::Untracked;

/// What has changed between two moments: made by [`Snapshot::compare_to`](super::Snapshot::compare_to), the largest difference first.
///
/// It is printed as Python's `tracemalloc` does, the first ten rows or [as many as one likes](Self::top):
///
/// ```text
/// src/parse.rs:12: size=4855 KiB (+4855 KiB), count=46530 (+46530), average=107 B
/// src/main.rs:30: size=0 B (-512 KiB), count=0 (-1)
/// 17 other: 96.2 KiB (+1020 B)
/// Total allocated size: 4951 KiB (+4344 KiB)
/// the tracker itself: 3310 KiB (+3100 KiB)
/// ```
#[derive(Clone, Debug)]
pub struct Comparison {
    inner: Untracked<Changes>,
}

#[derive(Clone, Debug)]
struct Changes {
    rows: Vec<(Key, Pair)>,
    total: Pair,
    is_cumulative: bool,
    notes: Notes,
    /// Whether recording had ended by the later moment. Then nothing is known to be live, rather than nothing being live.
    is_over: bool,
    own_before: u64,
}

/// Later and earlier.
#[derive(Clone, Copy, Debug, Default)]
struct Pair {
    now: Amount,
    before: Amount,
}

fn difference(now: u64, before: u64) -> i64 {
    let most = |difference: u64| i64::try_from(difference).unwrap_or(i64::MAX);
    if now >= before { most(now - before) } else { -most(before - now) }
}

impl Pair {
    fn size(self) -> i64 {
        difference(self.now.bytes, self.before.bytes)
    }

    fn count(self) -> i64 {
        difference(self.now.blocks, self.before.blocks)
    }

    /// The order of `tracemalloc`.
    fn order(self) -> impl Ord {
        Reverse((self.size().abs(), self.now.bytes, self.count().abs(), self.now.blocks))
    }
}

impl Comparison {
    pub(super) fn new(later: &RankedRows, earlier: &RankedRows) -> Self {
        Self { inner: Untracked::new(|| Changes::new(later, earlier, later.rank)) }
    }

    /// The rows, the largest difference in bytes first; those that are equal in all figures by name.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Difference<'_>> + DoubleEndedIterator {
        self.inner.rows.iter().map(|(key, pair)| Difference { key, pair: *pair })
    }

    /// What the traces of the later moment come to.
    #[must_use]
    pub fn total(&self) -> Amount {
        self.inner.total.now
    }

    /// By how many bytes that is more. It is the sum of the rows unless they are cumulative.
    #[must_use]
    pub fn size_difference(&self) -> i64 {
        self.inner.total.size()
    }

    /// By how many blocks that is more. It is the sum of the rows unless they are cumulative.
    #[must_use]
    pub fn count_difference(&self) -> i64 {
        self.inner.total.count()
    }

    /// The first rows, as text, and what the others come to.
    pub fn top(&self, rows: usize) -> impl fmt::Display + '_ {
        TopChanges { comparison: self, rows }
    }
}

impl Changes {
    fn new(later: &RankedRows, earlier: &RankedRows, rank: Rank) -> Self {
        let mut before: HashMap<&Key, &Amounts> =
            earlier.rows.iter().map(|(key, amounts)| (key, amounts)).collect();
        let both = later.rows.iter().map(|(key, amounts)| {
            let before = before.remove(key).map_or_else(Amount::default, |amounts| amounts.by(rank));
            (key.clone(), Pair { now: amounts.by(rank), before })
        });
        let mut rows: Vec<(Key, Pair)> = both.collect();
        rows.extend(
            before.into_iter().map(|(key, amounts)| {
                (key.clone(), Pair { now: Amount::default(), before: amounts.by(rank) })
            }),
        );
        rows.sort_unstable_by(|(key, left), (other, right)| {
            left.order().cmp(&right.order()).then_with(|| key.cmp(other))
        });
        let notes = Notes {
            is_recorded: later.notes.is_recorded || earlier.notes.is_recorded,
            sampled_by: later.notes.sampled_by.max(earlier.notes.sampled_by),
            ..later.notes
        };
        Self {
            rows,
            total: Pair { now: later.total.by(rank), before: earlier.total.by(rank) },
            is_cumulative: later.is_cumulative || earlier.is_cumulative || later.by != earlier.by,
            notes,
            is_over: earlier.notes.is_recorded && !later.notes.is_recorded,
            own_before: earlier.notes.own,
        }
    }
}

/// The first ten rows.
impl fmt::Display for Comparison {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.top(TOP).fmt(out)
    }
}

struct TopChanges<'c> {
    comparison: &'c Comparison,
    rows: usize,
}

impl fmt::Display for TopChanges<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.comparison.inner;
        if let Some(reason) = inner.notes.instead(inner.rows.len()) {
            return out.write_str(reason);
        }
        for row in self.comparison.rows().take(self.rows) {
            writeln!(out, "{row}")?;
            write_trace(out, row.group())?;
        }
        let others = self.comparison.rows().skip(self.rows);
        if others.len() > 0 {
            let count = others.len();
            if inner.is_cumulative {
                writeln!(out, "{count} other")?;
            } else {
                let (size, difference) = others.fold((0_u64, 0_i64), |(size, difference), row| {
                    (size.saturating_add(row.size()), difference.saturating_add(row.size_difference()))
                });
                writeln!(out, "{count} other: {} ({:+})", Size::of(size), Size(difference as f64))?;
            }
        }
        let (total, more) = (Size::of(inner.total.now.bytes), Size(inner.total.size() as f64));
        writeln!(out, "Total allocated size: {total} ({more:+})")?;
        let more = Size(difference(inner.notes.own, inner.own_before) as f64);
        write!(out, "the tracker itself: {} ({more:+})", Size::of(inner.notes.own))?;
        inner.notes.write(out)?;
        if inner.is_over {
            out.write_str("\nby the later moment nothing was being recorded any more")?;
        }
        Ok(())
    }
}

/// A row of a [`Comparison`], printed as `src/a.rs:12: size=4855 KiB (+4855 KiB), count=46530 (+46530), average=107 B`.
#[derive(Clone, Copy, Debug)]
pub struct Difference<'c> {
    key: &'c Key,
    pair: Pair,
}

impl<'c> Difference<'c> {
    /// What it is about.
    #[must_use]
    pub fn group(self) -> Group<'c> {
        self.key.group()
    }

    /// The bytes at the later moment.
    #[must_use]
    pub fn size(self) -> u64 {
        self.pair.now.bytes
    }

    /// By how many bytes that is more.
    #[must_use]
    pub fn size_difference(self) -> i64 {
        self.pair.size()
    }

    /// The blocks at the later moment.
    #[must_use]
    pub fn count(self) -> u64 {
        self.pair.now.blocks
    }

    /// By how many blocks that is more.
    #[must_use]
    pub fn count_difference(self) -> i64 {
        self.pair.count()
    }

    /// Bytes for each block at the later moment; 0 if there is no block.
    #[must_use]
    pub fn average(self) -> f64 {
        if self.count() == 0 { 0.0 } else { self.size() as f64 / self.count() as f64 }
    }
}

impl fmt::Display for Difference<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let more = Size(self.size_difference() as f64);
        write!(out, "{}: size={} ({more:+}), ", self.group(), Size::of(self.size()))?;
        write!(out, "count={} ({:+})", self.count(), self.count_difference())?;
        if self.count() > 0 {
            write!(out, ", average={}", Size(self.average()))?;
        }
        Ok(())
    }
}
