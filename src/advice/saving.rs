//! The parts of a piece of advice.

use std::borrow::Cow;
use std::string::String;
use std::vec::Vec;

use crate::tree::step::Name;

/// One piece of advice: the declaration, the change, and the bytes saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Saving {
    pub(crate) declaration: String,
    /// The type of the values to change. They can be inside a wrapper at the node.
    pub(crate) type_name: Name,
    /// The node with the largest saving.
    pub(crate) node: u32,
    pub(crate) kind: AdviceKind,
    pub(crate) bytes: usize,
    pub(crate) certainty: Certainty,
    pub(crate) count: usize,
    pub(crate) places: usize,
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
    /// Box the contents of a large `Option` that is usually `None`.
    BoxOption {
        /// The number of values that are `None`.
        none_count: usize,
        /// The size of each `Option` now.
        size: usize,
    },
    /// Box the fields of large variants that few values have.
    BoxVariants {
        /// The variants to box, largest first.
        variants: Vec<Cow<'static, str>>,
        /// The variants that were not seen, whose sizes are unknown. Those with more than `largest_unboxed` bytes of fields must be
        /// boxed too.
        unseen: Vec<Cow<'static, str>>,
        /// The size up to which the fields of an unseen variant need no box.
        largest_unboxed: usize,
        /// The number of values that get a box.
        box_count: usize,
        /// The size of each value now.
        size: usize,
        /// An upper bound on the size after the change.
        smaller_size: usize,
    },
    /// Change the order of the fields of a `#[repr(C)]` struct, unless other code depends on its layout.
    ReorderFields {
        /// The fields in an order without holes between them.
        order: Vec<Cow<'static, str>>,
        /// The size of each value now.
        size: usize,
        /// The size after the change.
        smaller_size: usize,
    },
    /// Share equal texts behind an `Arc<str>`.
    ShareEqual {
        /// The number of different texts.
        distinct_count: usize,
    },
    /// Make the handles that close cycles weak. Otherwise, the blocks leak.
    BreakCycle {
        /// The number of blocks that keep each other alive.
        block_count: usize,
    },
}

/// The certainty of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Certainty {
    /// The change saves exactly these bytes.
    Exact,
    /// The change saves these bytes or more.
    AtLeast,
    /// The change saves about these bytes. The counts are [estimated from samples](crate::inspect::TreeNode::sample_size).
    Estimate,
}
