use std::fmt;

use crate::records::{self, Wanted};
use crate::sites::MAX_DEPTH;
use crate::{counters, fork};

/// How blocks are to be recorded with the places that allocate them: all or a sample, and how much of each trace.
///
/// ```
/// use deep_size_track::{Recorder, TrackingAllocator};
///
/// #[global_allocator]
/// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
///
/// let recording = Recorder::all().depth(16).start();
/// let kept = vec![0_u8; 1000];
/// assert!(recording.is_running() && recording.lost() == 0);
/// # drop(kept);
/// recording.stop();
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "it records once it is started"]
pub struct Recorder {
    wanted: Wanted,
}

/// One byte in so many is sampled by default, as jemalloc does.
const DEFAULT_MEAN: u64 = 512 << 10;
/// So many frames are kept by default.
const DEFAULT_DEPTH: u32 = 32;

impl Recorder {
    /// All blocks.
    pub const fn all() -> Self {
        Self { wanted: Wanted { mean: 0, depth: DEFAULT_DEPTH } }
    }

    /// A sample: one byte in 512 KiB, with the block it lies in, which then stands for as many as are likely to be there.
    pub const fn sampled() -> Self {
        Self::sampled_by(DEFAULT_MEAN)
    }

    /// A sample: one byte in so many on the average. 0 and 1 record all blocks.
    ///
    /// A block of `s` bytes is recorded with probability `1 - exp(-s / mean)`; figures are estimates, whose relative error is
    /// about one over the root of the number of sampled blocks.
    pub const fn sampled_by(mean: u64) -> Self {
        // The largest means that nothing is recorded.
        let mean = if mean <= 1 {
            0
        } else if mean > 1 << 40 {
            1 << 40
        } else {
            mean
        };
        Self { wanted: Wanted { mean, depth: DEFAULT_DEPTH } }
    }

    /// How many frames of a trace are kept, the innermost first: 32 by default, 128 at the most. With 0 there are no traces, and recording
    /// is quicker.
    ///
    /// Frames of allocator and standard library count, although they are not shown.
    pub const fn depth(self, depth: u32) -> Self {
        let depth = if depth > MAX_DEPTH as u32 { MAX_DEPTH as u32 } else { depth };
        Self { wanted: Wanted { mean: self.wanted.mean, depth } }
    }

    /// Begins to record. If something is recorded already, all get what the most demanding one asks for.
    pub fn start(self) -> Recording {
        // Before any lock is taken, so that no fork finds one held.
        counters::untracked(fork::prepare);
        let lost = records::lost();
        let wanted = records::begin(self.wanted).then_some(self.wanted);
        Recording { wanted, lost }
    }
}

/// Records blocks until it is dropped. With the last one goes all that was recorded.
///
/// What was allocated before is not known, nor is it when that is freed.
#[must_use = "recording ends when this is dropped"]
pub struct Recording {
    /// What it has begun, unless there was no memory for that.
    wanted: Option<Wanted>,
    lost: u64,
}

impl Recording {
    /// How many blocks could not be recorded because memory was short. No figure includes them.
    #[must_use]
    pub fn lost(&self) -> u64 {
        records::lost().wrapping_sub(self.lost)
    }

    /// Whether blocks arrive: `false` if the program's allocator is no [`TrackingAllocator`](crate::TrackingAllocator), or if there
    /// was no memory left to begin.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.wanted.is_some() && crate::is_installed()
    }

    /// Ends it, as dropping it does.
    pub fn stop(self) {}
}

impl fmt::Debug for Recording {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Recording").field("wanted", &self.wanted).finish_non_exhaustive()
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        if let Some(wanted) = self.wanted {
            records::end(wanted);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Recorder;
    use crate::sampling::{Sampler, weight};

    #[test]
    fn any_mean_and_any_depth_will_do() {
        for (mean, expected) in [(0, 0), (1, 0), (2, 2), (1 << 40, 1 << 40), (u64::MAX, 1 << 40)] {
            let mean = Recorder::sampled_by(mean).wanted.mean;
            assert_eq!(mean, expected);
            let sampler = Sampler::new();
            for size in [1, 1000, isize::MAX as usize] {
                // The largest possible block exceeds any gap by far.
                let is_sampled = (0..100).filter(|_| mean == 0 || sampler.samples(size, mean)).count();
                assert!(is_sampled == 100 || size < isize::MAX as usize);
                assert!(weight(size, mean) >= 1.0 && weight(size, mean).is_finite());
            }
        }
        for (depth, expected) in [(0, 0), (1, 1), (128, 128), (129, 128), (u32::MAX, 128)] {
            assert_eq!(Recorder::all().depth(depth).wanted.depth, expected);
        }
    }
}
