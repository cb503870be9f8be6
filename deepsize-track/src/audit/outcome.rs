use std::fmt;

use super::finding::{Block, Finding, OpaquePart};
use crate::untracked::Untracked;

/// Why there can be no proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Limitation {
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
    pub(super) inner: Untracked<Outcome>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Outcome {
    pub(super) limitation: Option<Limitation>,
    pub(super) blocks: usize,
    pub(super) bytes: usize,
    pub(super) matched_by_size: usize,
    pub(super) lower_bounds: usize,
    pub(super) borrowed: usize,
    pub(super) findings: Vec<Finding>,
    pub(super) perhaps_opaque: Vec<Block>,
    pub(super) opaque: Vec<OpaquePart>,
}

impl Audit {
    /// Whether each block that was reported is live, has the size that was reported and was reported once, and each block that is
    /// demanded was reported.
    ///
    /// Never so if not all blocks were being recorded. Blocks that may lie in a part that the walk calls opaque are no fault; see
    /// [`perhaps_opaque`](Self::perhaps_opaque).
    #[must_use]
    pub fn is_proven(&self) -> bool {
        self.inner.limitation.is_none() && self.inner.findings.is_empty()
    }

    /// Why there can be no proof, whatever was found.
    #[must_use]
    pub fn limitation(&self) -> Option<Limitation> {
        self.inner.limitation
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
