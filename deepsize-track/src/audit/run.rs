use std::marker::PhantomData;
use std::ptr;

use deep_size_core::DeepSize;

use super::matching;
use super::outcome::{Audit, Limitation, Outcome};
use super::walk::Walk;
use crate::freed::FreedHistory;
use crate::record::Demand;
use crate::untracked::Untracked;
use crate::{Recorder, Recording, is_installed, records};

/// Compares each block that a value reports with the allocator's record.
///
/// Build the value while a [`Recorder::all`](crate::Recorder::all) runs. Blocks allocated before count as not live.
///
/// This cannot find a block that the value owns and does not report, nor check blocks that an impl reports
/// [together](deep_size_core::Walker::allocations). To do both, build the value in an
/// [`AuditRegion`](crate::AuditRegion), or use [`assert_audit!`](crate::assert_audit).
///
/// Takes time linear in the number of values, and `n log n` time and memory for `n` reported blocks. If a block is reported by an
/// address in its middle, as hash tables do, `n` counts all live blocks of the program.
///
/// # Examples
///
/// ```
/// use deep_size_track::{Recorder, TrackingAllocator, audit};
///
/// #[global_allocator]
/// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
///
/// let recording = Recorder::all().start();
/// let words = vec![String::from("one"), String::from("two")];
/// let audit = audit(&words);
/// assert!(audit.is_proven(), "{audit}");
/// assert_eq!((audit.block_count(), audit.size()), (3, 54));
/// # drop(recording);
/// ```
#[must_use = "an audit does nothing by itself; read or print it"]
pub fn audit<T: DeepSize + ?Sized>(value: &T) -> Audit {
    audit_against(value, None, 0)
}

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

/// Audits a value. `lost` is the number of unrecorded blocks at the start: more of them limit the proof.
pub(super) fn audit_against<T: DeepSize + ?Sized>(value: &T, demand: Option<Demand>, lost: u64) -> Audit {
    let limitation = limitation(lost);
    let root = (ptr::from_ref(value).addr(), size_of_val(value));
    Audit { inner: Untracked::new(|| outcome(&Walk::of(value), root, demand, limitation)) }
}

// Not generic, so that it is compiled once.
fn outcome(
    walk: &Walk,
    root: (usize, usize),
    demand: Option<Demand>,
    limitation: Option<Limitation>,
) -> Outcome {
    let mut outcome = match limitation {
        None | Some(Limitation::Lost) => matching::matched(walk, demand, root),
        // There are no records to compare with.
        Some(_) => Outcome::default(),
    };
    outcome.limitation = limitation;
    outcome.opaque_parts = walk.parts.iter().map(|part| walk.opaque_claim(part)).collect();
    outcome
}

pub(super) fn limitation(lost: u64) -> Option<Limitation> {
    match records::mean() {
        _ if !is_installed() => Some(Limitation::NotInstalled),
        None => Some(Limitation::NotRecorded),
        Some(0) if records::lost() != lost => Some(Limitation::Lost),
        Some(0) => None,
        Some(_) => Some(Limitation::Sampled),
    }
}
