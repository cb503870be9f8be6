use super::finding::{Block, Finding, OpaqueClaim};
use crate::untracked::Untracked;

/// The reason why an audit proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Limitation {
    /// The program's allocator is not a [`TrackingAllocator`](crate::TrackingAllocator).
    NotInstalled,
    /// No blocks are being recorded.
    NotRecorded,
    /// Only a sample of the blocks is being recorded.
    Sampled,
    /// Some blocks could not be recorded because memory was short.
    Lost,
}

/// The result of comparing the blocks that a value reports with the allocated ones.
///
/// An audit is the tracker's own memory, so no figure includes it. `{}` prints the 20 largest findings, one a line. `{:#}` prints all.
///
/// # Examples
///
/// ```
/// use deep_size_track::{AuditRegion, TrackingAllocator};
///
/// #[global_allocator]
/// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
///
/// let region = AuditRegion::begin();
/// let words = vec![String::from("one"), String::from("two")];
/// let audit = region.audit(&words);
/// assert!(audit.is_proven());
/// assert_eq!(audit.to_string(), "0 findings; 3 blocks (54 B) are right");
/// ```
#[derive(Clone, Debug)]
pub struct Audit {
    pub(super) inner: Untracked<Outcome>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Outcome {
    pub(super) limitation: Option<Limitation>,
    pub(super) blocks: usize,
    pub(super) size: usize,
    pub(super) matched_by_size: usize,
    pub(super) lower_bounds: usize,
    pub(super) borrowed_size: usize,
    pub(super) findings: Vec<Finding>,
    pub(super) possibly_opaque: Vec<Block>,
    pub(super) opaque_parts: Vec<OpaqueClaim>,
}

impl Audit {
    /// Whether the impl is proven right for this value.
    ///
    /// It is proven if each reported block is live, has the reported size and is reported once, and each demanded block is reported.
    ///
    /// Nothing is proven if there is a [`limitation`](Self::limitation). Unreported blocks that may belong to an opaque part are not
    /// findings: see [`possibly_opaque_blocks`](Self::possibly_opaque_blocks).
    pub fn is_proven(&self) -> bool {
        self.inner.limitation.is_none() && self.inner.findings.is_empty()
    }

    /// The reason why nothing is proven, if there is one.
    pub fn limitation(&self) -> Option<Limitation> {
        self.inner.limitation
    }

    /// The differences between reported and allocated blocks, most bytes first.
    pub fn findings(&self) -> &[Finding] {
        &self.inner.findings
    }

    /// The number of blocks that are reported once, with the right size.
    pub fn block_count(&self) -> usize {
        self.inner.blocks
    }

    /// The bytes of the blocks that are reported once, with the right size.
    pub fn size(&self) -> usize {
        self.inner.size
    }

    /// The number of correctly reported blocks without an address, which are matched only by size.
    pub fn matched_by_size_count(&self) -> usize {
        self.inner.matched_by_size
    }

    /// The number of blocks that are counted only in part, by values that report an opaque part.
    pub fn lower_bound_count(&self) -> usize {
        self.inner.lower_bounds
    }

    /// The borrowed bytes that were counted. They may be part of a block, or of none.
    pub fn borrowed_size(&self) -> usize {
        self.inner.borrowed_size
    }

    /// The demanded blocks that were not reported, but may belong to an opaque part.
    pub fn possibly_opaque_blocks(&self) -> &[Block] {
        &self.inner.possibly_opaque
    }

    /// The parts that the walk could not measure.
    pub fn opaque_parts(&self) -> &[OpaqueClaim] {
        &self.inner.opaque_parts
    }
}
