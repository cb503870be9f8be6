//! What could be done about the bytes that a report shows.
//!
//! All advice follows from what was seen on the walk, and says how sure its figure is. Nothing is known of what the program does
//! next: a vector that is full now may grow, and a field that is never empty may be empty tomorrow.

mod enums;
mod evidence;
pub(crate) mod notes;
mod rules;
mod saving;
pub(crate) mod std_types;

use crate::tree::{Tree, TreeNode};
use core::fmt;

pub use self::saving::{AdviceKind, Certainty};

pub(crate) use self::evidence::Evidence;
pub(crate) use self::rules::advise;
pub(crate) use self::saving::Saving;

/// Something that would save bytes.
#[derive(Clone, Copy)]
pub struct Advice<'r> {
    pub(crate) tree: &'r Tree,
    pub(crate) saving: &'r Saving,
}

impl<'r> Advice<'r> {
    /// The node of the tree that it is about.
    #[must_use]
    pub fn node(&self) -> TreeNode<'r> {
        self.tree.node(self.saving.node)
    }

    /// What to do.
    #[must_use]
    pub fn kind(&self) -> AdviceKind {
        self.saving.kind.clone()
    }

    /// The bytes it would save.
    #[must_use]
    pub fn saved_size(&self) -> usize {
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

impl fmt::Debug for Advice<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Advice")
            .field("kind", &self.kind())
            .field("node", &self.node())
            .field("bytes", &self.saved_size())
            .field("certainty", &self.certainty())
            .field("count", &self.count())
            .finish()
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
            AdviceKind::ShrinkToFit => {
                write!(out, "call `shrink_to_fit` when no more is added (values: {count})")
            }
            AdviceKind::Rebuild => {
                write!(
                    out,
                    "build the trees anew from their entries, with `into_iter().collect()` (trees: {count})"
                )
            }
            AdviceKind::BoxedSlice => {
                write!(
                    out,
                    "all of these are full: if none grows any more, boxed slices or texts would do (values: {count})"
                )
            }
            AdviceKind::Unbox => write!(out, "hold these small values without a box (boxes: {count})"),
            AdviceKind::ShareEqual { distinct_count: distinct } => {
                write!(out, "only {distinct} of {count} texts differ: share them, as `Arc<str>` or the like")
            }
            AdviceKind::BoxVariant { variant, size } => {
                write!(
                    out,
                    "box the fields of `{variant}`, for whose sake all of {count} values take {size} bytes"
                )
            }
            AdviceKind::BreakCycle { .. } => out.write_str(
                "make this handle weak: it leads back to what holds it, so that a drop would leak both",
            ),
        }
    }
}
