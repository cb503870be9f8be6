//! The recorded blocks at one moment, by call site.

mod amount;
mod comparison;
mod filter;
mod frame;
mod group;
mod notes;
mod rows;
mod statistics;
mod trace;

use std::fmt;
use std::time::Duration;

pub use amount::Amount;
pub use comparison::{Comparison, Difference};
pub use filter::Filter;
pub use frame::Frame;
pub(crate) use frame::at as frames_at;
pub(crate) use frame::shown;
pub use group::{By, Group, Rank};
pub use statistics::{Statistic, Statistics};
pub use trace::{Trace, Traceback};

use crate::sites::{self, SiteSums};
use crate::untracked::Untracked;
use crate::usage::{Process, process};
use crate::{clock, records};
use group::Amounts;
use notes::Notes;
use rows::RankedRows;

/// The recorded allocations of a program at one moment, by trace.
///
/// A resized block counts as freed where it was allocated, and as allocated where it is resized.
///
/// A snapshot is the tracker's own memory, so no figure includes it.
///
/// # Examples
///
/// ```
/// use deep_size_track::{Recorder, Snapshot, TrackingAllocator};
///
/// #[global_allocator]
/// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
///
/// let recording = Recorder::all().start();
/// let kept = vec![0_u8; 1_000_000];
/// let snapshot = Snapshot::take();
/// let largest = snapshot.traces().max_by_key(|trace| trace.live_amount().size).unwrap();
/// assert_eq!((largest.live_amount().size, largest.live_amount().blocks), (1_000_000, 1));
/// # drop(kept);
/// recording.stop();
/// ```
#[derive(Clone)]
#[doc(alias = "tracemalloc")]
#[doc(alias = "heap profile")]
pub struct Snapshot {
    inner: Untracked<Figures>,
}

#[derive(Clone, Debug)]
struct Figures {
    mean: Option<u64>,
    /// In microseconds, on the clock of recordings.
    time: u64,
    peak_time: u64,
    tracker_size: u64,
    lost: u64,
    process: Process,
    sites: Vec<SiteSums>,
}

impl Snapshot {
    /// Takes a snapshot. Takes time linear in the number of call sites.
    ///
    /// If nothing is being recorded, or if memory is short, [`is_recorded`](Self::is_recorded) is `false` and there are no traces.
    #[must_use]
    pub fn take() -> Self {
        let (process, tracker_size) = (process(), crate::tracker_size());
        let inner = Untracked::new(|| {
            let (time, lost) = (clock::now(), records::lost());
            let recorded = records::mean().and_then(|mean| Some((Some(mean), sites::sums(time)?)));
            let (mean, (sites, peak_time)) = recorded.unwrap_or_default();
            Figures { mean, time, peak_time, tracker_size, lost, process, sites }
        });
        Self { inner }
    }

    /// A snapshot with these figures.
    #[cfg(test)]
    pub(crate) fn made_of(mean: Option<u64>, sites: Vec<SiteSums>) -> Self {
        let (process, sites) = (process(), crate::counters::untracked(|| sites.clone()));
        let made = Figures { mean, time: 2000, peak_time: 1000, tracker_size: 0, lost: 0, process, sites };
        Self { inner: Untracked::new(|| made) }
    }

    /// Whether blocks were being recorded when the snapshot was taken. If not, it has no traces.
    #[must_use]
    pub fn is_recorded(&self) -> bool {
        self.inner.mean.is_some()
    }

    /// The mean distance of sampled bytes. `None` if all blocks were recorded.
    #[must_use]
    pub fn sampling_interval(&self) -> Option<u64> {
        self.inner.mean.filter(|&mean| mean > 0)
    }

    /// The bytes that the tracker itself held: see [`tracker_size`](crate::tracker_size()).
    #[must_use]
    pub fn tracker_size(&self) -> u64 {
        self.inner.tracker_size
    }

    /// The number of blocks that could not be recorded because memory was short, since the program began.
    #[must_use]
    pub fn lost_count(&self) -> u64 {
        self.inner.lost
    }

    /// The counts of the whole process at that moment, recorded or not.
    #[must_use]
    pub fn process(&self) -> Process {
        self.inner.process
    }

    /// The time since the first recording of the program began.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        Duration::from_micros(self.inner.time)
    }

    /// The time of the peak, on the clock of [`elapsed`](Self::elapsed).
    ///
    /// At that time, the live bytes were within 1 % of the peak.
    #[must_use]
    pub fn peak_elapsed(&self) -> Duration {
        Duration::from_micros(self.inner.peak_time)
    }

    /// The traces that have allocated since the recording began, in no particular order.
    pub fn traces(&self) -> impl Iterator<Item = Trace<'_>> {
        self.inner.sites.iter().map(Trace)
    }

    /// The live amount of all traces. Takes time linear in their number.
    #[must_use]
    pub fn live_amount(&self) -> Amount {
        self.amounts().live
    }

    /// The amount allocated by all traces since the recording began. Takes time linear in their number.
    #[must_use]
    pub fn total_amount(&self) -> Amount {
        self.amounts().total
    }

    /// The live amount of all traces at the peak, within 1 %. Takes time linear in their number.
    #[must_use]
    #[doc(alias = "peak memory")]
    pub fn peak_amount(&self) -> Amount {
        self.amounts().peak
    }

    fn amounts(&self) -> Amounts {
        let mut amounts = Amounts::default();
        self.inner.sites.iter().for_each(|sums| amounts.add(sums));
        amounts
    }

    /// Sums up the traces by line, function, file, crate or whole trace. Each trace counts in the row of the code that allocates.
    ///
    /// Takes time linear in the number of traces, once their names [have been looked up](Trace::frames).
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
    #[must_use]
    pub fn statistics(&self, by: By) -> Statistics {
        self.grouped(by, false)
    }

    /// Sums up the traces like [`statistics`](Self::statistics), but counts each trace in the rows of all its callers too.
    ///
    /// The rows add up to more than the total. A recursive function counts each trace once. `By::Trace` gives the same rows as
    /// `statistics`.
    #[must_use]
    pub fn cumulative_statistics(&self, by: By) -> Statistics {
        self.grouped(by, true)
    }

    fn grouped(&self, by: By, is_cumulative: bool) -> Statistics {
        Statistics::new(|| RankedRows {
            rows: group::grouped(&self.inner.sites, by, is_cumulative),
            sum: self.amounts(),
            by,
            rank: Rank::Live,
            is_cumulative: is_cumulative && by != By::Trace,
            notes: Notes {
                is_recorded: self.is_recorded(),
                sampling_interval: self.sampling_interval(),
                lost: self.inner.lost,
                tracker_size: self.inner.tracker_size,
            },
        })
    }

    /// Compares the live amounts with an earlier snapshot.
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
    #[must_use]
    pub fn compare_to(&self, earlier: &Self, by: By) -> Comparison {
        self.statistics(by).compare_to(&earlier.statistics(by))
    }

    /// A snapshot of the traces that pass the filters.
    ///
    /// A trace passes if no `without_…` filter matches it and, if there are `only_…` filters, at least one of them does. The
    /// figures of the process stay unchanged.
    #[must_use]
    pub fn filter_traces(&self, filters: &[Filter<'_>]) -> Self {
        let inner = &*self.inner;
        let inner = Untracked::new(|| {
            let sites = inner.sites.iter().filter(|sums| filter::passes(filters, sums)).copied().collect();
            Figures { sites, ..*inner }
        });
        Self { inner }
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(out)
    }
}

#[cfg(test)]
mod tests;
