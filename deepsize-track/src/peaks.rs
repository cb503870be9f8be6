//! The live bytes of all threads with their peaks, and the peaks of each thread's regions.
//!
//! Slots publish in steps, so a caller flushes the slot of its thread before it reads a peak.

use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicI64, AtomicUsize};

/// The number of process-wide regions, and of regions of a thread, that can have peaks at once.
const MAX_REGIONS: usize = 64;

/// The published live bytes, and their peak.
static LIVE: AtomicI64 = AtomicI64::new(0);
static PEAK: AtomicI64 = AtomicI64::new(0);

/// The peaks of open regions.
struct Peaks {
    /// The maximum marks a free place.
    places: [AtomicI64; MAX_REGIONS],
    /// Every place that was ever taken has an index below this number.
    used: AtomicUsize,
}

impl Peaks {
    const fn new() -> Self {
        Self { places: [const { AtomicI64::new(i64::MAX) }; MAX_REGIONS], used: AtomicUsize::new(0) }
    }

    /// Opens a region at `live` bytes, and returns its place. `None` if no place is free.
    fn open(&self, live: i64) -> Option<usize> {
        let take = |place: &AtomicI64| place.compare_exchange(i64::MAX, live, AcqRel, Relaxed).is_ok();
        let at = self.places.iter().position(take)?;
        self.used.fetch_max(at + 1, AcqRel);
        Some(at)
    }

    /// Raises the peaks of all open regions. A free place stays at the maximum.
    fn record(&self, highest: i64) {
        for place in self.places.iter().take(self.used.load(Acquire)) {
            // A comparison takes a fraction of the time of a locked instruction.
            if place.load(Relaxed) < highest {
                place.fetch_max(highest, AcqRel);
            }
        }
    }
}

/// The process-wide regions.
static WATCHES: Peaks = Peaks::new();

thread_local! {
    /// The regions of a thread, up to the last flush of its slot. It has no destructor, so it exists until the thread is gone.
    static REGIONS: Peaks = const { Peaks::new() };
}

/// Publishes a change of the live bytes, and the highest amount reached since the last publication, relative to it.
pub(crate) fn publish(by: i64, highest: i64) {
    let before = LIVE.fetch_add(by, AcqRel);
    let highest = before.wrapping_add(highest.max(by));
    PEAK.fetch_max(highest, AcqRel);
    WATCHES.record(highest);
}

/// The highest number of live bytes since the program began.
pub(crate) fn peak() -> i64 {
    PEAK.load(Acquire).max(LIVE.load(Acquire))
}

/// Finds the peak of all threads while it lives. `None` if no place was free.
#[derive(Debug)]
pub(crate) struct Watch(Option<usize>);

impl Watch {
    pub(crate) fn begin() -> Self {
        Self(WATCHES.open(LIVE.load(Acquire)))
    }

    /// The peak so far. Without a place, the live bytes.
    pub(crate) fn peak(&self) -> i64 {
        let live = LIVE.load(Acquire);
        self.0.map_or(live, |at| WATCHES.places[at].load(Acquire).max(live))
    }

    /// The peak so far. The next one begins with the live bytes.
    pub(crate) fn take_peak(&self) -> i64 {
        let live = LIVE.load(Acquire);
        self.0.map_or(live, |at| WATCHES.places[at].swap(live, AcqRel).max(live))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(at) = self.0 {
            WATCHES.places[at].store(i64::MAX, Release);
        }
    }
}

/// Raises the peaks of this thread's open regions.
pub(crate) fn record(highest: i64) {
    REGIONS.with(|regions| regions.record(highest));
}

/// Opens a region of this thread at `live` bytes, and returns its place. `None` if no place is free.
pub(crate) fn open_region(live: i64) -> Option<usize> {
    REGIONS.with(|regions| regions.open(live))
}

/// The peak of the region at this place.
pub(crate) fn region_peak(at: usize) -> i64 {
    REGIONS.with(|regions| regions.places[at].load(Relaxed))
}

pub(crate) fn close_region(at: usize) {
    REGIONS.with(|regions| regions.places[at].store(i64::MAX, Relaxed));
}
