use std::fmt;
use std::hint::black_box;

use crate::counters;
use crate::counts::Counts;
use crate::peaks;

/// What was allocated and freed, by some code or in all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Usage {
    /// The bytes that were allocated, with those by which blocks grew.
    pub allocated: u64,
    /// The bytes that were freed, with those by which blocks shrank.
    pub freed: u64,
    /// The blocks that were allocated.
    pub blocks_allocated: u64,
    /// The blocks that were freed.
    pub blocks_freed: u64,
    /// How often a block was resized, in place or not.
    pub reallocations: u64,
    /// The most bytes that were live at one time, above what was at the start.
    pub peak: u64,
}

impl Usage {
    pub(crate) fn new(counts: Counts, peak: i64) -> Self {
        let Counts { allocated, freed, blocks_allocated, blocks_freed, reallocations } = counts;
        let peak = u64::try_from(peak).unwrap_or(0);
        Self { allocated, freed, blocks_allocated, blocks_freed, reallocations, peak }
    }

    /// The bytes allocated and not freed; negative if more were freed.
    #[must_use]
    pub fn net(&self) -> i64 {
        self.allocated.wrapping_sub(self.freed) as i64
    }

    /// The blocks allocated and not freed; negative if more were freed.
    #[must_use]
    pub fn net_blocks(&self) -> i64 {
        self.blocks_allocated.wrapping_sub(self.blocks_freed) as i64
    }
}

/// One line: `net +40 B in +1 blocks (allocated 1040 B in 2, freed 1000 B in 1, resized 0 times), peak 1040 B`.
impl fmt::Display for Usage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "net {:+} B in {:+} blocks (allocated {} B in {}, freed {} B in {}, resized {} times), peak {} B",
            self.net(),
            self.net_blocks(),
            self.allocated,
            self.blocks_allocated,
            self.freed,
            self.blocks_freed,
            self.reallocations,
            self.peak
        )
    }
}

/// What the threads of a process have allocated and freed since it began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Process {
    /// The bytes that are live.
    pub live_bytes: u64,
    /// The blocks that are live.
    pub live_blocks: u64,
    /// All there ever was.
    pub total: Usage,
}

/// The sums over all threads, past and present.
///
/// While other threads run, a figure can be behind what they do, but no block counts as freed that does not count as
/// allocated; what they free while the figures are added up may still count as live. The peak, [`Usage::peak`], is exact if one thread allocates, and else within 16 KiB for each thread. Takes
/// time linear in the number of threads that ran at once.
///
/// ```
/// # use deep_size_track::TrackingAllocator;
/// # #[global_allocator]
/// # static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
/// let before = deep_size_track::process();
/// let kept = vec![0_u8; 1 << 20];
/// let after = deep_size_track::process();
/// assert!(after.live_bytes >= before.live_bytes + (1 << 20));
/// assert!(after.total.peak >= 1 << 20);
/// # drop(kept);
/// ```
#[must_use]
pub fn process() -> Process {
    counters::slot().flush();
    let peak = peaks::peak();
    let total = Usage::new(counters::process_counts(), peak);
    Process {
        live_bytes: u64::try_from(total.net()).unwrap_or(0),
        live_blocks: u64::try_from(total.net_blocks()).unwrap_or(0),
        total,
    }
}

/// What this thread has allocated and freed. Its net is negative if it has freed what others allocated.
///
/// The thread may have taken over the counts of others that had ended when it began, so what matters is the difference of two
/// of these, which is exact.
#[must_use]
pub fn thread() -> Usage {
    let slot = counters::slot();
    Usage::new(slot.counts(), slot.peak())
}

/// Whether a [`TrackingAllocator`](crate::TrackingAllocator) is the program's allocator. If not, all counts stay at 0.
#[must_use]
pub fn is_installed() -> bool {
    // What the tracker allocates is no part of the program's counts.
    counters::untracked(|| {
        let before = counters::untracked_counts().blocks_allocated;
        drop(black_box(Box::new(black_box(0_u8))));
        counters::untracked_counts().blocks_allocated != before
    })
}
