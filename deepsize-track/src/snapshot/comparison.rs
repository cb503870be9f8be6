use std::{fmt, io};

use super::rows::{Change, RankedRows, Row, TOP, Top};
use super::{Amount, Group};
use crate::table::Table;
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
#[must_use]
pub struct Comparison {
    inner: Untracked<RankedRows>,
}

impl Comparison {
    pub(super) fn new(later: &RankedRows, earlier: &RankedRows) -> Self {
        Self { inner: Untracked::new(|| later.compared_to(earlier)) }
    }

    /// The rows, largest difference first. Rows with equal figures are ordered by name.
    ///
    /// The difference is in bytes, or in blocks if the statistics are [ranked](super::Statistics::ranked_by) by blocks.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Difference<'_>> + DoubleEndedIterator + Clone {
        self.inner.rows().map(|(row, change)| Difference { row, change })
    }

    /// The amount of all traces of the later snapshot.
    pub fn sum(&self) -> Amount {
        self.inner.sum().now
    }

    /// The change of that amount in bytes. It is the sum of the rows, unless they are cumulative.
    pub fn size_change(&self) -> i64 {
        self.inner.sum().size()
    }

    /// The change of that amount in blocks. It is the sum of the rows, unless they are cumulative.
    pub fn count_change(&self) -> i64 {
        self.inner.sum().count()
    }

    /// Prints the first rows, and the sum of the others.
    pub fn top(&self, rows: usize) -> impl fmt::Display + '_ {
        Top { all: &self.inner, rows }
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

/// Prints the first ten rows.
impl fmt::Display for Comparison {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.top(TOP).fmt(out)
    }
}

/// A row of a [`Comparison`].
///
/// It is printed as `src/a.rs:12: size=4.7 MiB (+4.7 MiB), count=46,530 (+46,530), average=107 B`.
#[derive(Clone, Copy, Debug)]
pub struct Difference<'c> {
    row: &'c Row,
    change: Change,
}

impl<'c> Difference<'c> {
    /// The line, function, file, crate or trace of the row.
    pub fn group(self) -> Group<'c> {
        self.row.key.group()
    }

    /// The bytes of the later snapshot.
    pub fn size(self) -> u64 {
        self.change.now.size
    }

    /// The change in bytes.
    pub fn size_change(self) -> i64 {
        self.change.size()
    }

    /// The number of blocks of the later snapshot.
    pub fn count(self) -> u64 {
        self.change.now.blocks
    }

    /// The change of the number of blocks.
    pub fn count_change(self) -> i64 {
        self.change.count()
    }

    /// The average size of a block of the later snapshot, in bytes; 0 if there is no block.
    pub fn average_size(self) -> f64 {
        self.change.average_size()
    }
}

impl fmt::Display for Difference<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.group(), self.change)
    }
}
