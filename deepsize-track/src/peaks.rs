//! How much is live in all, and the most there was: what slots publish in steps.

use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicI64, AtomicU64};

use crate::counters::slot;

/// So many regions that look at all threads can find their peaks at a time.
pub(crate) const WATCHED: usize = 64;

/// What is live, as far as it is published, and the most of it there ever was.
static LIVE: AtomicI64 = AtomicI64::new(0);
static PEAK: AtomicI64 = AtomicI64::new(0);

/// Peaks since some time, for the regions that look at all threads; `i64::MAX` where there is no region.
static PEAKS: [AtomicI64; WATCHED] = [const { AtomicI64::new(i64::MAX) }; WATCHED];
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
    slot().settle();
    PEAK.load(Acquire).max(LIVE.load(Acquire))
}

/// A peak over all threads since some time, while somebody wants to know it.
#[derive(Debug)]
pub(crate) struct Watch(Option<usize>);

impl Watch {
    pub(crate) fn begin() -> Self {
        slot().settle();
        let free = (0..WATCHED)
            .find(|&at| PEAKS[at].compare_exchange(i64::MAX, LIVE.load(Acquire), AcqRel, Relaxed).is_ok());
        if let Some(at) = free {
            WATCHERS.fetch_max(at as u64 + 1, AcqRel);
        }
        Self(free)
    }

    /// The peak so far, and what is live; if there were too many others, only that.
    pub(crate) fn peak(&self) -> i64 {
        slot().settle();
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
