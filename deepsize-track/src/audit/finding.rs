use deep_size_core::Reason;

use crate::snapshot::{Frame, shown};
use crate::symbols;
use crate::untracked::Untracked;

/// A block of the allocator.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Block {
    /// The address of its first byte.
    pub address: usize,
    /// Its requested size, in bytes.
    pub size: usize,
    pub(crate) trace: Vec<usize>,
}

impl Block {
    /// The functions that allocated it, innermost first, like [`Trace::frames`](crate::Trace::frames). Empty if no traces were kept.
    pub fn frames(&self) -> impl Iterator<Item = Frame> {
        let trace = Some(&*self.trace).filter(|trace| !trace.is_empty());
        let frames = Untracked::new(|| {
            let names = symbols::look_up(trace.into_iter());
            trace.into_iter().flat_map(|trace| shown(&names, trace)).cloned().collect::<Vec<_>>()
        });
        (0..frames.len()).map(move |at| frames[at].clone())
    }
}

/// A block that a value reports.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Claim {
    /// The path from the root to the value, as in a report: `cache.entries[3].name`, `index.keys[0]`. The root itself is `.`.
    ///
    /// In a long path, the middle is left out.
    pub path: String,
    /// The value's type.
    pub type_name: &'static str,
    /// The reported size, in bytes.
    pub size: usize,
    /// The number of blocks in this size: 1, unless the impl reports several together.
    pub block_count: usize,
    /// The reported address, if any.
    pub address: Option<usize>,
}

/// A part that the impl reports as opaque: the walk cannot measure it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpaqueClaim {
    /// The path to the part, like [`Claim::path`].
    pub path: String,
    /// The type of the value at this path, which reports the part.
    pub type_name: &'static str,
    /// The reason why it cannot be measured.
    pub reason: Reason,
}

/// A difference between the reported and the allocated blocks.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Finding {
    /// Two values report the same block, or one value reports it twice.
    CountedTwice {
        /// The first claim.
        first: Claim,
        /// The second claim.
        again: Claim,
        /// The block of both claims.
        block: Block,
    },
    /// The block and the claim differ in size, for example because of a wrong capacity or a missing header.
    WrongSize {
        /// The claim.
        claim: Claim,
        /// The block at the reported address.
        block: Block,
    },
    /// The reported block was freed.
    Freed {
        /// The claim.
        claim: Claim,
        /// The freed block. The last 1024 blocks freed while a region was open are known.
        block: Block,
    },
    /// No recorded block matches: none is live at the reported address, or none of the reported size is left.
    ///
    /// The block may also have been allocated before recording began.
    NotLive {
        /// The claim.
        claim: Claim,
    },
    /// No value reports this live block of the region: a forgotten field, or memory that is not part of the value.
    NeverCounted {
        /// The block.
        block: Block,
        /// The claim of the last reported block allocated before it.
        ///
        /// A value is usually built part by part, so the two neighbours show where the block belongs.
        after: Option<Claim>,
        /// The claim of the first reported block allocated after it.
        before: Option<Claim>,
    },
}

impl Finding {
    /// The bytes by which the finding makes the total wrong.
    pub fn size(&self) -> usize {
        match self {
            Self::CountedTwice { again, .. } => again.size,
            Self::WrongSize { claim, block } => claim.size.abs_diff(block.size),
            Self::Freed { claim, .. } | Self::NotLive { claim } => claim.size,
            Self::NeverCounted { block, .. } => block.size,
        }
    }

    /// The block, if one is known.
    pub fn block(&self) -> Option<&Block> {
        match self {
            Self::CountedTwice { block, .. }
            | Self::WrongSize { block, .. }
            | Self::Freed { block, .. }
            | Self::NeverCounted { block, .. } => Some(block),
            Self::NotLive { .. } => None,
        }
    }

    /// The claim, if there is one. If a block is counted twice, the second one.
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
