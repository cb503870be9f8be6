use std::marker::PhantomData;

use crate::counters::{self, Slot};
use crate::peaks::{self, Watch};
use crate::usage::Usage;

/// A value, and the usage of the code that returned it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured<R> {
    /// The value that the code returned.
    pub value: R,
    /// The allocations and frees of the code or, from `tracked`, of its polls.
    pub usage: Usage,
}

/// Runs some code, and counts this thread's allocations and frees in it.
///
/// A panic of the code propagates.
///
/// # Examples
///
/// ```
/// # use deep_size_track::{Measured, TrackingAllocator, measure};
/// # #[global_allocator]
/// # static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
/// let Measured { value: text, usage } = measure(|| "a text".repeat(10));
/// assert_eq!(usage.net_size(), text.capacity() as i64);
/// ```
#[doc(alias("peak memory", "memory usage"))]
pub fn measure<R>(code: impl FnOnce() -> R) -> Measured<R> {
    let region = Region::begin();
    let value = code();
    Measured { value, usage: region.end() }
}

/// Counts this thread's allocations and frees until it is dropped. Regions may be nested.
///
/// Up to 64 open regions of a thread keep their peaks, and may end in any order. Further regions must end in reverse order, as
/// guards do. Read the usage of a further region only while neither another one nor a scope is open inside it; otherwise its
/// peak may be wrong.
///
/// # Examples
///
/// ```
/// # use deep_size_track::{Region, TrackingAllocator};
/// # #[global_allocator]
/// # static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
/// let outer = Region::begin();
/// let kept = vec![0_u8; 100];
/// let inner = Region::begin();
/// drop(vec![0_u8; 1000]);
/// assert_eq!((inner.usage().net_size(), inner.usage().peak_size), (0, 1000));
/// inner.end();
/// assert_eq!((outer.usage().net_size(), outer.usage().peak_size), (100, 1100));
/// # drop(kept);
/// ```
#[derive(Debug)]
#[must_use = "a region ends when it is dropped"]
#[doc(alias = "peak memory")]
pub struct Region {
    start: Usage,
    peak: Peak,
    // A region belongs to one thread.
    not_send: PhantomData<*const ()>,
}

/// The place of a region's peak.
#[derive(Debug)]
enum Peak {
    /// An index into the peaks of the thread.
    Open(usize),
    /// In the slot. Holds the slot's earlier peak.
    Slot(i64),
}

impl Region {
    /// Begins a region.
    pub fn begin() -> Self {
        Self::resume(Usage::default())
    }

    /// Begins a region that adds to earlier sums.
    pub(crate) fn resume(sums: Usage) -> Self {
        let slot = counters::slot();
        slot.flush();
        let peak = peaks::open_region(slot.live()).map_or_else(|| Peak::Slot(slot.begin_peak()), Peak::Open);
        Self { start: slot.counts().since(sums), peak, not_send: PhantomData }
    }

    /// The allocations and frees so far. Takes constant time.
    pub fn usage(&self) -> Usage {
        let slot: &Slot = counters::slot();
        let peak = match self.peak {
            Peak::Open(at) => {
                slot.flush();
                peaks::region_peak(at)
            }
            Peak::Slot(_) => slot.peak(),
        };
        let peak = peak.wrapping_sub(self.start.net_size());
        slot.counts().since(self.start).with_peak(peak)
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

/// Counts the allocations and frees of all threads until it is dropped.
///
/// The figures come from [`process`](crate::process()), with the same bound on the peak. Up to 64 open regions keep their peaks, and may
/// end in any order. The peak of a further region is the larger of the live bytes at its start and at its end.
///
/// # Examples
///
/// ```
/// # use deep_size_track::{ProcessRegion, TrackingAllocator};
/// # #[global_allocator]
/// # static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
/// let region = ProcessRegion::begin();
/// let made = std::thread::spawn(|| vec![0_u8; 1 << 20]).join().unwrap();
/// drop(made);
/// let usage = region.end();
/// assert!(usage.peak_size >= (1 << 20) - (64 << 10) && usage.net_size() < 1 << 20);
/// ```
#[derive(Debug)]
#[must_use = "a region ends when it is dropped"]
pub struct ProcessRegion {
    start: Usage,
    watch: Watch,
}

impl ProcessRegion {
    /// Begins a region.
    pub fn begin() -> Self {
        counters::slot().flush();
        let watch = Watch::begin();
        Self { start: counters::process_counts(), watch }
    }

    /// The allocations and frees so far. Takes time linear in the number of threads that ran at once.
    pub fn usage(&self) -> Usage {
        counters::slot().flush();
        let peak = self.watch.peak().wrapping_sub(self.start.net_size());
        counters::process_counts().since(self.start).with_peak(peak)
    }

    /// Ends the region, and returns its usage.
    pub fn end(self) -> Usage {
        self.usage()
    }
}
