use std::marker::PhantomData;

use deep_size_core::DeepSize;

use super::outcome::Audit;
use super::run::audit_against;
use crate::freed::FreedHistory;
use crate::record::Demand;
use crate::records;
use crate::{Recorder, Recording};

/// A region of code that builds a value. The audit demands that the value reports each block that the code allocates.
///
/// The audit demands the live blocks that this thread has allocated, or last resized, since the region began. Blocks of
/// other threads may be reported, but are not demanded.
///
/// Memory that the code sets up once and keeps, such as a thread-local buffer, is not part of the value. Run such code before the
/// region. The first `println!` sets up a buffer, and so does each `println!` in a test with captured output: print after the audit.
///
/// # Examples
///
/// ```
/// use deep_size_core::{DeepSize, Walker};
/// use deep_size_track::{AuditRegion, Finding, TrackingAllocator};
///
/// #[global_allocator]
/// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
///
/// struct Pair(String, String);
///
/// impl DeepSize for Pair {
///     fn walk_owned(&self, walker: &mut Walker<'_>) {
///         walker.field("0", &self.0); // Forgets the second string.
///     }
/// }
///
/// let region = AuditRegion::begin();
/// let pair = Pair("one".repeat(10), "two".repeat(20));
/// let audit = region.audit(&pair);
/// let [Finding::NeverCounted { block, after, .. }] = audit.findings() else { panic!("{audit}") };
/// assert_eq!((block.size, after.as_ref().unwrap().path.as_str()), (60, "0"));
/// ```
#[derive(Debug)]
#[must_use = "blocks are recorded until the region is dropped"]
pub struct AuditRegion {
    _recording: Recording,
    _freed: FreedHistory,
    demand: Demand,
    lost: u64,
    // A region belongs to one thread.
    not_send: PhantomData<*const ()>,
}

impl AuditRegion {
    /// Begins to record all blocks, with 32 frames of each trace.
    pub fn begin() -> Self {
        Self::begin_with(Recorder::all())
    }

    /// Begins to record with other options, such as the faster `Recorder::all().max_depth(0)`, which keeps no traces.
    ///
    /// With a sample of blocks, the audit proves nothing.
    pub fn begin_with(recorder: Recorder) -> Self {
        let freed = FreedHistory::begin();
        let recording = recorder.start();
        let demand = Demand::here();
        Self { _recording: recording, _freed: freed, demand, lost: records::lost(), not_send: PhantomData }
    }

    /// Demands the blocks of all threads. Unrelated allocations of other threads then appear as findings.
    pub fn all_threads(mut self) -> Self {
        self.demand.thread = None;
        self
    }

    /// Compares the blocks that a value reports with the allocated ones.
    ///
    /// Visits each live block of the program once, then takes `n log n` time for `n` reported or demanded blocks. If a block is
    /// reported by an address in its middle and is not demanded, `n` counts all live blocks.
    pub fn audit<T: DeepSize + ?Sized>(&self, value: &T) -> Audit {
        audit_against(value, Some(self.demand), self.lost)
    }
}
