//! The live bytes of all threads with their peaks, and the peaks of each thread's regions.
//!
//! Slots publish in steps, so a caller flushes the slot of its thread before it reads a peak.

use std::cell::Cell;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicI64, AtomicU64};

/// The number of process-wide regions that can have a peak at once.
pub(crate) const MAX_WATCHES: usize = 64;

/// The published live bytes, and their peak.
static LIVE: AtomicI64 = AtomicI64::new(0);
static PEAK: AtomicI64 = AtomicI64::new(0);

/// The peaks of the open process-wide regions. `i64::MAX` marks a free place.
static PEAKS: [AtomicI64; MAX_WATCHES] = [const { AtomicI64::new(i64::MAX) }; MAX_WATCHES];
/// Every used place of `PEAKS` has an index below this number.
static WATCHERS: AtomicU64 = AtomicU64::new(0);

/// Publishes a change of the live bytes, and the highest amount reached since the last publication, relative to it.
pub(crate) fn publish(by: i64, highest: i64) {
    let before = LIVE.fetch_add(by, AcqRel);
    let highest = before.wrapping_add(highest.max(by));
    PEAK.fetch_max(highest, AcqRel);
    let watchers = WATCHERS.load(Acquire) as usize;
    for peak in PEAKS.iter().take(watchers) {
        // A free place stays at the maximum.
        peak.fetch_max(highest, AcqRel);
    }
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
        let free = (0..MAX_WATCHES)
            .find(|&at| PEAKS[at].compare_exchange(i64::MAX, LIVE.load(Acquire), AcqRel, Relaxed).is_ok());
        if let Some(at) = free {
            WATCHERS.fetch_max(at as u64 + 1, AcqRel);
        }
        Self(free)
    }

    /// The peak so far. Without a place, the live bytes.
    pub(crate) fn peak(&self) -> i64 {
        let live = LIVE.load(Acquire);
        self.0.map_or(live, |at| PEAKS[at].load(Acquire).max(live))
    }

    /// The peak so far. The next one begins with the live bytes.
    pub(crate) fn take_peak(&self) -> i64 {
        let live = LIVE.load(Acquire);
        self.0.map_or(live, |at| PEAKS[at].swap(live, AcqRel).max(live))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(at) = self.0 {
            PEAKS[at].store(i64::MAX, Release);
        }
    }
}

/// The number of regions of a thread that can end in any order and keep their peaks.
const MAX_REGIONS: usize = 64;

/// The peaks of a thread's regions up to the last flush of its slot. It has no destructor, so it exists until the thread is gone.
struct RegionPeaks {
    peaks: [Cell<i64>; MAX_REGIONS],
    /// One bit for each place: set if used.
    used: Cell<u64>,
}

thread_local! {
    static REGIONS: RegionPeaks = const { RegionPeaks { peaks: [const { Cell::new(0) }; MAX_REGIONS], used: Cell::new(0) } };
}

/// Raises the peaks of this thread's open regions. Takes time linear in their number.
pub(crate) fn record(highest: i64) {
    REGIONS.with(|regions| {
        let mut left = regions.used.get();
        while left != 0 {
            let peak = &regions.peaks[left.trailing_zeros() as usize];
            peak.set(peak.get().max(highest));
            left &= left - 1;
        }
    });
}

/// Opens a region of this thread at `live` bytes, and returns its place. `None` if no place is free.
pub(crate) fn open_region(live: i64) -> Option<usize> {
    REGIONS.with(|regions| {
        let used = regions.used.get();
        let at = used.trailing_ones() as usize;
        regions.peaks.get(at)?.set(live);
        regions.used.set(used | 1 << at);
        Some(at)
    })
}

/// The peak of the region at this place.
pub(crate) fn region_peak(at: usize) -> i64 {
    REGIONS.with(|regions| regions.peaks[at].get())
}

pub(crate) fn close_region(at: usize) {
    REGIONS.with(|regions| regions.used.set(regions.used.get() & !(1 << at)));
}
