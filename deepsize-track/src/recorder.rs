use crate::sites::MAX_DEPTH;
use crate::{counters, fork, records, sites};

/// Options for recording blocks with their call sites: all blocks or a sample, and the number and depth of traces.
///
/// # Examples
///
/// ```
/// use deep_size_track::{Recorder, TrackingAllocator};
///
/// #[global_allocator]
/// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
///
/// let recording = Recorder::all().max_depth(16).start();
/// let kept = vec![0_u8; 1000];
/// assert!(recording.is_running() && recording.lost_count() == 0);
/// # drop(kept);
/// recording.stop();
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "nothing is recorded before `start`"]
#[doc(alias("heaptrack", "tracemalloc", "memory profiler"))]
pub struct Recorder {
    /// The mean distance of sampled bytes; 0 to record all blocks.
    pub(crate) mean: u64,
    /// The number of frames to keep.
    pub(crate) depth: u32,
    /// The number of traces to keep.
    pub(crate) traces: u32,
}

/// Larger intervals are clamped.
const MAX_MEAN: u64 = 1 << 40;

impl Recorder {
    /// Records all blocks.
    pub const fn all() -> Self {
        Self::sampled_every(0)
    }

    /// Records a sample: on average one byte in 512 KiB, with the block that contains it.
    ///
    /// All figures are scaled to estimates for the whole program.
    pub const fn sampled() -> Self {
        // As in jemalloc.
        Self::sampled_every(512 << 10)
    }

    /// Records a sample: on average one byte in `interval`, with the block that contains it. 0 and 1 record all blocks.
    ///
    /// A block of `s` bytes is recorded with probability `1 - exp(-s / interval)`. Figures are estimates. Their relative error is
    /// about `1 / sqrt(n)` for `n` sampled blocks.
    pub const fn sampled_every(interval: u64) -> Self {
        // `u64::MAX` means that nothing is recorded.
        let mean = match interval {
            0 | 1 => 0,
            2..MAX_MEAN => interval,
            _ => MAX_MEAN,
        };
        Self { mean, depth: 32, traces: 10_000 }
    }

    /// Limits the frames of a trace, innermost first: 32 by default, at most 128. With 0 there are no traces, and recording is faster.
    ///
    /// Frames of the allocator and of the standard library count, although they are hidden.
    pub const fn max_depth(mut self, depth: u32) -> Self {
        self.depth = if depth > MAX_DEPTH as u32 { MAX_DEPTH as u32 } else { depth };
        self
    }

    /// Limits the number of traces: 10,000 by default. The limit is rounded up to a multiple of 16.
    ///
    /// Beyond it, traces without live blocks are folded into [`Snapshot::other`](crate::Snapshot::other), those with the fewest
    /// bytes first. If all have live blocks, the blocks of a new trace count there. All sums stay exact.
    ///
    /// A trace takes at most 550 bytes, and 8 for each frame. With the defaults, all traces take about 7 MB at most, because
    /// tables are fuller near the limit. Traces are spread
    /// over 16 tables, so the first one may be folded a little below the limit.
    pub const fn max_traces(mut self, traces: u32) -> Self {
        self.traces = traces;
        self
    }

    /// Begins to record.
    ///
    /// If several recordings run at once, all of them use the shortest sampling interval, and the largest depth and number
    /// of traces among them.
    pub fn start(self) -> Recording {
        // Before any lock is taken, so that no fork finds one held.
        counters::untracked(fork::prepare);
        let lost = records::lost();
        let recorder = records::begin(self).then_some(self);
        Recording { recorder, lost }
    }
}

/// Records blocks until it is dropped. The end of the last recording frees all records and traces.
///
/// Blocks allocated before the recording have no record. Their frees are not recorded either.
#[derive(Debug)]
#[must_use = "recording ends when this is dropped"]
pub struct Recording {
    /// `None` if there was no memory to begin.
    recorder: Option<Recorder>,
    lost: u64,
}

impl Recording {
    /// The number of blocks that could not be recorded because memory was short. The traces of snapshots leave them out.
    pub fn lost_count(&self) -> u64 {
        records::lost().wrapping_sub(self.lost)
    }

    /// Whether blocks are being recorded.
    ///
    /// It is `false` if the program's allocator is not a [`TrackingAllocator`](crate::TrackingAllocator), or if there was no memory
    /// to begin.
    pub fn is_running(&self) -> bool {
        self.recorder.is_some() && crate::is_installed()
    }

    /// Changes the options while the recording runs, such as the sampling interval.
    ///
    /// Recorded blocks stay recorded, and keep their weight and frames, so sums and estimates stay unbiased. Takes effect for the next
    /// block of each thread. Takes time linear in the number of running recordings.
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size_track::{Recorder, Snapshot, TrackingAllocator};
    ///
    /// #[global_allocator]
    /// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
    ///
    /// let mut recording = Recorder::sampled().start();
    /// // While an operator looks for a leak, record more.
    /// recording.change(Recorder::all().max_depth(64));
    /// let kept = vec![0_u8; 1000];
    /// assert!(Snapshot::take().live_amount().size >= 1000);
    /// recording.change(Recorder::sampled());
    /// # drop(kept);
    /// ```
    pub fn change(&mut self, recorder: Recorder) {
        if let Some(running) = &mut self.recorder {
            records::replace(*running, Some(recorder));
            *running = recorder;
        }
    }

    /// Restarts totals, peaks and lifetimes. Live blocks count in the new totals, and keep their traces and ages.
    ///
    /// Traces without live blocks are freed. All running recordings share the figures, so it affects all of
    /// them. Takes time linear in the number of traces. Other threads may allocate meanwhile.
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size_track::{Recorder, Snapshot, TrackingAllocator};
    ///
    /// #[global_allocator]
    /// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
    ///
    /// let recording = Recorder::all().start();
    /// let kept = vec![0_u8; 1000];
    /// drop(vec![0_u8; 1_000_000]);
    /// recording.reset();
    /// let snapshot = Snapshot::take();
    /// assert!(snapshot.live_amount().size >= 1000 && snapshot.total_amount().size < 1_000_000);
    /// # drop(kept);
    /// ```
    #[doc(alias = "reset_peak")]
    pub fn reset(&self) {
        if self.recorder.is_some() {
            counters::untracked(sites::restart);
        }
    }

    /// Ends the recording, as dropping it does.
    pub fn stop(self) {}
}

impl Drop for Recording {
    fn drop(&mut self) {
        if let Some(recorder) = self.recorder {
            records::replace(recorder, None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Recorder;
    use crate::sampling::{Sampler, weight};

    #[test]
    fn any_interval_and_any_depth_is_accepted() {
        for (mean, expected) in [(0, 0), (1, 0), (2, 2), (1 << 40, 1 << 40), (u64::MAX, 1 << 40)] {
            let mean = Recorder::sampled_every(mean).mean;
            assert_eq!(mean, expected);
            let sampler = Sampler::new();
            for size in [1, 1000, isize::MAX as usize] {
                // A block much larger than the mean exceeds any gap between samples.
                let is_sampled = (0..100).filter(|_| mean == 0 || sampler.samples(size, mean)).count();
                assert!(is_sampled == 100 || size as u64 / 1000 <= mean);
                assert!(weight(size, mean) >= 1.0 && weight(size, mean).is_finite());
            }
        }
        for (depth, expected) in [(0, 0), (1, 1), (128, 128), (129, 128), (u32::MAX, 128)] {
            assert_eq!(Recorder::all().max_depth(depth).depth, expected);
        }
    }
}
