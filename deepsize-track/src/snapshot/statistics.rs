use std::time::Duration;
use std::{fmt, io};

use super::rows::{Change, RankedRows, Row, TOP, Top};
use super::{Ages, Amount, By, Group, Metric, Snapshot};
use crate::sites::SiteSums;
use crate::table::{Cell, Table};
use crate::untracked::{Untracked, write};

impl Snapshot {
    /// Groups the traces by line, function, file, crate or trace, or the live blocks by thread. Each trace counts in the row of the
    /// code that allocates.
    ///
    /// Takes time linear in the number of traces, once their names [have been looked up](super::Trace::frames).
    ///
    /// # Panics
    ///
    /// `By::Thread` panics if the snapshot was not [taken with blocks](Self::take_with_blocks).
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size_track::{By, Recorder, Snapshot, TrackingAllocator};
    ///
    /// #[global_allocator]
    /// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
    ///
    /// let recording = Recorder::all().start();
    /// let kept: Vec<Box<[u8]>> = (0..100).map(|_| vec![0; 1000].into()).collect();
    /// let statistics = Snapshot::take().statistics(By::Line);
    /// let first = statistics.rows().next().unwrap();
    /// assert_eq!((first.size(), first.count(), first.average_size()), (100_000, 100, 1000.0));
    /// println!("{}", statistics.top(3));
    /// # drop((kept, recording));
    /// ```
    pub fn statistics(&self, by: By) -> Statistics {
        Statistics { inner: Untracked::new(|| self.grouped(&self.inner.attribution, by, false)) }
    }

    /// Sums up the traces like [`statistics`](Self::statistics), but counts each trace in the rows of all its callers too.
    ///
    /// The rows add up to more than the total. A recursive function counts each trace once. `By::Trace` and `By::Thread`
    /// give the same rows as `statistics`.
    ///
    /// # Panics
    ///
    /// Panics like `statistics`.
    pub fn cumulative_statistics(&self, by: By) -> Statistics {
        Statistics { inner: Untracked::new(|| self.grouped(&self.inner.attribution, by, true)) }
    }

    /// Compares the live amounts with an earlier snapshot.
    ///
    /// Both are [attributed](Self::attributed_to) like this snapshot.
    ///
    /// The differences of the rows add up to the difference of the sums. To compare total, peak or cumulative amounts, use
    /// [`Statistics::compare_to`].
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size_track::{By, Recorder, Snapshot, TrackingAllocator};
    ///
    /// #[global_allocator]
    /// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
    ///
    /// let recording = Recorder::all().start();
    /// let earlier = Snapshot::take();
    /// let kept = vec![0_u8; 1_000_000];
    /// let comparison = Snapshot::take().compare_to(&earlier, By::Line);
    /// let largest = comparison.rows().next().unwrap();
    /// assert_eq!((largest.size_change(), largest.count_change()), (1_000_000, 1));
    /// println!("{comparison}");
    /// # drop((kept, recording));
    /// ```
    pub fn compare_to(&self, earlier: &Self, by: By) -> Statistics {
        let earlier = Untracked::new(|| earlier.grouped(&self.inner.attribution, by, false));
        self.statistics(by).compare_to(&Statistics { inner: earlier })
    }
}

/// Amounts by line, function, file, crate or trace, largest first. Made by [`Snapshot::statistics`](Snapshot::statistics).
///
/// It is printed like the statistics of Python's `tracemalloc`: the first ten rows, or [any number of them](Self::top). Rows of zero
/// are not printed.
///
/// ```text
/// src/parse.rs:12: size=4.7 MiB, count=46,530, average=107 B
/// src/main.rs:30: size=512.0 KiB, count=1, average=512.0 KiB
/// 17 others: 96.2 KiB
/// total: 5.3 MiB
/// tracker's own memory: 3.2 MiB
/// ```
///
/// If they were [compared](Self::compare_to) with earlier ones, each figure has its change, and the largest changes are first:
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
pub struct Statistics {
    pub(super) inner: Untracked<RankedRows>,
}

impl Statistics {
    /// The same rows with another amount as their size and count, largest first.
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size_track::{By, Metric, Recorder, Snapshot, TrackingAllocator};
    ///
    /// #[global_allocator]
    /// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
    ///
    /// let recording = Recorder::all().start();
    /// drop(vec![0_u8; 1_000_000]);
    /// let totals = Snapshot::take().statistics(By::Line).ranked_by(Metric::TotalSize);
    /// assert_eq!(totals.rows().next().unwrap().size(), 1_000_000);
    /// # drop(recording);
    /// ```
    pub fn ranked_by(&self, metric: Metric) -> Self {
        Self { inner: Untracked::new(|| RankedRows::clone(&self.inner).sorted(metric)) }
    }

    /// The rows, largest first, by the amount that they are [ranked by](Self::ranked_by). In a comparison, the largest change is
    /// first. Equal rows are ordered by name.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Statistic<'_>> + DoubleEndedIterator + Clone {
        let metric = self.inner.metric;
        self.inner.rows.iter().map(move |row| Statistic { row, change: row.sums.change(metric) })
    }

    /// The amount of all traces together. It is the sum of the rows, unless they are cumulative.
    pub fn sum(&self) -> Amount {
        self.inner.sum().now
    }

    /// The change of that amount in bytes. Without a [comparison](Self::compare_to), the amount itself.
    pub fn size_change(&self) -> i64 {
        self.inner.sum().size()
    }

    /// The change of that amount in blocks. Without a [comparison](Self::compare_to), the amount itself.
    pub fn count_change(&self) -> i64 {
        self.inner.sum().count()
    }

    /// The rows without a freed block, and their sum.
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size_track::{By, Recorder, Snapshot, TrackingAllocator};
    ///
    /// #[global_allocator]
    /// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
    ///
    /// #[inline(never)]
    /// fn frees() -> usize {
    ///     vec![1_u8; 1000].len()
    /// }
    ///
    /// let recording = Recorder::all().start();
    /// let kept = vec![0_u8; frees() / 2];
    /// let statistics = Snapshot::take().statistics(By::Function).never_freed();
    /// assert_eq!(statistics.sum().size, 500);
    /// # drop((kept, recording));
    /// ```
    #[doc(alias = "leak")]
    pub fn never_freed(&self) -> Self {
        // In a comparison, a row with only earlier figures has lost its blocks.
        let keeps_all = |row: &Row| row.sums.now.live == row.sums.now.total && row.sums.now.total != (0, 0);
        Self { inner: Untracked::new(|| RankedRows::clone(&self.inner).filtered(keeps_all)) }
    }

    /// Compares with earlier statistics, by the amount that these are [ranked by](Self::ranked_by). Takes linear time.
    ///
    /// Both should have the same grouping, and both or neither be cumulative.
    pub fn compare_to(&self, earlier: &Self) -> Self {
        Self { inner: Untracked::new(|| self.inner.compared_to(&earlier.inner)) }
    }

    /// Prints the first rows, and the sum of the others.
    pub fn top(&self, rows: usize) -> impl fmt::Display + '_ {
        Top { all: self, rows }
    }

    /// Writes all rows as comma-separated values (RFC 4180), in their order. Figures are whole numbers.
    ///
    /// | columns | contents |
    /// | --- | --- |
    /// | `kind`, `name` | the [group](Statistic::group), such as `line` and `src/a.rs:12`; a trace is its lines, outermost first, separated by `;` |
    /// | `live_bytes`, `live_blocks` | the [live amount](Statistic::live_amount) |
    /// | `total_bytes`, `total_blocks` | the [amount allocated](Statistic::total_amount) |
    /// | `peak_bytes`, `peak_blocks` | the [amount at the peak](Statistic::peak_amount) |
    /// | `temporary_bytes`, `temporary_blocks` | the [temporary amount](Statistic::temporary_amount) |
    /// | `mean_lifetime_micros` | the [mean lifetime](Statistic::mean_lifetime) in microseconds, or nothing |
    /// | `newest_micros`, `median_micros`, `oldest_micros` | the [ages](Statistic::ages) in microseconds, or nothing |
    ///
    /// A [comparison](Self::compare_to) has the columns `kind`, `name`, `live_bytes`, `live_bytes_change`, `live_blocks` and
    /// `live_blocks_change`. If it is [ranked](Self::ranked_by) by another amount, the names begin with `total`, `peak` or `temporary`.
    ///
    /// Invisible characters are escaped as in Rust source. A name that begins with `=`, `+`, `-` or `@` is prefixed with an apostrophe,
    /// so that no spreadsheet evaluates it.
    ///
    /// # Errors
    ///
    /// Returns the errors of `out`.
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size_track::{By, Recorder, Snapshot};
    ///
    /// let recording = Recorder::all().start();
    /// let mut table = Vec::new();
    /// Snapshot::take().statistics(By::Line).write_csv(&mut table)?;
    /// assert!(table.starts_with(b"kind,name,live_bytes,live_blocks,total_bytes,"));
    /// # recording.stop();
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn write_csv(&self, out: impl io::Write) -> io::Result<()> {
        write(out, || self.table().csv())
    }

    /// Writes all rows as JSON: an object with the array `rows`, whose members have the names and values of
    /// [the columns](Self::write_csv).
    ///
    /// The object also has `lost_blocks`, and `sampling_interval` in bytes, which is `null` if all blocks were recorded. Except in a
    /// comparison, it has `live_bytes` and all other amounts of the whole snapshot.
    ///
    /// # Errors
    ///
    /// Returns the errors of `out`.
    #[cfg(feature = "json")]
    pub fn write_json(&self, out: impl io::Write) -> io::Result<()> {
        write(out, || self.table().json())
    }

    fn table(&self) -> Table {
        if self.inner.sum.before.is_some() {
            return self.changes();
        }
        let columns = "kind,name,live_bytes,live_blocks,total_bytes,total_blocks,peak_bytes,peak_blocks,temporary_bytes,\
            temporary_blocks,mean_lifetime_micros,newest_micros,median_micros,oldest_micros";
        let amounts = |sums: &SiteSums| {
            let all = [sums.live, sums.total, sums.at_peak, sums.temporary].map(Amount::of);
            all.into_iter()
                .flat_map(|amount| [amount.size, amount.blocks])
                .map(|number| Cell::Number(number.into()))
        };
        let row = |row: Statistic<'_>| {
            let age = |of: fn(Ages) -> Duration| row.ages().map(of);
            let ages = [age(|ages| ages.newest), age(|ages| ages.median), age(|ages| ages.oldest)];
            let times = [row.mean_lifetime()].into_iter().chain(ages);
            let times = times.map(|time| time.map(|time| time.as_micros() as i128).into());
            row.group().cells().into_iter().chain(amounts(&row.row.sums.now)).chain(times).collect()
        };
        let sum = columns.split(',').skip(2).zip(amounts(&self.inner.sum.now));
        Table {
            columns: columns.into(),
            rows: self.rows().map(row).collect(),
            facts: sum.chain(self.inner.notes.facts()).collect(),
        }
    }

    fn changes(&self) -> Table {
        let name = self.inner.metric.column();
        let row = |row: Statistic<'_>| {
            let (sizes, counts) = ([row.size(), row.count()], [row.size_change(), row.count_change()]);
            let figures = sizes.into_iter().zip(counts).flat_map(|(now, change)| [now.into(), change.into()]);
            row.group().cells().into_iter().chain(figures.map(Cell::Number)).collect()
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
impl fmt::Display for Statistics {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.top(TOP).fmt(out)
    }
}

/// A row of [`Statistics`], printed as `src/a.rs:12: size=4.7 MiB, count=46,530, average=107 B`.
#[derive(Clone, Copy, Debug)]
pub struct Statistic<'s> {
    pub(super) row: &'s Row,
    pub(super) change: Change,
}

impl<'s> Statistic<'s> {
    /// The line, function, file, crate or trace of the row.
    pub fn group(self) -> Group<'s> {
        self.row.key.group()
    }

    /// The bytes of the amount that the statistics [are ranked by](Statistics::ranked_by): the live ones by default.
    pub fn size(self) -> u64 {
        self.change.now.size
    }

    /// The number of blocks of the same amount.
    pub fn count(self) -> u64 {
        self.change.now.blocks
    }

    /// The change in bytes. Without a [comparison](Statistics::compare_to), the size itself.
    pub fn size_change(self) -> i64 {
        self.change.size()
    }

    /// The change of the number of blocks. Without a [comparison](Statistics::compare_to), the number itself.
    pub fn count_change(self) -> i64 {
        self.change.count()
    }

    /// The average size of a block, in bytes; 0 if there is no block.
    pub fn average_size(self) -> f64 {
        self.change.average_size()
    }

    /// The live amount.
    pub fn live_amount(self) -> Amount {
        Amount::of(self.row.sums.now.live)
    }

    /// The amount allocated since the recording began.
    pub fn total_amount(self) -> Amount {
        Amount::of(self.row.sums.now.total)
    }

    /// The amount that was freed before the same thread allocated again, since the recording began.
    ///
    /// `Metric::TemporaryBlocks` orders rows by it. A resize counts as a free, so a growing `Vec` leaves temporary blocks.
    #[doc(alias = "heaptrack")]
    pub fn temporary_amount(self) -> Amount {
        Amount::of(self.row.sums.now.temporary)
    }

    /// The mean lifetime of the freed blocks. `None` if no block was freed.
    pub fn mean_lifetime(self) -> Option<Duration> {
        let freed = self.total_amount().blocks.saturating_sub(self.live_amount().blocks);
        self.row.sums.now.lifetimes.checked_div(freed).map(Duration::from_micros)
    }

    /// The ages of the live blocks. `None` if there is no live block, or the snapshot was not
    /// [taken with blocks](Snapshot::take_with_blocks).
    pub fn ages(self) -> Option<Ages> {
        self.row.ages
    }

    /// The live amount at the peak of all traces, whose live bytes were within 1 % of the peak.
    pub fn peak_amount(self) -> Amount {
        Amount::of(self.row.sums.now.at_peak)
    }
}

impl fmt::Display for Statistic<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.group(), self.change)
    }
}
