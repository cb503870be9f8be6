//! The live blocks in a snapshot, one by one.

use std::fmt;
use std::ops::RangeInclusive;
use std::time::Duration;

use super::filter::matches;
use super::notes::Notes;
use super::{Amount, Figures, Snapshot, Trace};
use crate::record::Record;
use crate::records;
use crate::sites::{AllSums, SiteKey, SiteSums, add};
use crate::units::{Bytes, Count};
use crate::untracked::Untracked;

/// The live blocks with smaller numbers, in order of their sites. Sorts the sites too.
pub(super) fn live(sums: &mut AllSums, serial: u64) -> Vec<Record> {
    sums.sites.sort_unstable_by_key(|site| site.key);
    // A thread may have allocated the block while the sites were copied.
    let has_site = |record: &Record| sums.sites.binary_search_by_key(&record.site, |site| site.key).is_ok();
    let mut blocks = records::live_records(|record| record.serial < serial && has_site(record));
    blocks.sort_unstable_by_key(|record| (record.site, record.serial));
    blocks
}

/// The blocks of a site.
pub(super) fn of_site(blocks: &[Record], key: SiteKey) -> &[Record] {
    let start = blocks.partition_point(|block| block.site < key);
    let end = start + blocks[start..].partition_point(|block| block.site == key);
    &blocks[start..end]
}

/// The sums of some live blocks.
pub(super) fn sums(figures: &Figures, blocks: &[Record]) -> SiteSums {
    let mut sums = SiteSums::default();
    for block in blocks {
        sums.add_live(block);
        if block.born <= figures.sums.peak_micros {
            add(&mut sums.at_peak, block.amount());
        }
    }
    sums.age(figures.elapsed_micros);
    sums.total = sums.live;
    sums
}

fn amount(block: &Record) -> Amount {
    Amount::of(block.amount())
}

/// A live block of a snapshot.
#[derive(Clone, Copy, Debug)]
pub struct LiveBlock<'s> {
    record: &'s Record,
    figures: &'s Figures,
}

impl<'s> LiveBlock<'s> {
    #[cfg(feature = "audit")]
    pub(crate) fn record(self) -> &'s Record {
        self.record
    }

    /// The address.
    pub fn address(self) -> usize {
        self.record.address
    }

    /// The bytes that the program requested.
    pub fn size(self) -> usize {
        self.record.size
    }

    /// The amount that the block represents. It is more than the block, if blocks were sampled.
    pub fn amount(self) -> Amount {
        amount(self.record)
    }

    /// The time from its allocation to the snapshot, in whole microseconds. A resized block is as old as its last resize.
    pub fn age(self) -> Duration {
        Duration::from_micros(self.figures.age(self.record))
    }

    /// The name of the thread that allocated or last resized it.
    ///
    /// It is the name that the system had when the thread's first block was recorded, at most 15 bytes long. On Linux, a thread
    /// without a name has the name of the thread that started it. The first thread has the program's name.
    ///
    /// It is `<unnamed>` on systems other than Linux, Android and Apple's. It is `[other]` if the thread was ending, and for all threads beyond
    /// the first 256 names.
    pub fn thread_name(self) -> &'s str {
        self.figures.thread_name(self.record)
    }

    /// Whether it was allocated before another snapshot was taken.
    pub fn is_older_than(self, snapshot: &Snapshot) -> bool {
        self.record.serial < snapshot.inner.recorded_blocks
    }

    /// The call stack that allocated it. Takes time logarithmic in the number of traces.
    pub fn trace(self) -> Trace<'s> {
        let sites = &self.figures.sums.sites;
        Trace(&sites[sites.partition_point(|site| site.key < self.record.site)], self.figures)
    }
}

/// Single blocks, of snapshots with blocks.
impl Snapshot {
    /// Takes a snapshot that also contains each live block, in at most 56 bytes. Takes time `n log n` in the number of blocks.
    ///
    /// Blocks that other threads allocate or free during the call may be missing.
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
    /// let old = vec![0_u8; 1000];
    /// let begin = Snapshot::take();
    /// let new = vec![0_u8; 2000];
    /// let end = Snapshot::take();
    /// let last = vec![0_u8; 3000];
    ///
    /// let snapshot = Snapshot::take_with_blocks();
    /// println!("{}", snapshot.size_histogram());
    /// let between = snapshot.allocated_between(&begin, &end);
    /// assert_eq!((between.live_amount().size, between.live_amount().blocks), (2000, 1));
    /// let row = between.statistics(By::Line).rows().next().unwrap().ages().unwrap();
    /// assert_eq!(row.oldest, row.newest);
    /// # drop((old, new, last, recording));
    /// ```
    pub fn take_with_blocks() -> Self {
        Self::taken(true)
    }

    /// The live blocks, in no particular order.
    ///
    /// # Panics
    ///
    /// Panics if the snapshot was not [taken with blocks](Self::take_with_blocks).
    pub fn blocks(&self) -> impl ExactSizeIterator<Item = LiveBlock<'_>> {
        self.inner.records().iter().map(|record| LiveBlock { record, figures: &self.inner })
    }

    /// A snapshot of the live blocks that are at least `age` old.
    ///
    /// All its amounts are sums over the remaining blocks. The amount at the peak includes those that were live then.
    ///
    /// # Panics
    ///
    /// Panics if the snapshot was not [taken with blocks](Self::take_with_blocks).
    #[doc(alias = "leak")]
    pub fn older_than(&self, age: Duration) -> Self {
        self.of_blocks(|block| Duration::from_micros(self.inner.age(block)) >= age)
    }

    /// A snapshot of the live blocks that were allocated between two other snapshots. A resized block is allocated by the resize.
    ///
    /// All its amounts are sums over the remaining blocks. The amount at the peak includes those that were live then.
    ///
    /// # Panics
    ///
    /// Panics if the snapshot was not [taken with blocks](Self::take_with_blocks).
    pub fn allocated_between(&self, begin: &Self, end: &Self) -> Self {
        self.of_blocks(|block| {
            (begin.inner.recorded_blocks..end.inner.recorded_blocks).contains(&block.serial)
        })
    }

    /// A snapshot of the live blocks of threads with a [name](LiveBlock::thread_name) that matches a pattern, such as `worker-*`.
    ///
    /// All its amounts are sums over the remaining blocks. The amount at the peak includes those that were live then.
    ///
    /// # Panics
    ///
    /// Panics if the snapshot was not [taken with blocks](Self::take_with_blocks).
    pub fn of_threads(&self, pattern: &str) -> Self {
        self.of_blocks(|block| matches(pattern, self.inner.thread_name(block)))
    }

    /// A snapshot of some live blocks. `is_wanted` is called once for each, in the order of [`blocks`](Self::blocks).
    pub(crate) fn of_blocks(&self, mut is_wanted: impl FnMut(&Record) -> bool) -> Self {
        let inner = Untracked::new(|| {
            let blocks: Vec<Record> =
                self.inner.records().iter().copied().filter(|block| is_wanted(block)).collect();
            let sums = self.inner.sums.sites.iter().filter_map(|site| {
                let blocks = of_site(&blocks, site.key);
                let sums = sums(&self.inner, blocks);
                (!blocks.is_empty()).then(|| SiteSums { key: site.key, frames: site.frames.clone(), ..sums })
            });
            let sums = AllSums { sites: sums.collect(), ..self.inner.sums };
            self.inner.with(sums, Some(blocks))
        });
        Self { inner }
    }

    /// The live blocks by size, in powers of two. Takes linear time. For the blocks of some code, [filter](Self::filter_traces) first.
    ///
    /// # Panics
    ///
    /// Panics if the snapshot was not [taken with blocks](Self::take_with_blocks).
    pub fn size_histogram(&self) -> SizeHistogram {
        let mut bins = [Amount::default(); 64];
        for block in self.inner.records() {
            bins[(block.size as u64).checked_ilog2().unwrap_or(0) as usize].add(amount(block));
        }
        let notes = Notes {
            sampling_interval: self.sampling_interval(),
            lost: self.lost_count(),
            ..Notes::default()
        };
        SizeHistogram { bins, notes }
    }
}

/// The live blocks by size, in powers of two. Made by [`Snapshot::size_histogram`].
///
/// It is printed with one line for each size that occurs:
///
/// ```text
/// from 16 B: size=1.9 KiB, count=99
/// from 4.0 KiB: size=4.9 KiB, count=1
/// ```
#[derive(Clone, Debug)]
pub struct SizeHistogram {
    bins: [Amount; 64],
    notes: Notes,
}

impl SizeHistogram {
    /// The sizes in bytes that have blocks, such as `16..=31`, and the amount of these blocks. The smallest come first.
    pub fn rows(&self) -> impl Iterator<Item = (RangeInclusive<u64>, Amount)> + '_ {
        let range = |power: u32| 1_u64 << power..=u64::MAX >> (63 - power);
        let rows = (0..).zip(self.bins).filter(|(_, amount)| *amount != Amount::default());
        rows.map(move |(power, amount)| (range(power), amount))
    }
}

impl fmt::Display for SizeHistogram {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (sizes, Amount { size, blocks })) in self.rows().enumerate() {
            out.write_str(if at > 0 { "\n" } else { "" })?;
            write!(out, "from {}: size={}, count={}", Bytes(*sizes.start()), Bytes(size), Count(blocks))?;
        }
        self.notes.fmt(out)
    }
}

/// The ages of live blocks at the time of a snapshot, in whole microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Ages {
    /// The age of the newest block.
    pub newest: Duration,
    /// The lower median: at least half of the blocks are at most this old. An estimate, if blocks were sampled.
    pub median: Duration,
    /// The age of the oldest block.
    pub oldest: Duration,
}

impl Ages {
    /// Of blocks with an age and a weight each. `None` if there is no block.
    pub(super) fn of(blocks: &mut [(u64, u32)]) -> Option<Self> {
        blocks.sort_unstable();
        let (mut seen, all) = (0, blocks.iter().map(|&(_, weight)| u64::from(weight)).sum::<u64>());
        let median = blocks.iter().find(|&&(_, weight)| {
            seen += u64::from(weight);
            seen * 2 >= all
        });
        let [newest, median, oldest] =
            [blocks.first()?, median?, blocks.last()?].map(|&(age, _)| Duration::from_micros(age));
        Some(Self { newest, median, oldest })
    }
}
