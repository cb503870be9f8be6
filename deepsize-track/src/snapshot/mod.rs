//! What is live at a moment, by the places that allocated it.

mod amount;
mod comparison;
mod filter;
mod frame;
mod group;
mod rows;
mod statistics;
mod trace;
mod tracemalloc;

use std::fmt;

pub use amount::Amount;
pub use comparison::{Comparison, Difference};
pub use filter::Filter;
pub use frame::Frame;
pub(crate) use frame::at as frames_at;
#[cfg(feature = "audit")]
pub(crate) use frame::shown;
pub use group::{By, Group, Rank};
pub use statistics::{Statistic, Statistics};
pub use trace::{Trace, Traceback};

use crate::sites::{self, SiteSums};
use crate::untracked::Untracked;
use crate::usage::{Process, process};
use crate::{clock, records};
use group::Amounts;
use rows::RankedRows;
use tracemalloc::Notes;

/// What a program has allocated, by the traces that led there, as far as it was recorded.
///
/// A block that is resized counts as freed where it was allocated, and as allocated where it is resized.
///
/// A snapshot is the tracker's own memory, and so in none of its figures.
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
/// let largest = snapshot.traces().max_by_key(|trace| trace.live().bytes).unwrap();
/// assert_eq!((largest.live().bytes, largest.live().blocks), (1_000_000, 1));
/// # drop(kept);
/// recording.stop();
/// ```
#[derive(Clone)]
pub struct Snapshot {
    inner: Untracked<Figures>,
}

#[derive(Clone, Debug)]
struct Figures {
    mean: Option<u64>,
    micros: u64,
    peak_micros: u64,
    own: u64,
    lost: u64,
    process: Process,
    sites: Vec<SiteSums>,
}

impl Snapshot {
    /// Takes one. Takes time linear in the number of places that allocate.
    ///
    /// If nothing is being recorded, or there is no memory for it, [`is_recorded`](Self::is_recorded) is `false`, and it has no traces.
    #[must_use]
    pub fn take() -> Self {
        let (process, own) = (process(), crate::own_bytes());
        let inner = Untracked::new(|| {
            let (micros, lost) = (clock::now(), records::lost());
            let recorded = records::mean().and_then(|mean| Some((Some(mean), sites::sums(micros)?)));
            let (mean, (sites, peak_micros)) = recorded.unwrap_or_default();
            Figures { mean, micros, peak_micros, own, lost, process, sites }
        });
        Self { inner }
    }

    /// One with these figures.
    #[cfg(test)]
    pub(crate) fn made_of(mean: Option<u64>, sites: Vec<SiteSums>) -> Self {
        let (process, sites) = (process(), crate::counters::untracked(|| sites.clone()));
        let made = Figures { mean, micros: 2000, peak_micros: 1000, own: 0, lost: 0, process, sites };
        Self { inner: Untracked::new(|| made) }
    }

    /// Whether blocks were being recorded when it was taken. If not, it has no figures of blocks.
    #[must_use]
    pub fn is_recorded(&self) -> bool {
        self.inner.mean.is_some()
    }

    /// One byte in how many was sampled when it was taken; `None` if all blocks were recorded.
    #[must_use]
    pub fn sampled_by(&self) -> Option<u64> {
        self.inner.mean.filter(|&mean| mean > 0)
    }

    /// The bytes that the tracker itself held, for records, places and names.
    #[must_use]
    pub fn own_bytes(&self) -> u64 {
        self.inner.own
    }

    /// How many blocks of the program's whole life could not be recorded for lack of memory.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.inner.lost
    }

    /// What the process had live at that moment, recorded or not.
    #[must_use]
    pub fn process(&self) -> Process {
        self.inner.process
    }

    /// Microseconds since the first recording of the program began.
    #[must_use]
    pub fn micros(&self) -> u64 {
        self.inner.micros
    }

    /// When most was live in all of what was recorded, on the clock of [`micros`](Self::micros); within 1 % of that peak.
    #[must_use]
    pub fn peak_micros(&self) -> u64 {
        self.inner.peak_micros
    }

    /// The traces that have allocated since the recording began, in no particular order.
    pub fn traces(&self) -> impl Iterator<Item = Trace<'_>> {
        self.inner.sites.iter().map(Trace)
    }

    /// What is live of all traces. Takes time linear in their number, as the next two do.
    #[must_use]
    pub fn live(&self) -> Amount {
        self.amounts().live
    }

    /// What all traces have ever allocated.
    #[must_use]
    pub fn total(&self) -> Amount {
        self.amounts().total
    }

    /// What was live of all traces when most was; within 1 % of that peak.
    #[must_use]
    pub fn at_peak(&self) -> Amount {
        self.amounts().at_peak
    }

    fn amounts(&self) -> Amounts {
        let mut amounts = Amounts::default();
        self.inner.sites.iter().for_each(|sums| amounts.add(sums));
        amounts
    }

    /// Adds up what was allocated, by the line, function, file or crate that did it, or by all that led there. Each trace is
    /// in one row.
    ///
    /// Takes time linear in the number of traces, once their names [have been looked up](Trace::frames).
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
    /// let most = statistics.rows().next().unwrap();
    /// assert_eq!((most.size(), most.count(), most.average()), (100_000, 100, 1000.0));
    /// println!("{}", statistics.top(3));
    /// # drop((kept, recording));
    /// ```
    #[must_use]
    pub fn statistics(&self, by: By) -> Statistics {
        self.grouped(by, false)
    }

    /// The same, where each line, function, file or crate is given what was allocated by all that it called, directly or not. The rows
    /// add up to more than the total; a function that calls itself is given each amount once.
    ///
    /// By trace there is no difference.
    #[must_use]
    pub fn cumulative(&self, by: By) -> Statistics {
        self.grouped(by, true)
    }

    fn grouped(&self, by: By, is_cumulative: bool) -> Statistics {
        Statistics::new(|| RankedRows {
            rows: group::grouped(&self.inner.sites, by, is_cumulative),
            total: self.amounts(),
            by,
            rank: Rank::Live,
            is_cumulative: is_cumulative && by != By::Trace,
            notes: Notes {
                is_recorded: self.is_recorded(),
                sampled_by: self.sampled_by(),
                lost: self.inner.lost,
                own: self.inner.own,
            },
        })
    }

    /// What has changed since an earlier snapshot. For other amounts than the live ones, and for cumulative ones, see
    /// [`Statistics::compare_to`].
    ///
    /// The differences add up to that of the totals; laid upon each other the other way round, each is the negation.
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
    /// assert_eq!((largest.size_difference(), largest.count_difference()), (1_000_000, 1));
    /// println!("{comparison}");
    /// # drop((kept, recording));
    /// ```
    #[must_use]
    pub fn compare_to(&self, earlier: &Self, by: By) -> Comparison {
        self.statistics(by).compare_to(&earlier.statistics(by))
    }

    /// Only those traces that pass the filters: each, if there are inclusive ones, has to fit one of these, and none of the
    /// exclusive ones. The figures of the process stay as they are.
    #[must_use]
    pub fn filtered(&self, filters: &[Filter<'_>]) -> Self {
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
