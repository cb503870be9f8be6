//! What advice consists of.

use std::borrow::Cow;

/// One piece of advice: where, what to do, and what it saves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Saving {
    pub(crate) node: u32,
    pub(crate) kind: AdviceKind,
    pub(crate) bytes: usize,
    pub(crate) certainty: Certainty,
    pub(crate) count: usize,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AdviceKind {
    /// Give spare capacity back with `shrink_to_fit`.
    ShrinkToFit,
    /// Build a B-tree with half-empty nodes anew from its entries, as `map.into_iter().collect()` does.
    Rebuild,
    /// Hold elements or text that never grow in a `Box<[T]>` or `Box<str>`, which has no capacity to remember.
    BoxedSlice,
    /// Hold a small value itself rather than in a box of its own.
    Unbox,
    /// Hold equal texts once, behind an `Arc<str>` or the like.
    ShareEqual {
        /// How many different texts there are.
        distinct_count: usize,
    },
    /// Hold the fields of one large variant of an enum in a box.
    BoxVariant {
        /// The name of the variant.
        variant: Cow<'static, str>,
        /// The bytes that each value of the enum takes now.
        size: usize,
    },
    /// Make one of the handles on the way round a cycle a weak one, or the blocks leak.
    BreakCycle {
        /// How many blocks keep each other.
        block_count: usize,
    },
}

/// How sure a figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Certainty {
    /// The allocator will show this saving.
    Exact,
    /// It will be this much or more.
    AtLeast,
    /// It is likely to be so; padding, alignment or variants that were not met can make it less.
    About,
}
