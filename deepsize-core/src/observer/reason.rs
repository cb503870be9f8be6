use core::fmt;

/// Why a part of a value could not be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// A lock is held elsewhere, and the walk never waits.
    Locked,
    /// A `RefCell` is mutably borrowed.
    Borrowed,
    /// The contents of a `Cell` or `UnsafeCell` cannot be looked at in safe code.
    Cell,
    /// The concrete type is not known: `dyn Any`, `dyn Error`, a closure.
    TypeErased,
    /// The memory belongs to a handle of the standard library that does not show it: a channel, a thread.
    Handle,
    /// The owner offers no way to learn the size of its buffer.
    Hidden,
    /// A hash table from which entries were removed; what was counted is a lower bound.
    Tombstones,
    /// The stack ran low and could not be grown.
    TooDeep,
    /// A shared block could not be recorded, for lack of memory or of the feature `alloc`. It was not counted.
    Unremembered,
    /// A reason given by an impl outside this crate.
    Other(&'static str),
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Locked => "locked elsewhere",
            Self::Borrowed => "mutably borrowed",
            Self::Cell => "inside a cell that cannot be looked into",
            Self::TypeErased => "of a type that is not known",
            Self::Handle => "behind a handle that does not show its memory",
            Self::Hidden => "in a buffer of hidden size",
            Self::Tombstones => "a hash table with removed entries, counted as a lower bound",
            Self::TooDeep => "nested deeper than the stack allows",
            Self::Unremembered => "shared memory that could not be remembered",
            Self::Other(reason) => reason,
        })
    }
}
