//! The recorded blocks at one moment, by call site.

mod amount;
mod attribution;
mod blocks;
mod filter;
mod frame;
mod group;
mod metric;
mod notes;
mod rows;
#[cfg(feature = "json")]
mod saved;
mod statistics;
mod trace;

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

pub use amount::Amount;
pub use attribution::Attribution;
pub use blocks::{Ages, LiveBlock, SizeHistogram};
pub use filter::Filter;
pub use frame::Frame;
pub(crate) use frame::shown;
#[cfg(feature = "audit")]
pub(crate) use group::Key;
pub use group::{By, Group};
pub use metric::Metric;
pub use statistics::{Statistic, Statistics};
pub use trace::{Trace, Traceback, traceback_of};

use crate::counters::untracked;
use crate::modules::Program;
use crate::record::Record;
use crate::sites::{self, AllSums, OTHER_ADDRESS, SiteSums};
use crate::symbols::{self, Names};
use crate::untracked::Untracked;
use crate::usage::{Process, process};
use crate::{clock, records, threads};
use attribution::Owners;

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
#[derive(Clone, Debug)]
#[doc(alias("tracemalloc", "heap profile"))]
#[must_use]
pub struct Snapshot {
    inner: Untracked<Figures>,
}

#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "json", derive(serde::Serialize, serde::Deserialize), serde(default))]
struct Figures {
    sampling_interval: Option<u64>,
    /// In microseconds, on the clock of recordings.
    elapsed_micros: u64,
    tracker_size: u64,
    lost_blocks: u64,
    process: Process,
    sums: AllSums,
    /// The names in all traces, and the bytes of tracker memory that their look-up added. Empty before the look-up.
    #[cfg_attr(feature = "json", serde(skip))]
    names: OnceLock<(Arc<Names>, u64)>,
    /// The crates to which traces are attributed.
    attribution: Owners,
    /// The live blocks in order of their sites, if they are wanted. Then the sites are sorted too.
    blocks: Option<Vec<Record>>,
    /// The names of their threads, by number.
    threads: Vec<Arc<str>>,
    /// The number of blocks recorded so far.
    recorded_blocks: u64,
    /// The process, if the snapshot was saved.
    program: Option<Arc<Program>>,
}

impl Figures {
    /// The names of all traces, which are looked up once.
    fn names(&self) -> &Names {
        let look_up = || {
            let before = crate::tracker_size();
            let names =
                untracked(|| Arc::new(symbols::look_up(self.sums.sites.iter().map(|sums| &*sums.frames))));
            (names, crate::tracker_size().saturating_sub(before))
        };
        &self.names.get_or_init(look_up).0
    }

    /// The functions of a trace that are shown.
    fn shown(&self, sums: &SiteSums) -> impl Iterator<Item = &Frame> {
        self.attribution.shown(self.names(), &sums.frames)
    }

    fn thread_name(&self, block: &Record) -> &Arc<str> {
        self.threads.get(block.thread_name as usize).unwrap_or(&self.threads[0])
    }

    fn records(&self) -> &[Record] {
        self.blocks.as_deref().expect("the snapshot should be taken with `take_with_blocks`")
    }

    /// The age of a block, in microseconds.
    fn age(&self, block: &Record) -> u64 {
        self.elapsed_micros.saturating_sub(block.born)
    }

    /// The figures with some of the sites and of their blocks.
    fn with(&self, sums: AllSums, blocks: Option<Vec<Record>>) -> Self {
        let (names, attribution, threads) =
            (self.names.clone(), self.attribution.clone(), self.threads.clone());
        Self { sums, blocks, names, attribution, threads, program: self.program.clone(), ..*self }
    }
}

impl Snapshot {
    pub(crate) fn names(&self) -> &Names {
        self.inner.names()
    }

    /// The process of the snapshot. Call it untracked, and drop the result untracked.
    pub(crate) fn program(&self) -> Cow<'_, Program> {
        self.inner.program.as_deref().map_or_else(|| Cow::Owned(Program::current()), Cow::Borrowed)
    }

    /// Whether a function belongs to the crates to which traces [are attributed](Self::attributed_to).
    pub(crate) fn is_attributed_to(&self, frame: &Frame) -> bool {
        self.inner.attribution.own(frame)
    }

    /// Takes a snapshot. Takes time linear in the number of call sites.
    ///
    /// If nothing is being recorded, or if memory is short, [`is_recorded`](Self::is_recorded) is `false` and there are no traces.
    pub fn take() -> Self {
        Self::taken(false)
    }

    fn taken(with_blocks: bool) -> Self {
        let (process, tracker_size) = (process(), crate::tracker_size());
        let inner = Untracked::new(|| {
            let (elapsed_micros, recorded_blocks) = (clock::now(), records::serial());
            let recorded =
                records::largest_mean().and_then(|mean| Some((Some(mean), sites::sums(elapsed_micros)?)));
            let (sampling_interval, mut sums) = recorded.unwrap_or_default();
            Figures {
                sampling_interval,
                elapsed_micros,
                tracker_size,
                lost_blocks: records::lost(),
                process,
                blocks: with_blocks.then(|| blocks::live(&mut sums, recorded_blocks)),
                threads: if with_blocks { threads::names() } else { Vec::new() },
                recorded_blocks,
                sums,
                ..Figures::default()
            }
        });
        Self { inner }
    }

    /// A snapshot with these figures.
    #[cfg(test)]
    pub(crate) fn made_of(sampling_interval: Option<u64>, sites: Vec<sites::SiteSums>) -> Self {
        let process = process();
        let inner = Untracked::new(|| {
            let sums = AllSums { sites: sites.clone(), folded_traces: 0, peak_micros: 1000 };
            Figures { sampling_interval, elapsed_micros: 2000, process, sums, ..Figures::default() }
        });
        Self { inner }
    }

    /// Whether the snapshot has traces. `false` if nothing was being recorded, or if memory was short.
    pub fn is_recorded(&self) -> bool {
        self.inner.sampling_interval.is_some()
    }

    /// The sampling interval in bytes. `None` if all blocks were recorded.
    ///
    /// If the interval changed, this is the largest one used. The figures include blocks that were recorded at smaller intervals.
    pub fn sampling_interval(&self) -> Option<u64> {
        self.inner.sampling_interval.filter(|&mean| mean > 0)
    }

    /// The tracker's own memory when the snapshot was taken, as [`tracker_size`](crate::tracker_size()) gives it. Names looked up
    /// later through this snapshot are added.
    pub fn tracker_size(&self) -> u64 {
        self.inner.tracker_size.saturating_add(self.inner.names.get().map_or(0, |(_, size)| *size))
    }

    /// The number of blocks that could not be recorded because memory was short, since the program began.
    pub fn lost_count(&self) -> u64 {
        self.inner.lost_blocks
    }

    /// The number of traces with more frames than the [limit](crate::Recorder::max_depth). Takes time linear in the number of traces.
    pub fn truncated_count(&self) -> usize {
        self.traces().filter(|trace| trace.is_truncated()).count()
    }

    /// The counts of the whole process at that moment, recorded or not.
    pub fn process(&self) -> Process {
        self.inner.process
    }

    /// The time since the first recording of the program began.
    pub fn elapsed(&self) -> Duration {
        Duration::from_micros(self.inner.elapsed_micros)
    }

    /// The time of the peak, on the clock of [`elapsed`](Self::elapsed).
    ///
    /// At that time, the live bytes were within 1 % of the peak.
    pub fn peak_elapsed(&self) -> Duration {
        Duration::from_micros(self.inner.sums.peak_micros)
    }

    /// The traces that have allocated since the recording began, in no particular order. [`other`](Self::other) is one of them.
    pub fn traces(&self) -> impl Iterator<Item = Trace<'_>> {
        self.inner.sums.sites.iter().map(|sums| Trace(sums, &self.inner))
    }

    /// The amounts of all traces beyond [`Recorder::max_traces`](crate::Recorder::max_traces), as one trace. `None` if no
    /// trace was folded.
    ///
    /// Its only function is named `[other]`, in every grouping and format. Its only address is `usize::MAX`. Its [`max_size`](Trace::max_size) is a lower bound.
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size_track::{Recorder, Snapshot, TrackingAllocator};
    ///
    /// #[global_allocator]
    /// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
    ///
    /// let recording = Recorder::all().max_traces(0).start();
    /// let kept = vec![0_u8; 1_000_000];
    /// let snapshot = Snapshot::take();
    /// assert_eq!(snapshot.other().unwrap().live_amount(), snapshot.live_amount());
    /// assert!(snapshot.folded_count() >= 1);
    /// # drop((kept, recording));
    /// ```
    pub fn other(&self) -> Option<Trace<'_>> {
        self.traces().find(|trace| trace.addresses() == [OTHER_ADDRESS])
    }

    /// An upper bound on the number of traces in [`other`](Self::other).
    ///
    /// A trace counts each time it is folded, and so does a block whose trace finds no room.
    pub fn folded_count(&self) -> u64 {
        self.inner.sums.folded_traces
    }

    /// The live amount of all traces. Takes time linear in their number.
    pub fn live_amount(&self) -> Amount {
        Amount::of(self.sum().live)
    }

    /// The amount allocated by all traces since the recording began. Takes time linear in their number.
    pub fn total_amount(&self) -> Amount {
        Amount::of(self.sum().total)
    }

    /// The live amount of all traces at the peak, within 1 %. Takes time linear in their number.
    #[doc(alias = "peak memory")]
    pub fn peak_amount(&self) -> Amount {
        Amount::of(self.sum().at_peak)
    }

    /// The amounts and lifetimes of all traces together.
    fn sum(&self) -> SiteSums {
        let mut sum = SiteSums::default();
        self.inner.sums.sites.iter().for_each(|sums| sum.add(sums));
        sum
    }
}

#[cfg(test)]
mod tests;
