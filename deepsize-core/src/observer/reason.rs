use core::fmt;

use crate::visible::Visible;

/// Why a part of a value was not counted, or only as a lower bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// A lock is held elsewhere. The walk never waits for it.
    Locked,
    /// A `RefCell` is mutably borrowed.
    Borrowed,
    /// Safe code cannot read the contents of a `Cell` or `UnsafeCell`.
    Cell,
    /// Safe code cannot check whether a `MaybeUninit` is initialised.
    Uninit,
    /// The concrete type is unknown: `dyn Any`, `dyn Error`, a closure.
    TypeErased,
    /// The memory is behind a handle that does not expose it: a channel, a thread.
    Handle,
    /// The owner does not expose its memory, or some of its blocks.
    Hidden,
    /// The owner does not expose the capacity of a block. The used part was counted.
    Capacity,
    /// A handle shows only a part of a shared buffer. That part was counted.
    Slice,
    /// Entries were removed from a hash table. The smallest possible table was counted.
    Tombstones,
    /// The stack ran low, and the walk could not continue on a fresh one.
    TooDeep,
    /// A shared block could not be recorded: there is no memory for it, or the feature `alloc` is off. It was not counted.
    Unrecorded,
    /// The observer [stopped](crate::Observer::progress) the walk.
    Stopped,
    /// A reason given by an impl outside this crate.
    Other(&'static str),
}

impl Reason {
    /// Whether all missing bytes are in blocks that the value reports.
    ///
    /// A block is reported with its address, if known. The tracking allocator has a record of the size of each block.
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size_core::Reason;
    ///
    /// assert!(Reason::Capacity.is_in_known_block());
    /// assert!(!Reason::TypeErased.is_in_known_block());
    /// ```
    #[must_use]
    pub fn is_in_known_block(self) -> bool {
        matches!(self, Self::Capacity | Self::Slice | Self::Tombstones)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Locked => "locked elsewhere",
            Self::Borrowed => "mutably borrowed",
            Self::Cell => "inside a cell that safe code cannot read",
            Self::Uninit => "possibly uninitialised",
            Self::TypeErased => "of an unknown concrete type",
            Self::Handle => "behind a handle that does not expose its memory",
            Self::Hidden => "memory of unknown size",
            Self::Capacity => "with a capacity that its type does not expose",
            Self::Slice => "a shared buffer, visible only in part",
            Self::Tombstones => "a hash table with removed entries",
            Self::TooDeep => "nested deeper than the stack allows",
            Self::Unrecorded => "a shared block that could not be recorded",
            Self::Stopped => "not visited, because the walk was stopped",
            Self::Other(reason) => return Visible(reason).fmt(formatter),
        })
    }
}
