use std::marker::PhantomData;

use crate::counters;
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
/// Up to 64 open regions of a thread keep their peaks, and may end in any order. The peak of a further region is the larger of the live
/// bytes at its start and at its end.
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
    /// Its place among the peaks of the thread. `None` if no place was free.
    place: Option<usize>,
    // A region belongs to one thread.
    not_send: PhantomData<*const ()>,
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
        let place = peaks::open_region(slot.live());
        Self { start: slot.counts().since(sums), place, not_send: PhantomData }
    }

    /// The allocations and frees so far. Takes constant time.
    pub fn usage(&self) -> Usage {
        let slot = counters::slot();
        slot.flush();
        let peak = self.place.map_or(slot.live(), peaks::region_peak);
        slot.counts().since(self.start).with_peak(peak.wrapping_sub(self.start.net_size()))
    }

    /// Ends the region, and returns its usage.
    pub fn end(self) -> Usage {
        self.usage()
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        self.place.into_iter().for_each(peaks::close_region);
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
