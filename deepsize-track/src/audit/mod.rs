//! The proof of an impl: what it reports, block by block, against what the allocator has handed out.
//!
//! The idea is that of Firefox's DMD, which finds blocks that memory reporters count twice or never.

mod assert;
mod finding;
mod matching;
mod region;
mod text;
mod walk;

use std::fmt;
use std::ptr;

use deep_size_core::{DeepSize, Reason};

#[doc(hidden)]
pub use assert::check;
pub use finding::{Block, Claim, Finding};
pub use region::AuditRegion;

use crate::own::Own;
use crate::{counters, is_installed, records};
use matching::Demand;
use walk::Walk;

/// Matches each block that the walk reports for a value with the allocator's record of it.
///
/// The value has to be built while a [`Recorder::all`](crate::Recorder::all) runs; blocks from before count as not live. What this cannot
/// find is a block that the value owns and does not report: for that, build it in an [`AuditRegion`], or use
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
#[must_use = "an audit tells what it has found"]
pub fn audit<T: DeepSize + ?Sized>(value: &T) -> Audit {
    audit_against(value, None, 0)
}

/// Matches a value with the live blocks, of which some are demanded. `lost` is how many blocks had been lost before.
fn audit_against<T: DeepSize + ?Sized>(value: &T, demand: Option<Demand>, lost: u64) -> Audit {
    let hindrance = hindrance(lost);
    let inner = Own::new(|| {
        let walk = Walk::of(value);
        let root = (ptr::from_ref(value).addr(), size_of_val(value));
        let mut inner = match hindrance {
            None | Some(Hindrance::Lost) => matching::matched(&walk, demand, root),
            // There is nothing to match it with.
            Some(_) => Inner::default(),
        };
        inner.hindrance = hindrance;
        inner.opaque = walk.opaque();
        inner
    });
    Audit { inner }
}

fn hindrance(lost: u64) -> Option<Hindrance> {
    match records::mean() {
        _ if !is_installed() => Some(Hindrance::NotInstalled),
        None => Some(Hindrance::NotRecorded),
        Some(0) if records::lost() != lost => Some(Hindrance::Lost),
        Some(0) => None,
        Some(_) => Some(Hindrance::Sampled),
    }
}

/// Why there can be no proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Hindrance {
    /// The program's allocator is no [`TrackingAllocator`](crate::TrackingAllocator).
    NotInstalled,
    /// No blocks are being recorded.
    NotRecorded,
    /// Only a sample of the blocks is being recorded.
    Sampled,
    /// Some blocks could not be recorded, for lack of memory.
    Lost,
}

/// What came of matching a value's blocks with those of the allocator.
///
/// It is the tracker's own memory, and so in none of its figures. `{}` prints each finding on a line, most bytes first, the first
/// 20 of them; `{:#}` all.
#[derive(Clone)]
pub struct Audit {
    inner: Own<Inner>,
}

#[derive(Clone, Debug, Default)]
struct Inner {
    hindrance: Option<Hindrance>,
    blocks: usize,
    bytes: usize,
    matched_by_size: usize,
    lower_bounds: usize,
    borrowed: usize,
    findings: Vec<Finding>,
    perhaps_opaque: Vec<Block>,
    opaque: Vec<OpaquePart>,
}

impl Audit {
    /// Whether each block that was reported is live, has the size that was reported and was reported once, and each block that is
    /// demanded was reported.
    ///
    /// Never so if not all blocks were being recorded. Blocks that may lie in a part that the walk calls opaque are no fault; see
    /// [`perhaps_opaque`](Self::perhaps_opaque).
    #[must_use]
    pub fn is_proven(&self) -> bool {
        self.inner.hindrance.is_none() && self.inner.findings.is_empty()
    }

    /// Why there can be no proof, whatever was found.
    #[must_use]
    pub fn hindrance(&self) -> Option<Hindrance> {
        self.inner.hindrance
    }

    /// What is wrong, most bytes first.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.inner.findings
    }

    /// The blocks that were reported once, with their size.
    #[must_use]
    pub fn blocks(&self) -> usize {
        self.inner.blocks
    }

    /// The bytes in them.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.inner.bytes
    }

    /// How many of the blocks were reported without an address, and met by their size alone.
    #[must_use]
    pub fn matched_by_size(&self) -> usize {
        self.inner.matched_by_size
    }

    /// How many blocks are larger than was reported, by values that say of themselves that a part cannot be measured.
    #[must_use]
    pub fn lower_bounds(&self) -> usize {
        self.inner.lower_bounds
    }

    /// The bytes that were counted although they are only borrowed. They may be a part of a block, or of none.
    #[must_use]
    pub fn borrowed(&self) -> usize {
        self.inner.borrowed
    }

    /// Blocks that are demanded and were not reported, while a part of the value could not be measured, so that they may be there.
    #[must_use]
    pub fn perhaps_opaque(&self) -> &[Block] {
        &self.inner.perhaps_opaque
    }

    /// The parts that could not be measured.
    #[must_use]
    pub fn opaque(&self) -> &[OpaquePart] {
        &self.inner.opaque
    }
}

impl fmt::Debug for Audit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(out)
    }
}

/// A part of a value that could not be measured.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpaquePart {
    /// The way to it, as that of a [`Claim`].
    pub path: String,
    /// Why.
    pub reason: Reason,
}

/// The thread that is running, as records name it.
fn this_thread() -> usize {
    counters::slot().number()
}
