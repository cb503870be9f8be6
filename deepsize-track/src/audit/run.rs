use std::ptr;

use deep_size_core::DeepSize;

use super::matching::{self, Demand};
use super::outcome::{Audit, Limitation, Outcome};
use super::walk::Walk;
use crate::untracked::Untracked;
use crate::{counters, is_installed, records};

/// Matches each block that the walk reports for a value with the allocator's record of it.
///
/// The value has to be built while a [`Recorder::all`](crate::Recorder::all) runs; blocks from before count as not live. What this cannot
/// find is a block that the value owns and does not report: for that, build it in an [`AuditRegion`](crate::AuditRegion), or use
/// [`assert_audit!`](crate::assert_audit).
///
/// Takes time linear in the number of values, and in the order of `n log n` in the number of reported blocks; if one is reported by an
/// address in its middle, as by a hash table, in that of all live blocks of the program. Takes memory for each of those blocks.
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
/// assert_eq!((audit.blocks(), audit.bytes()), (3, 54));
/// # drop(recording);
/// ```
#[must_use = "an audit does nothing by itself; read or print it"]
pub fn audit<T: DeepSize + ?Sized>(value: &T) -> Audit {
    audit_against(value, None, 0)
}

/// Audits a value. `demand` selects the live blocks that the value must claim; `lost` is the number of blocks that were not recorded.
pub(super) fn audit_against<T: DeepSize + ?Sized>(value: &T, demand: Option<Demand>, lost: u64) -> Audit {
    let limitation = limitation(lost);
    let inner = Untracked::new(|| {
        let walk = Walk::of(value);
        let root = (ptr::from_ref(value).addr(), size_of_val(value));
        let mut inner = match limitation {
            None | Some(Limitation::Lost) => matching::matched(&walk, demand, root),
            // There is nothing to match it with.
            Some(_) => Outcome::default(),
        };
        inner.limitation = limitation;
        inner.opaque = walk.opaque();
        inner
    });
    Audit { inner }
}

fn limitation(lost: u64) -> Option<Limitation> {
    match records::mean() {
        _ if !is_installed() => Some(Limitation::NotInstalled),
        None => Some(Limitation::NotRecorded),
        Some(0) if records::lost() != lost => Some(Limitation::Lost),
        Some(0) => None,
        Some(_) => Some(Limitation::Sampled),
    }
}

/// The thread that is running, as records name it.
pub(super) fn this_thread() -> usize {
    counters::slot().number()
}
