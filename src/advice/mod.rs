//! What could be done about the bytes that a report shows.
//!
//! All advice follows from what was seen on the walk, and says how sure its figure is. Nothing is known of what the program does
//! next: a vector that is full now may grow, and a field that is never empty may be empty tomorrow.

mod enums;
mod notes;
mod rules;
mod types;

use core::fmt;
use std::borrow::Cow;

pub(crate) use self::notes::Notes;
pub(crate) use self::rules::{Seen, advise};
pub(crate) use self::types::{counted_text, holds_text};

use crate::inspect::{Tree, TreeNode};

/// Something that would save bytes.
#[derive(Clone, Copy)]
pub struct Advice<'r> {
    pub(crate) tree: &'r Tree,
    pub(crate) saving: &'r Saving,
}

/// What is known of an [`Advice`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Saving {
    pub(crate) node: u32,
    pub(crate) kind: Kind,
    pub(crate) bytes: usize,
    pub(crate) certainty: Certainty,
    pub(crate) count: usize,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
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
        distinct: usize,
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
        blocks: usize,
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

impl<'r> Advice<'r> {
    /// The node of the tree that it is about.
    #[must_use]
    pub fn node(&self) -> TreeNode<'r> {
        self.tree.node(self.saving.node)
    }

    /// What to do.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.saving.kind.clone()
    }

    /// The bytes it would save.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.saving.bytes
    }

    /// How sure that figure is.
    #[must_use]
    pub fn certainty(&self) -> Certainty {
        self.saving.certainty
    }

    /// How many values it concerns.
    #[must_use]
    pub fn count(&self) -> usize {
        self.saving.count
    }
}

/// One sentence: where, what to do, and what it would save.
impl fmt::Display for Advice<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Saving { bytes, certainty, .. } = self.saving;
        let about = match certainty {
            Certainty::Exact => "",
            Certainty::AtLeast => "at least ",
            Certainty::About => "about ",
        };
        write!(out, "{}: save {about}{bytes} bytes: ", self.node().path())?;
        self.write_deed(out)
    }
}

impl Advice<'_> {
    /// What to do, without where and for how much.
    pub(crate) fn write_deed(&self, out: &mut impl fmt::Write) -> fmt::Result {
        let Saving { kind, count, .. } = self.saving;
        match kind {
            Kind::ShrinkToFit => write!(out, "call `shrink_to_fit` when no more is added (values: {count})"),
            Kind::Rebuild => {
                write!(
                    out,
                    "build the trees anew from their entries, with `into_iter().collect()` (trees: {count})"
                )
            }
            Kind::BoxedSlice => {
                write!(
                    out,
                    "all of these are full: if none grows any more, boxed slices or texts would do (values: {count})"
                )
            }
            Kind::Unbox => write!(out, "hold these small values without a box (boxes: {count})"),
            Kind::ShareEqual { distinct } => {
                write!(out, "only {distinct} of {count} texts differ: share them, as `Arc<str>` or the like")
            }
            Kind::BoxVariant { variant, size } => {
                write!(
                    out,
                    "box the fields of `{variant}`, for whose sake all of {count} values take {size} bytes"
                )
            }
            Kind::BreakCycle { .. } => out.write_str(
                "make this handle weak: it leads back to what holds it, so that a drop would leak both",
            ),
        }
    }
}
