use std::marker::PhantomData;

use crate::counters::{self, Slot};
use crate::counts::Counts;
use crate::peaks::{self, Watch};
use crate::usage::Usage;

/// Runs some code, and returns its result with what this thread has allocated and freed in it.
///
/// ```
/// # use deep_size_track::{TrackingAllocator, measure};
/// # #[global_allocator]
/// # static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
/// let (text, usage) = measure(|| "a text".repeat(10));
/// assert_eq!(usage.net(), text.capacity() as i64);
/// ```
///
/// A panic of the code propagates.
pub fn measure<R>(code: impl FnOnce() -> R) -> (R, Usage) {
    let region = Region::begin();
    let result = code();
    (result, region.end())
}

/// What this thread allocates and frees from the beginning of the region on. Regions may lie in one another.
///
/// ```
/// # use deep_size_track::{Region, TrackingAllocator};
/// # #[global_allocator]
/// # static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
/// let outer = Region::begin();
/// let kept = vec![0_u8; 100];
/// let inner = Region::begin();
/// drop(vec![0_u8; 1000]);
/// assert_eq!((inner.usage().net(), inner.usage().peak), (0, 1000));
/// inner.end();
/// assert_eq!((outer.usage().net(), outer.usage().peak), (100, 1100));
/// # drop(kept);
/// ```
///
/// Up to 64 regions of a thread at a time know their peaks, in whatever order they end. Any more are to end in the reverse order in which
/// they began, as guards do, and asked for their usage while none of them lies in them; otherwise their peaks may be wrong.
#[derive(Debug)]
#[must_use = "a region ends when it is dropped"]
pub struct Region {
    start: Counts,
    peak: Peak,
    // A region is about one thread.
    not_send: PhantomData<*const ()>,
}

/// Where a region's peak is kept.
#[derive(Debug)]
enum Peak {
    /// At this place among the peaks of the thread.
    Open(usize),
    /// In the slot, whose earlier peak this is.
    Slot(i64),
}

impl Region {
    /// Begins a region.
    pub fn begin() -> Self {
        let slot = counters::slot();
        slot.flush();
        let peak = peaks::open_region(slot.live()).map_or_else(|| Peak::Slot(slot.begin_peak()), Peak::Open);
        Self { start: slot.counts(), peak, not_send: PhantomData }
    }

    /// What was allocated and freed so far. Takes constant time.
    #[must_use]
    pub fn usage(&self) -> Usage {
        let slot: &Slot = counters::slot();
        let peak = match self.peak {
            Peak::Open(at) => {
                slot.flush();
                peaks::region_peak(at)
            }
            Peak::Slot(_) => slot.peak(),
        };
        let peak = peak.wrapping_sub(self.start.live());
        Usage::new(slot.counts().since(self.start), peak)
    }

    /// Ends the region, and returns its usage.
    pub fn end(self) -> Usage {
        self.usage()
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        match self.peak {
            Peak::Open(at) => peaks::close_region(at),
            Peak::Slot(around) => counters::slot().end_peak(around),
        }
    }
}

/// What all threads allocate and free from the beginning of the region on.
///
/// Figures are those of [`process`](crate::process()), with the same bound on the peak. Up to 64 such regions at a time know their
/// peaks, in whatever order they begin and end; any more take the larger of what is live at start and end for it.
///
/// ```
/// # use deep_size_track::{ProcessRegion, TrackingAllocator};
/// # #[global_allocator]
/// # static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
/// let region = ProcessRegion::begin();
/// let made = std::thread::spawn(|| vec![0_u8; 1 << 20]).join().unwrap();
/// drop(made);
/// let usage = region.end();
/// assert!(usage.peak >= (1 << 20) - (64 << 10) && usage.net() < 1 << 20);
/// ```
#[derive(Debug)]
#[must_use = "a region ends when it is dropped"]
pub struct ProcessRegion {
    start: Counts,
    watch: Watch,
}

impl ProcessRegion {
    /// Begins a region.
    pub fn begin() -> Self {
        counters::slot().flush();
        let watch = Watch::begin();
        Self { start: counters::process_counts(), watch }
    }

    /// What was allocated and freed so far.
    #[must_use]
    pub fn usage(&self) -> Usage {
        counters::slot().flush();
        let peak = self.watch.peak().wrapping_sub(self.start.live());
        Usage::new(counters::process_counts().since(self.start), peak)
    }

    /// Ends the region, and returns its usage.
    pub fn end(self) -> Usage {
        self.usage()
    }
}
