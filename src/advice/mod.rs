//! Advice that saves bytes.
//!
//! Each piece of advice follows from the values of one walk, and states the [certainty](Certainty) of its figure. A walk cannot
//! see the future: a vector that is full now may grow, and a field that is never empty now may be empty later.

mod enums;
mod evidence;
pub(crate) mod notes;
mod rules;
mod saving;
pub(crate) mod std_types;

use crate::inspect::units::{Count, plural};
use crate::tree::{Tree, TreeNode};
use core::fmt;

pub use self::saving::{AdviceKind, Certainty};

pub(crate) use self::evidence::Evidence;
pub(crate) use self::rules::advise;
pub(crate) use self::saving::Saving;

/// A change that would save bytes.
#[derive(Clone, Copy)]
pub struct Advice<'r> {
    pub(crate) tree: &'r Tree,
    pub(crate) saving: &'r Saving,
}

impl<'r> Advice<'r> {
    /// The node of the tree to change.
    #[must_use]
    pub fn node(&self) -> TreeNode<'r> {
        self.tree.node(self.saving.node)
    }

    /// The change.
    #[must_use]
    pub fn kind(&self) -> AdviceKind {
        self.saving.kind.clone()
    }

    /// The bytes that the change would save.
    #[must_use]
    pub fn saved_size(&self) -> usize {
        self.saving.bytes
    }

    /// The certainty of that figure.
    #[must_use]
    pub fn certainty(&self) -> Certainty {
        self.saving.certainty
    }

    /// The number of values to change.
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

/// One sentence: the path, the bytes saved, the instruction and its reason.
impl fmt::Display for Advice<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Saving { bytes, certainty, .. } = self.saving;
        let about = match certainty {
            Certainty::Exact => "",
            Certainty::AtLeast => "at least ",
            Certainty::About => "about ",
        };
        write!(out, "{}: save {about}{} bytes: ", self.node().path(), Count(*bytes))?;
        self.write_deed(out)
    }
}

impl Advice<'_> {
    /// The instruction and its reason, without path and bytes.
    pub(crate) fn write_deed(&self, out: &mut impl fmt::Write) -> fmt::Result {
        let Saving { kind, count, .. } = self.saving;
        let values = plural(*count, "value", "values");
        match kind {
            AdviceKind::ShrinkToFit => {
                write!(out, "call `shrink_to_fit` after the last insertion: {values} with spare capacity")
            }
            AdviceKind::Rebuild => {
                let trees = plural(*count, "tree", "trees");
                write!(out, "rebuild with `into_iter().collect()`: {trees} with many half-empty nodes")
            }
            AdviceKind::BoxedSlice => {
                let boxed = self.boxed_form();
                write!(
                    out,
                    "use `{boxed}` if these never grow again: it stores no capacity ({values}, all full now)"
                )
            }
            AdviceKind::Unbox => {
                let boxes = plural(*count, "box", "boxes");
                write!(
                    out,
                    "store these values inline: they are small, and each box costs a pointer ({boxes})"
                )
            }
            AdviceKind::ShareEqual { distinct_count } => {
                let (shared, texts) = (self.shared_form(), plural(*count, "text", "texts"));
                write!(
                    out,
                    "share equal texts behind an `{shared}`: only {} of {texts} differ",
                    Count(*distinct_count)
                )
            }
            AdviceKind::BoxVariant { variant, size } => {
                let count = Count(*count);
                write!(
                    out,
                    "box the fields of `{variant}`: it makes all {count} values {} bytes",
                    Count(*size)
                )
            }
            AdviceKind::BreakCycle { block_count } => {
                let blocks = plural(*block_count, "block", "blocks");
                write!(out, "make this handle weak: it closes a cycle, so a drop leaks {blocks}")
            }
        }
    }

    /// The type to use for full buffers that no longer grow.
    pub(crate) fn boxed_form(&self) -> &'static str {
        std_types::boxed_form(self.node().type_name())
    }

    /// The type to share equal texts with.
    pub(crate) fn shared_form(&self) -> &'static str {
        std_types::shared_form(self.node().type_name())
    }
}

#[cfg(test)]
mod tests {
    use std::string::{String, ToString};
    use std::vec::Vec;

    use super::*;

    #[test]
    fn each_piece_of_advice_is_an_instruction_with_its_reason() {
        let report = crate::inspect(&Vec::<String>::new());
        let sentence = |kind, count, certainty| {
            let saving = Saving { node: 0, kind, bytes: 4000, certainty, count };
            Advice { tree: &report.tree, saving: &saving }.to_string()
        };
        let big = || AdviceKind::BoxVariant { variant: "Big".into(), size: 1424 };
        let (exact, at_least, about) = (Certainty::Exact, Certainty::AtLeast, Certainty::About);
        let sentences = [
            sentence(AdviceKind::ShrinkToFit, 1, exact),
            sentence(AdviceKind::Rebuild, 2, exact),
            sentence(AdviceKind::BoxedSlice, 1000, at_least),
            sentence(AdviceKind::Unbox, 64, about),
            sentence(AdviceKind::ShareEqual { distinct_count: 3 }, 1000, at_least),
            sentence(big(), 101, about),
            sentence(AdviceKind::BreakCycle { block_count: 2 }, 2, exact),
        ];
        assert_eq!(
            sentences,
            [
                ".: save 4,000 bytes: call `shrink_to_fit` after the last insertion: 1 value with spare capacity",
                ".: save 4,000 bytes: rebuild with `into_iter().collect()`: 2 trees with many half-empty nodes",
                ".: save at least 4,000 bytes: use `Box<[T]>` if these never grow again: it stores no capacity \
                 (1,000 values, all full now)",
                ".: save about 4,000 bytes: store these values inline: they are small, and each box costs a pointer \
                 (64 boxes)",
                ".: save at least 4,000 bytes: share equal texts behind an `Arc<str>`: only 3 of 1,000 texts differ",
                ".: save about 4,000 bytes: box the fields of `Big`: it makes all 101 values 1,424 bytes",
                ".: save 4,000 bytes: make this handle weak: it closes a cycle, so a drop leaks 2 blocks",
            ]
        );
    }
}
