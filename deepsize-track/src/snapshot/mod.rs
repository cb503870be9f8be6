//! The recorded blocks at one moment, by call site.

mod amount;
mod attribution;
mod blocks;
mod comparison;
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
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

pub use amount::Amount;
pub use attribution::Attribution;
pub use blocks::{Ages, LiveBlock, SizeHistogram};
pub use comparison::{Comparison, Difference};
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
use crate::usage::{Process, is_installed, process};
use crate::{clock, records, threads};
use attribution::Owners;
use metric::Amounts;
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

#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "json", derive(serde::Serialize, serde::Deserialize), serde(default))]
struct Figures {
    #[cfg_attr(feature = "json", serde(rename = "sampling_interval"))]
    mean: Option<u64>,
    /// In microseconds, on the clock of recordings.
    #[cfg_attr(feature = "json", serde(rename = "elapsed_micros"))]
    time: u64,
    tracker_size: u64,
    #[cfg_attr(feature = "json", serde(rename = "lost_blocks"))]
    lost: u64,
    #[cfg_attr(feature = "json", serde(with = "saved::SavedProcess"))]
    process: Process,
    sums: AllSums,
    /// The names in all traces, and the bytes of tracker memory that their look-up added. Empty before the look-up.
    #[cfg_attr(feature = "json", serde(skip))]
    names: OnceLock<(Arc<Names>, u64)>,
    /// The crates to which traces are attributed.
    #[cfg_attr(feature = "json", serde(rename = "attribution"))]
    owners: Owners,
    /// The live blocks in order of their sites, if they are wanted. Then the sites are sorted too.
    blocks: Option<Vec<Record>>,
    /// The names of their threads, by number.
    threads: Vec<Arc<str>>,
    /// The number of blocks recorded so far.
    #[cfg_attr(feature = "json", serde(rename = "recorded_blocks"))]
    serial: u64,
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
        self.owners.shown(self.names(), &sums.frames)
    }

    fn thread_name(&self, block: &Record) -> &Arc<str> {
        self.threads.get(block.thread_name as usize).unwrap_or(&self.threads[0])
    }

    fn records(&self) -> &[Record] {
        self.blocks.as_deref().expect("the snapshot should be taken with `take_with_blocks`")
    }

    /// The age of a block, in microseconds.
    fn age(&self, block: &Record) -> u64 {
        self.time.saturating_sub(block.born)
    }

    /// The figures with some of the sites and of their blocks.
    fn with(&self, sums: AllSums, blocks: Option<Vec<Record>>) -> Self {
        let (names, owners, threads) = (self.names.clone(), self.owners.clone(), self.threads.clone());
        Self { sums, blocks, names, owners, threads, program: self.program.clone(), ..*self }
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
        self.inner.owners.own(frame)
    }

    /// Takes a snapshot. Takes time linear in the number of call sites.
    ///
    /// If nothing is being recorded, or if memory is short, [`is_recorded`](Self::is_recorded) is `false` and there are no traces.
    #[must_use]
    pub fn take() -> Self {
        Self::taken(false)
    }

    fn taken(with_blocks: bool) -> Self {
        let (process, tracker_size) = (process(), crate::tracker_size());
        let inner = Untracked::new(|| {
            let (time, lost, serial) = (clock::now(), records::lost(), records::serial());
            let recorded = records::largest_mean().and_then(|mean| Some((Some(mean), sites::sums(time)?)));
            let (mean, mut sums) = recorded.unwrap_or_default();
            let blocks = with_blocks.then(|| blocks::live(&mut sums, serial));
            let threads = if with_blocks { threads::names() } else { Vec::new() };
            let (names, owners) = (OnceLock::new(), Owners::Any);
            Figures {
                mean,
                time,
                tracker_size,
                lost,
                process,
                sums,
                names,
                owners,
                blocks,
                threads,
                serial,
                program: None,
            }
        });
        Self { inner }
    }

    /// A snapshot with these figures.
    #[cfg(test)]
    pub(crate) fn made_of(mean: Option<u64>, sites: Vec<sites::SiteSums>) -> Self {
        let process = process();
        let inner = Untracked::new(|| {
            let sums = AllSums { sites: sites.clone(), folded: 0, peak_time: 1000 };
            Figures { mean, time: 2000, process, sums, ..Figures::default() }
        });
        Self { inner }
    }

    /// Whether the snapshot has traces. `false` if nothing was being recorded, or if memory was short.
    #[must_use]
    pub fn is_recorded(&self) -> bool {
        self.inner.mean.is_some()
    }

    /// The sampling interval in bytes. `None` if all blocks were recorded.
    ///
    /// If the interval changed, this is the largest one used. The figures include blocks that were recorded at smaller intervals.
    #[must_use]
    pub fn sampling_interval(&self) -> Option<u64> {
        self.inner.mean.filter(|&mean| mean > 0)
    }

    /// The tracker's own memory when the snapshot was taken, as [`tracker_size`](crate::tracker_size()) gives it. Names looked up
    /// later through this snapshot are added.
    #[must_use]
    pub fn tracker_size(&self) -> u64 {
        self.inner.tracker_size.saturating_add(self.inner.names.get().map_or(0, |(_, size)| *size))
    }

    /// The number of blocks that could not be recorded because memory was short, since the program began.
    #[must_use]
    pub fn lost_count(&self) -> u64 {
        self.inner.lost
    }

    /// The number of traces with more frames than the [limit](crate::Recorder::max_depth). Takes time linear in the number of traces.
    #[must_use]
    pub fn truncated_count(&self) -> usize {
        self.traces().filter(|trace| trace.is_truncated()).count()
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
        Duration::from_micros(self.inner.sums.peak_time)
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
    #[must_use]
    pub fn other(&self) -> Option<Trace<'_>> {
        self.traces().find(|trace| trace.addresses() == [OTHER_ADDRESS])
    }

    /// An upper bound on the number of traces in [`other`](Self::other).
    ///
    /// A trace counts each time it is folded, and so does a block whose trace finds no room.
    #[must_use]
    pub fn folded_count(&self) -> u64 {
        self.inner.sums.folded
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
        self.inner.sums.sites.iter().for_each(|sums| amounts.add(&sums.into()));
        amounts
    }

    /// Groups the traces by line, function, file, crate or trace, or the live blocks by thread. Each trace counts in the row of the
    /// code that allocates.
    ///
    /// Takes time linear in the number of traces, once their names [have been looked up](Trace::frames).
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
    #[must_use]
    pub fn statistics(&self, by: By) -> Statistics {
        self.grouped(&self.inner.owners, by, false)
    }

    /// Sums up the traces like [`statistics`](Self::statistics), but counts each trace in the rows of all its callers too.
    ///
    /// The rows add up to more than the total. A recursive function counts each trace once. `By::Trace` and `By::Thread`
    /// give the same rows as `statistics`.
    ///
    /// # Panics
    ///
    /// Panics like `statistics`.
    #[must_use]
    pub fn cumulative_statistics(&self, by: By) -> Statistics {
        self.grouped(&self.inner.owners, by, true)
    }

    fn grouped(&self, owners: &Owners, by: By, is_cumulative: bool) -> Statistics {
        Statistics::new(|| {
            let rows = group::grouped(&self.inner, owners, by, is_cumulative);
            let has_line =
                |group: Group<'_>| matches!(group, Group::Line { file, .. } if !file.starts_with("std/"));
            let shows_callers = is_cumulative || by == By::Trace;
            let is_cumulative = is_cumulative && by != By::Trace;
            let lacks_lines =
                by == By::Line && !rows.is_empty() && !rows.iter().any(|(key, _)| has_line(key.group()));
            let notes = self.notes(shows_callers, lacks_lines);
            let mut sum = if by == By::Thread { Amounts::default() } else { self.amounts() };
            rows.iter().filter(|_| by == By::Thread).for_each(|(_, amounts)| sum.add(amounts));
            RankedRows { rows, sum, by, metric: Metric::default(), is_cumulative, notes }
        })
    }

    fn notes(&self, shows_callers: bool, lacks_lines: bool) -> Notes {
        let other = self.other().map(|trace| Amounts::from(trace.0)).unwrap_or_default();
        let program = self.inner.program.as_ref();
        Notes {
            is_tracked: program.map_or_else(is_installed, |program| program.is_tracked),
            is_recorded: self.is_recorded(),
            sampling_interval: self.sampling_interval(),
            lost: self.inner.lost,
            folded: self.folded_count(),
            other,
            traces: self.inner.sums.sites.len(),
            truncated: if shows_callers { self.truncated_count() } else { 0 },
            lacks_lines,
            tracker_size: self.tracker_size(),
        }
    }

    /// The remarks on the figures of all functions.
    #[cfg(feature = "html")]
    pub(crate) fn remarks(&self, lacks_lines: bool) -> Vec<String> {
        let notes = self.notes(true, lacks_lines);
        let text = notes.instead(notes.traces).map_or_else(|| notes.to_string(), str::to_owned);
        text.split_terminator('\n').filter(|line| !line.is_empty()).map(str::to_owned).collect()
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
    #[must_use]
    pub fn compare_to(&self, earlier: &Self, by: By) -> Comparison {
        self.statistics(by).compare_to(&earlier.grouped(&self.inner.owners, by, false))
    }

    /// Attributes each trace to its innermost function in the given crates. The figures stay the same.
    ///
    /// Functions of other crates are left out of [`Trace::frames`], of all groupings and of filters. So a trace counts in the row of the
    /// nearest function of these crates. A trace without one stays unchanged, so that rows still add up to the total. Deep recursion
    /// in a dependency may need a larger [`Recorder::max_depth`](crate::Recorder::max_depth).
    ///
    /// [Exports](Self::export) leave these functions out too. Takes time linear in the size of the snapshot.
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size_track::{Attribution, By, Recorder, Snapshot, TrackingAllocator};
    ///
    /// #[global_allocator]
    /// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
    ///
    /// let recording = Recorder::all().start();
    /// let parsed: serde_json::Value = serde_json::from_str(r#"{"numbers": [1, 2, 3]}"#).unwrap();
    /// let snapshot = Snapshot::take();
    /// // The line above, and not a line of `serde_json`.
    /// println!("{}", snapshot.attributed_to(Attribution::Program).statistics(By::Line));
    /// let parser = Attribution::Crates(&["serde_json"]);
    /// assert_eq!(snapshot.attributed_to(parser).live_amount(), snapshot.live_amount());
    /// # drop((parsed, recording));
    /// ```
    #[must_use]
    pub fn attributed_to(&self, attribution: Attribution<'_>) -> Self {
        let inner = Untracked::new(|| Figures { owners: attribution.into(), ..Figures::clone(&self.inner) });
        Self { inner }
    }

    /// A snapshot of the traces that pass the filters.
    ///
    /// A trace passes if no `without_…` filter matches it and, if there are `only_…` filters, at least one of them does. The
    /// figures of the process stay unchanged.
    #[must_use]
    pub fn filter_traces(&self, filters: &[Filter<'_>]) -> Self {
        let inner = &*self.inner;
        let inner = Untracked::new(|| {
            let passing = inner.sums.sites.iter().filter(|sums| filter::passes(filters, sums, inner));
            let sums = AllSums { sites: passing.cloned().collect(), ..inner.sums };
            let blocks = inner.blocks.as_ref().map(|blocks| {
                let of_site = |site: &SiteSums| blocks::of_site(blocks, site.key).iter().copied();
                sums.sites.iter().flat_map(of_site).collect()
            });
            inner.with(sums, blocks)
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
