//! What is live at a moment, by the places that allocated it.

mod frame;

use std::fmt;

pub use frame::Frame;

use crate::own::Own;
use crate::sites::{self, Sums};
use crate::usage::{Process, process};
use crate::{counters, records};

/// So many bytes in so many blocks.
///
/// Of a sample these are estimates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Amount {
    /// The bytes, as requested from the allocator.
    pub bytes: u64,
    /// The blocks.
    pub blocks: u64,
}

impl From<(i64, i64)> for Amount {
    fn from((bytes, blocks): (i64, i64)) -> Self {
        // Below 0 for a moment only, while threads run.
        Self { bytes: bytes.max(0).unsigned_abs(), blocks: blocks.max(0).unsigned_abs() }
    }
}

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
    inner: Own<Inner>,
}

#[derive(Clone, Debug)]
struct Inner {
    mean: Option<u64>,
    micros: u64,
    own: u64,
    lost: u64,
    process: Process,
    sites: Vec<Sums>,
}

impl Snapshot {
    /// Takes one. Takes time linear in the number of places that allocate.
    ///
    /// If nothing is being recorded, or there is no memory for it, [`is_recorded`](Self::is_recorded) is `false`, and it has no traces.
    #[must_use]
    pub fn take() -> Self {
        let (process, own) = (process(), crate::own_bytes());
        let inner = Own::new(|| {
            let (micros, lost) = (records::now(), records::lost());
            let recorded = records::mean().and_then(|mean| Some((mean, sites::sums()?)));
            let (mean, sites) = recorded.map_or((None, Vec::new()), |(mean, sites)| (Some(mean), sites));
            Inner { mean, micros, own, lost, process, sites }
        });
        Self { inner }
    }

    /// Whether blocks were being recorded when it was taken; else it knows nothing.
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

    /// The traces that have allocated since the recording began, in no particular order.
    pub fn traces(&self) -> impl Iterator<Item = Trace<'_>> {
        self.inner.sites.iter().map(Trace)
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(out)
    }
}

/// What was allocated by one trace.
#[derive(Clone, Copy, Debug)]
pub struct Trace<'s>(&'s Sums);

impl<'s> Trace<'s> {
    /// What is live.
    #[must_use]
    pub fn live(self) -> Amount {
        self.0.live.into()
    }

    /// All that was ever allocated.
    #[must_use]
    pub fn total(self) -> Amount {
        self.0.total.into()
    }

    /// What was live when most was live in all; within 1 % of that peak.
    #[must_use]
    pub fn at_peak(self) -> Amount {
        self.0.at_peak.into()
    }

    /// The most bytes of this trace that were live at a time.
    #[must_use]
    pub fn most_bytes(self) -> u64 {
        self.0.most.max(0).unsigned_abs()
    }

    /// For how many microseconds the blocks lived that were freed, together.
    #[must_use]
    pub fn lifetimes(self) -> u64 {
        self.0.lifetimes
    }

    /// The return addresses, the innermost first.
    #[must_use]
    pub fn addresses(self) -> &'s [usize] {
        self.0.frames
    }

    /// The functions that led to it, the innermost first: those of the program, without the allocator's and the standard
    /// library's.
    ///
    /// The first call for an address looks its names up in the program's debug information, which may take milliseconds.
    pub fn frames(self) -> impl Iterator<Item = Frame> {
        frame::shown(self.0.frames)
    }
}

/// Looks up what is to be dropped as it was made.
pub(crate) fn as_own<R>(part: impl FnOnce() -> R) -> R {
    counters::as_own(part)
}
