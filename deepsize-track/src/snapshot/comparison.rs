use std::cmp::Reverse;
use std::collections::HashMap;
use std::{fmt, io};

use super::amount::Amount;
use super::group::{Group, Key, write_trace};
use super::metric::{Amounts, Metric};
use super::notes::Notes;
use super::rows::{RankedRows, TOP};
use crate::table::Table;
use crate::units::{Bytes, Count, Plural, SignedBytes, SignedCount};
use crate::untracked::{Untracked, write};

/// The differences between two snapshots, largest first. Made by [`Snapshot::compare_to`](super::Snapshot::compare_to).
///
/// It is printed like a comparison of Python's `tracemalloc`: the first ten rows, or [any number of them](Self::top).
///
/// ```text
/// src/parse.rs:12: size=4.7 MiB (+4.7 MiB), count=46,530 (+46,530), average=107 B
/// src/main.rs:30: size=0 B (-512.0 KiB), count=0 (-1)
/// 17 others: 96.2 KiB (+1020 B)
/// total: 4.8 MiB (+4.2 MiB)
/// tracker's own memory: 3.2 MiB (+3.0 MiB)
/// ```
#[derive(Clone, Debug)]
pub struct Comparison {
    inner: Untracked<Changes>,
}

#[derive(Clone, Debug)]
struct Changes {
    rows: Vec<(Key, Pair)>,
    sum: Pair,
    metric: Metric,
    is_cumulative: bool,
    notes: Notes,
    /// Whether recording had ended by the later snapshot, which then has no traces.
    is_over: bool,
    tracker_size_before: u64,
}

/// The later and the earlier amount.
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
        difference(self.now.size, self.before.size)
    }

    fn count(self) -> i64 {
        difference(self.now.blocks, self.before.blocks)
    }

    fn write(self, out: &mut fmt::Formatter<'_>, metric: Metric) -> fmt::Result {
        metric.write(out, self.now, Some((self.size(), self.count())))
    }

    /// The order of Python's `tracemalloc`.
    fn order(self, metric: Metric) -> impl Ord {
        let (size, count) = ((self.size().abs(), self.now.size), (self.count().abs(), self.now.blocks));
        Reverse(metric.ordered(size, count))
    }
}

impl Comparison {
    pub(super) fn new(later: &RankedRows, earlier: &RankedRows) -> Self {
        Self { inner: Untracked::new(|| Changes::new(later, earlier, later.metric)) }
    }

    /// The rows, largest difference first. Rows with equal figures are ordered by name.
    ///
    /// The difference is in bytes, or in blocks if the statistics are [ranked](super::Statistics::ranked_by) by blocks.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Difference<'_>> + DoubleEndedIterator + Clone {
        self.inner.rows.iter().map(|(key, pair)| Difference { key, pair: *pair })
    }

    /// The amount of all traces of the later snapshot.
    #[must_use]
    pub fn sum(&self) -> Amount {
        self.inner.sum.now
    }

    /// The change of that amount in bytes. It is the sum of the rows, unless they are cumulative.
    #[must_use]
    pub fn size_change(&self) -> i64 {
        self.inner.sum.size()
    }

    /// The change of that amount in blocks. It is the sum of the rows, unless they are cumulative.
    #[must_use]
    pub fn count_change(&self) -> i64 {
        self.inner.sum.count()
    }

    /// Prints the first rows, and the sum of the others.
    pub fn top(&self, rows: usize) -> impl fmt::Display + '_ {
        TopChanges { comparison: self, rows }
    }
}

impl Comparison {
    /// Writes all rows as comma-separated values (RFC 4180), in their order. Figures are whole numbers.
    ///
    /// The columns are `kind` and `name`, as [for statistics](super::Statistics::write_csv), and `live_bytes`, `live_bytes_change`,
    /// `live_blocks` and `live_blocks_change`. If the statistics are [ranked](super::Statistics::ranked_by) by another amount, the
    /// names begin with `total`, `peak` or `temporary`.
    ///
    /// # Errors
    ///
    /// Returns the errors of `out`.
    pub fn write_csv(&self, out: impl io::Write) -> io::Result<()> {
        write(out, || self.table().csv())
    }

    /// Writes all rows as JSON: an object with the array `rows`, whose members have the names and values of
    /// [the columns](Self::write_csv).
    ///
    /// The object also has `lost_blocks`, and `sampling_interval` in bytes, which is `null` if all blocks were recorded.
    ///
    /// # Errors
    ///
    /// Returns the errors of `out`.
    #[cfg(feature = "json")]
    #[cfg_attr(docsrs, doc(cfg(feature = "json")))]
    pub fn write_json(&self, out: impl io::Write) -> io::Result<()> {
        write(out, || self.table().json())
    }

    fn table(&self) -> Table {
        let name = self.inner.metric.column();
        let row = |row: Difference<'_>| {
            let (sizes, counts) = ((row.size(), row.size_change()), (row.count(), row.count_change()));
            let figures =
                [sizes, counts].into_iter().flat_map(|(now, change)| [Some(now).into(), Some(change).into()]);
            row.group().cells().into_iter().chain(figures).collect()
        };
        Table {
            columns: format!("kind,name,{name}_bytes,{name}_bytes_change,{name}_blocks,{name}_blocks_change")
                .into(),
            rows: self.rows().map(row).collect(),
            facts: self.inner.notes.facts().into(),
        }
    }
}

impl Changes {
    fn new(later: &RankedRows, earlier: &RankedRows, metric: Metric) -> Self {
        let mut before: HashMap<&Key, &Amounts> =
            earlier.rows.iter().map(|(key, amounts)| (key, amounts)).collect();
        let both = later.rows.iter().map(|(key, amounts)| {
            let before = before.remove(key).map_or_else(Amount::default, |amounts| amounts.by(metric));
            (key.clone(), Pair { now: amounts.by(metric), before })
        });
        let mut rows: Vec<(Key, Pair)> = both.collect();
        rows.extend(before.into_iter().map(|(key, amounts)| {
            (key.clone(), Pair { now: Amount::default(), before: amounts.by(metric) })
        }));
        rows.sort_unstable_by(|(key, left), (other, right)| {
            left.order(metric).cmp(&right.order(metric)).then_with(|| key.cmp(other))
        });
        let notes = Notes {
            is_recorded: later.notes.is_recorded || earlier.notes.is_recorded,
            sampling_interval: later.notes.sampling_interval.max(earlier.notes.sampling_interval),
            ..later.notes
        };
        Self {
            rows,
            sum: Pair { now: later.sum.by(metric), before: earlier.sum.by(metric) },
            metric,
            is_cumulative: later.is_cumulative || earlier.is_cumulative || later.by != earlier.by,
            notes,
            is_over: earlier.notes.is_recorded && !later.notes.is_recorded,
            tracker_size_before: earlier.notes.tracker_size,
        }
    }
}

/// Prints the first ten rows.
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
        let is_zero =
            |row: &Difference<'_>| row.pair.now == row.pair.before && row.pair.now == Amount::default();
        let rows = || self.comparison.rows().filter(|row| !is_zero(row));
        for row in rows().take(self.rows) {
            writeln!(out, "{row}")?;
            write_trace(out, row.group())?;
        }
        let others = rows().skip(self.rows);
        let count = others.clone().count();
        if count > 0 {
            write!(out, "{}", Plural(count as u64, "other"))?;
            if !inner.is_cumulative {
                let mut sum = Pair::default();
                others.for_each(|row| {
                    sum.now.add(row.pair.now);
                    sum.before.add(row.pair.before);
                });
                out.write_str(": ")?;
                sum.write(out, inner.metric)?;
            }
            out.write_str("\n")?;
        }
        out.write_str("total: ")?;
        inner.sum.write(out, inner.metric)?;
        let change = difference(inner.notes.tracker_size, inner.tracker_size_before);
        write!(out, "\ntracker's own memory: {} ({})", Bytes(inner.notes.tracker_size), SignedBytes(change))?;
        inner.notes.fmt(out)?;
        if inner.is_over {
            out.write_str("\nrecording had ended before the later snapshot, so its amounts are 0")?;
        }
        Ok(())
    }
}

/// A row of a [`Comparison`].
///
/// It is printed as `src/a.rs:12: size=4.7 MiB (+4.7 MiB), count=46,530 (+46,530), average=107 B`.
#[derive(Clone, Copy, Debug)]
pub struct Difference<'c> {
    key: &'c Key,
    pair: Pair,
}

impl<'c> Difference<'c> {
    /// The line, function, file, crate or trace of the row.
    #[must_use]
    pub fn group(self) -> Group<'c> {
        self.key.group()
    }

    /// The bytes of the later snapshot.
    #[must_use]
    pub fn size(self) -> u64 {
        self.pair.now.size
    }

    /// The change in bytes.
    #[must_use]
    pub fn size_change(self) -> i64 {
        self.pair.size()
    }

    /// The number of blocks of the later snapshot.
    #[must_use]
    pub fn count(self) -> u64 {
        self.pair.now.blocks
    }

    /// The change of the number of blocks.
    #[must_use]
    pub fn count_change(self) -> i64 {
        self.pair.count()
    }

    /// The average size of a block of the later snapshot, in bytes; 0 if there is no block.
    #[must_use]
    pub fn average_size(self) -> f64 {
        if self.count() == 0 { 0.0 } else { self.size() as f64 / self.count() as f64 }
    }
}

impl fmt::Display for Difference<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (size, count) = (Bytes(self.size()), Count(self.count()));
        write!(out, "{}: size={size} ({}), ", self.group(), SignedBytes(self.size_change()))?;
        write!(out, "count={count} ({})", SignedCount(self.count_change()))?;
        if self.count() > 0 {
            write!(out, ", average={}", Bytes(self.average_size().round() as u64))?;
        }
        Ok(())
    }
}
