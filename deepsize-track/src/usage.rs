use std::fmt;
use std::hint::black_box;

use crate::counters;
use crate::peaks;
use crate::resident::resident_size;
use crate::units::{Plural, Size, sign};

/// Allocations and frees, of a region of code or since the program began.
///
/// # Examples
///
/// ```
/// # use deep_size_track::{Region, TrackingAllocator};
/// # #[global_allocator]
/// # static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
/// let region = Region::begin();
/// let kept = vec![0_u8; 1024];
/// let usage = region.end();
/// assert_eq!((usage.net_size(), usage.net_blocks(), usage.peak_size), (1024, 1, 1024));
/// assert!(usage.to_string().starts_with("net +1.0 KiB, +1 block; allocated 1.0 KiB in 1 block, "));
/// # drop(kept);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "json", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Usage {
    /// The bytes that were allocated. A resized block counts as freed with its old size, and as allocated with its new one.
    pub allocated_size: u64,
    /// The bytes that were freed, including the old sizes of resized blocks.
    pub freed_size: u64,
    /// The number of blocks that were allocated, including resized ones.
    pub allocated_blocks: u64,
    /// The number of blocks that were freed, including resized ones.
    pub freed_blocks: u64,
    /// The number of times a block was resized, in place or not.
    pub reallocations: u64,
    /// The highest number of live bytes, above the live bytes at the start.
    #[doc(alias = "peak memory")]
    pub peak_size: u64,
}

impl Usage {
    pub(crate) fn since(self, start: Self) -> Self {
        Self {
            allocated_size: self.allocated_size.wrapping_sub(start.allocated_size),
            freed_size: self.freed_size.wrapping_sub(start.freed_size),
            allocated_blocks: self.allocated_blocks.wrapping_sub(start.allocated_blocks),
            freed_blocks: self.freed_blocks.wrapping_sub(start.freed_blocks),
            reallocations: self.reallocations.wrapping_sub(start.reallocations),
            peak_size: self.peak_size,
        }
    }

    pub(crate) fn with_peak(self, peak: i64) -> Self {
        Self { peak_size: u64::try_from(peak).unwrap_or(0), ..self }
    }

    /// Adds all figures except the peak.
    #[cfg(feature = "sites")]
    pub(crate) fn add(&mut self, other: Self) {
        // Subtracts the negative.
        *self = self.since(Self::default().since(other));
    }

    /// The bytes allocated minus the bytes freed.
    pub fn net_size(&self) -> i64 {
        self.allocated_size.wrapping_sub(self.freed_size) as i64
    }

    /// The blocks allocated minus the blocks freed.
    pub fn net_blocks(&self) -> i64 {
        self.allocated_blocks.wrapping_sub(self.freed_blocks) as i64
    }
}

/// One line. `{:#}` prints exact bytes.
///
/// ```text
/// net +40 B, +1 block; allocated 1.0 KiB in 2 blocks, freed 1000 B in 1 block, 0 reallocations; peak 1.0 KiB
/// net +40 B, +1 block; allocated 1,040 B in 2 blocks, freed 1,000 B in 1 block, 0 reallocations; peak 1,040 B
/// ```
///
/// If nothing was counted because no [`TrackingAllocator`](crate::TrackingAllocator) is [installed](is_installed), the line says so.
impl fmt::Display for Usage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::default() && !is_installed() {
            return out.write_str(
                "nothing was counted: the program's global allocator is not a `TrackingAllocator`",
            );
        }
        let is_exact = out.alternate();
        let size = |bytes| Size { bytes, is_exact };
        let (net_size, net_blocks) = (self.net_size(), self.net_blocks());
        write!(
            out,
            "net {}{}, {}{}; allocated {} in {}, freed {} in {}, {}; peak {}",
            sign(net_size),
            size(net_size.unsigned_abs()),
            sign(net_blocks),
            Plural(net_blocks.unsigned_abs(), "block"),
            size(self.allocated_size),
            Plural(self.allocated_blocks, "block"),
            size(self.freed_size),
            Plural(self.freed_blocks, "block"),
            Plural(self.reallocations, "reallocation"),
            size(self.peak_size)
        )
    }
}

/// The allocations and frees of all threads since the program began, and the memory of the process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "json", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Process {
    /// The live bytes.
    pub live_size: u64,
    /// The number of live blocks.
    pub live_blocks: u64,
    /// The sums since the program began.
    pub total: Usage,
    /// The resident set size: the bytes of physical memory, as the operating system counts them. `None` except on Linux and Android.
    ///
    /// It includes code, stacks, the memory of C libraries, and freed memory that the allocator keeps.
    #[doc(alias = "RSS")]
    pub resident_size: Option<u64>,
}

/// The allocations and frees of all threads, past and present, and the resident memory.
///
/// While other threads run, a figure can lag behind them. A block never counts as freed before it counts as allocated, but a
/// block freed while the sums are taken may still count as live.
///
/// The peak, [`Usage::peak_size`], is exact if one thread allocates. Otherwise its error is at most 16 KiB for each thread. Takes
/// time linear in the number of threads that ran at once. On Linux, the resident set size takes about ten microseconds more.
///
/// # Examples
///
/// ```
/// # use deep_size_track::TrackingAllocator;
/// # #[global_allocator]
/// # static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
/// let before = deep_size_track::process();
/// let kept = vec![0_u8; 1 << 20];
/// let after = deep_size_track::process();
/// assert!(after.live_size >= before.live_size + (1 << 20));
/// assert!(after.total.peak_size >= 1 << 20);
/// # drop(kept);
/// ```
#[doc(alias("peak memory", "memory usage"))]
#[must_use]
pub fn process() -> Process {
    counters::slot().flush();
    let peak = peaks::peak();
    let total = counters::process_counts().with_peak(peak);
    Process {
        live_size: u64::try_from(total.net_size()).unwrap_or(0),
        live_blocks: u64::try_from(total.net_blocks()).unwrap_or(0),
        total,
        resident_size: resident_size(),
    }
}

/// The allocations and frees of this thread. The net is negative if the thread freed more than it allocated.
///
/// A thread may inherit the counts of threads that ended before it began. The difference of two results is exact.
///
/// # Examples
///
/// ```
/// # use deep_size_track::{TrackingAllocator, thread};
/// # #[global_allocator]
/// # static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
/// let before = thread();
/// let kept = vec![0_u8; 1000];
/// assert_eq!(thread().net_size() - before.net_size(), 1000);
/// # drop(kept);
/// ```
#[must_use]
pub fn thread() -> Usage {
    let slot = counters::slot();
    slot.counts().with_peak(slot.peak())
}

/// Whether a [`TrackingAllocator`](crate::TrackingAllocator) is the program's allocator. If not, all counts stay at 0.
///
/// # Examples
///
/// ```
/// # use deep_size_track::TrackingAllocator;
/// #[global_allocator]
/// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
///
/// assert!(deep_size_track::is_installed());
/// ```
#[must_use]
pub fn is_installed() -> bool {
    // Untracked, so that the probe is not part of the program's counts.
    counters::untracked(|| {
        let before = counters::untracked_counts().allocated_blocks;
        drop(black_box(Box::new(black_box(0_u8))));
        counters::untracked_counts().allocated_blocks != before
    })
}

/// The path with which this process was started, without its arguments, because they may be secrets.
#[cfg(any(feature = "html", feature = "sites"))]
pub(crate) fn command() -> String {
    std::env::args_os().next().unwrap_or_default().to_string_lossy().into_owned()
}
