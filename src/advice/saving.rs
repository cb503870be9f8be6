//! The parts of a piece of advice.

use std::borrow::Cow;

/// One piece of advice: the place, the change, and the bytes saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Saving {
    pub(crate) node: u32,
    pub(crate) kind: AdviceKind,
    pub(crate) bytes: usize,
    pub(crate) certainty: Certainty,
    pub(crate) count: usize,
}

/// A change that saves bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AdviceKind {
    /// Call `shrink_to_fit` to free spare capacity.
    ShrinkToFit,
    /// Rebuild a B-tree with half-empty nodes from its entries, with `map.into_iter().collect()`.
    Rebuild,
    /// Use a `Box<[T]>` or `Box<str>`, which stores no capacity, for elements or text that never grow.
    BoxedSlice,
    /// Store a small value inline instead of in a box.
    Unbox,
    /// Share equal texts behind an `Arc<str>`.
    ShareEqual {
        /// The number of different texts.
        distinct_count: usize,
    },
    /// Box the fields of a large variant of an enum.
    BoxVariant {
        /// The name of the variant.
        variant: Cow<'static, str>,
        /// The size of each value of the enum now.
        size: usize,
    },
    /// Make one handle of a cycle weak, because the blocks leak otherwise.
    BreakCycle {
        /// The number of blocks that keep each other alive.
        block_count: usize,
    },
}

/// The certainty of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Certainty {
    /// The change frees exactly these bytes.
    Exact,
    /// The change frees these bytes or more.
    AtLeast,
    /// The change probably frees these bytes. Padding, alignment or variants that the value does not have can lower the figure.
    About,
}
