//! How much is live in all threads, and its peaks; the peaks of the regions of each thread.
//!
//! Slots publish in steps, so the caller settles the slot of its thread before it reads a peak.

use std::cell::Cell;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicI64, AtomicU64};

/// So many regions that look at all threads can find their peaks at a time.
pub(crate) const MAX_WATCHES: usize = 64;

/// What is live, as far as it is published, and the most of it there ever was.
static LIVE: AtomicI64 = AtomicI64::new(0);
static PEAK: AtomicI64 = AtomicI64::new(0);

/// Peaks since some time, for the regions that look at all threads; `i64::MAX` where there is no region.
static PEAKS: [AtomicI64; MAX_WATCHES] = [const { AtomicI64::new(i64::MAX) }; MAX_WATCHES];
/// How many of the first of them may be in use.
static WATCHERS: AtomicU64 = AtomicU64::new(0);

/// So much more is live than was published, and in between it was so much.
pub(crate) fn publish(by: i64, highest: i64) {
    let before = LIVE.fetch_add(by, AcqRel);
    let highest = before.wrapping_add(highest.max(by));
    PEAK.fetch_max(highest, AcqRel);
    let watchers = WATCHERS.load(Acquire) as usize;
    for peak in PEAKS.iter().take(watchers) {
        // Where nobody watches there is nothing higher.
        peak.fetch_max(highest, AcqRel);
    }
}

/// The most that was ever live.
pub(crate) fn peak() -> i64 {
    PEAK.load(Acquire).max(LIVE.load(Acquire))
}

/// A peak over all threads since some time, while somebody wants to know it.
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

    /// The peak so far, and what is live; if there were too many others, only that.
    pub(crate) fn peak(&self) -> i64 {
        let live = LIVE.load(Acquire);
        self.0.map_or(live, |at| PEAKS[at].load(Acquire).max(live))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(at) = self.0 {
            PEAKS[at].store(i64::MAX, Release);
        }
    }
}

/// So many regions of one thread can find their peaks in whatever order they end.
const MAX_REGIONS: usize = 64;

/// The peaks of a thread's regions up to the last look of its slot. Nothing has to be dropped, so that it is there until the very
/// end of the thread.
struct RegionPeaks {
    peaks: [Cell<i64>; MAX_REGIONS],
    /// One bit for each that is in use.
    used: Cell<u64>,
}

thread_local! {
    static REGIONS: RegionPeaks = const { RegionPeaks { peaks: [const { Cell::new(0) }; MAX_REGIONS], used: Cell::new(0) } };
}

/// So much was live on this thread at the most since the last look. Takes time linear in the number of open regions.
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

/// Begins to keep a peak for this thread, of which so much is live; `None` if there are too many.
pub(crate) fn open_region(live: i64) -> Option<usize> {
    REGIONS.with(|regions| {
        let used = regions.used.get();
        let at = used.trailing_ones() as usize;
        regions.peaks.get(at)?.set(live);
        regions.used.set(used | 1 << at);
        Some(at)
    })
}

/// What was kept there.
pub(crate) fn region_peak(at: usize) -> i64 {
    REGIONS.with(|regions| regions.peaks[at].get())
}

pub(crate) fn close_region(at: usize) {
    REGIONS.with(|regions| regions.used.set(regions.used.get() & !(1 << at)));
}
