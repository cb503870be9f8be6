use std::ptr;

use deep_size_core::DeepSize;

use super::matching;
use super::outcome::{Audit, Limitation, Outcome};
use super::walk::Walk;
use crate::record::Demand;
use crate::untracked::Untracked;
use crate::{is_installed, records};

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
    outcome.opaque_parts = walk.opaque_parts();
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
