use deep_size_core::Reason;

use crate::sites::Site;
use crate::snapshot::{Frame, shown};

/// A block that the allocator has handed out and not got back.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Block {
    /// Where it begins.
    pub address: usize,
    /// Its size in bytes, as requested.
    pub size: usize,
    pub(crate) site: &'static Site,
}

impl Block {
    /// The functions that led to its allocation, the innermost first, as [`Trace::frames`](crate::Trace::frames) has them; none if no
    /// traces were kept.
    pub fn frames(&self) -> impl Iterator<Item = Frame> {
        let traced = Some(self.site.frames).filter(|frames| !frames.is_empty());
        traced.into_iter().flat_map(shown)
    }
}

/// What a value reports as a block of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Claim {
    /// The way from the root to the value, as a report names it: `cache.entries[3].name`, `index.keys[0]`; `.` for the root itself. Of
    /// long ones the middle is left out.
    pub path: String,
    /// The value's type.
    pub type_name: &'static str,
    /// The size it reports, in bytes.
    pub size: usize,
    /// The address it reports, if any.
    pub address: Option<usize>,
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

/// Something that is wrong with what an impl reports.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Finding {
    /// A block is reported by two values, or twice by one.
    CountedTwice {
        /// Who was first.
        first: Claim,
        /// Who was next.
        again: Claim,
        /// What both report.
        block: Block,
    },
    /// A block has another size than the one reported: a wrong capacity, or a missing header.
    WrongSize {
        /// What is reported.
        claim: Claim,
        /// What is there.
        block: Block,
    },
    /// A block is reported that was freed.
    Freed {
        /// What is reported.
        claim: Claim,
        /// What was there. Of the blocks that were freed while there was a region the last 1024 are known.
        block: Block,
    },
    /// No live block is at the address that is reported, or none of that size is left, or it was allocated before blocks were
    /// recorded.
    NotLive {
        /// What is reported.
        claim: Claim,
    },
    /// A block that was allocated in the region is live, and nobody reports it: a forgotten field, or memory that is not the value's.
    NeverCounted {
        /// What is there.
        block: Block,
        /// What was reported of the block recorded last before it. A value is mostly built part by part, so that this and the next tell
        /// which part it belongs to.
        after: Option<Claim>,
        /// What was reported of the block recorded first after it.
        before: Option<Claim>,
    },
}

impl Finding {
    /// The bytes it is about: those by which the total is wrong.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match self {
            Self::CountedTwice { again, .. } => again.size,
            Self::WrongSize { claim, block } => claim.size.abs_diff(block.size),
            Self::Freed { claim, .. } | Self::NotLive { claim } => claim.size,
            Self::NeverCounted { block, .. } => block.size,
        }
    }

    /// The block it is about, if one is known.
    #[must_use]
    pub fn block(&self) -> Option<&Block> {
        match self {
            Self::CountedTwice { block, .. }
            | Self::WrongSize { block, .. }
            | Self::Freed { block, .. }
            | Self::NeverCounted { block, .. } => Some(block),
            Self::NotLive { .. } => None,
        }
    }

    /// What is reported, if anything is; of a block that is counted twice, the second time.
    #[must_use]
    pub fn claim(&self) -> Option<&Claim> {
        match self {
            Self::CountedTwice { again: claim, .. }
            | Self::WrongSize { claim, .. }
            | Self::Freed { claim, .. }
            | Self::NotLive { claim } => Some(claim),
            Self::NeverCounted { .. } => None,
        }
    }
}
