use std::marker::PhantomData;

use deep_size_core::DeepSize;

use super::matching::Demand;
use super::outcome::Audit;
use super::run::{audit_against, this_thread};
use crate::freed::FreedHistory;
use crate::records;
use crate::{Recorder, Recording};

/// Some code that builds a value, so that all the blocks it allocates have to be found in the value.
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
///         walker.field("0", &self.0); // and not the other
///     }
/// }
///
/// let region = AuditRegion::begin();
/// let pair = Pair("one".repeat(10), "two".repeat(20));
/// let audit = region.audit(&pair);
/// let [Finding::NeverCounted { block, after, .. }] = audit.findings() else { panic!("{audit}") };
/// assert_eq!((block.size, after.as_ref().unwrap().path.as_str()), (60, "0"));
/// ```
///
/// Blocks are demanded that this thread has allocated, or resized last, since the region began, and that are live when the value is audited.
/// What other threads have allocated meanwhile is matched, but not missed. Memory that the code sets up once and keeps, such as a
/// thread-local buffer, is no part of the value: call it before. So is that of the first `println!`, and of each one in a test whose output
/// is captured: print after the audit.
#[derive(Debug)]
#[must_use = "blocks are recorded until the region is dropped"]
pub struct AuditRegion {
    _recording: Recording,
    _freed: FreedHistory,
    demand: Demand,
    lost: u64,
    // A region is about one thread.
    not_send: PhantomData<*const ()>,
}

impl AuditRegion {
    /// Begins to record all blocks, with 32 frames of each trace.
    pub fn begin() -> Self {
        Self::begin_with(Recorder::all())
    }

    /// Begins to record in a certain way, such as with `Recorder::all().depth(0)`: without traces, which is quicker. It has to be all
    /// blocks.
    pub fn begin_with(recorder: Recorder) -> Self {
        let freed = FreedHistory::begin();
        let recording = recorder.start();
        let demand = Demand { since: records::serial(), thread: Some(this_thread()) };
        Self { _recording: recording, _freed: freed, demand, lost: records::lost(), not_send: PhantomData }
    }

    /// Demands what any thread allocates in the region. No other thread should then do anything else.
    pub fn of_all_threads(mut self) -> Self {
        self.demand.thread = None;
        self
    }

    /// Matches the blocks of a value with those that were allocated.
    ///
    /// Looks at each live block of the program once, and takes time in the order of `n log n` in the number of those that are reported or
    /// demanded. If one is reported by an address in its middle and is not among those that are demanded, `n` is that of all live
    /// blocks. So tests that leak many blocks slow down those that are audited beside them.
    pub fn audit<T: DeepSize + ?Sized>(&self, value: &T) -> Audit {
        audit_against(value, Some(self.demand), self.lost)
    }
}
