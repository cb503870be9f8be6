//! Advice that saves bytes.
//!
//! Each piece of advice follows from the values of one walk, and states the [certainty](Certainty) of its figure. Advice
//! follows from the present state: a vector that is full now may grow, and an option that is empty now may have a value later.
//!
//! Advice names the [declaration](Advice::declaration) to change, and adds up all places with that declaration.
//!
//! An enum may have larger variants than those that occur. So smaller fields of a variant are not counted as a saving. The same holds
//! for fields that a hand-written impl reports, because the type may be an enum. Advice to [box the fields of
//! variants](AdviceKind::BoxVariants) includes the variants that were not seen.
//!
//! There is no advice to change a type of another crate, unless the type derives `DeepSize`.
//!
//! # Examples
//!
//! ```
//! use deep_size::advice::{AdviceKind, Certainty};
//! use deep_size::{DeepSize, inspect};
//!
//! #[derive(DeepSize)]
//! struct Link {
//!     target: Box<str>,
//!     preview: Option<[u64; 12]>,
//! }
//!
//! #[derive(DeepSize)]
//! struct Page {
//!     home: Link,
//!     links: Box<[Link]>,
//! }
//!
//! let link = |_| Link { target: "/".into(), preview: None };
//! let pages: Box<[Page]> = (0..100).map(|_| Page { home: link(0), links: (0..9).map(link).collect() }).collect();
//!
//! let report = inspect(&pages);
//! let advice = report.advice().next().unwrap();
//! assert_eq!(advice.kind(), AdviceKind::BoxOption { none_count: 1000, size: 104 });
//! assert_eq!((advice.saved_size(), advice.certainty()), (1000 * (104 - 8), Certainty::Exact));
//! assert_eq!((advice.declaration(), advice.place_count()), ("Link::preview", 2));
//! assert_eq!(advice.node().path(), "[].links[].preview");
//! assert_eq!(
//!     advice.to_string(),
//!     "Link::preview: save 96,000 bytes: box the contents: 1,000 of 1,000 values are `None` and take 104 bytes each, \
//!      in 2 places",
//! );
//! ```

mod advise;
mod declarations;
mod evidence;
pub(crate) mod notes;
mod outside;
mod remark;
mod rules;
mod saving;
pub(crate) mod std_types;
mod types;

use crate::inspect::units::{Count, plural};
use crate::tree::{Tree, TreeNode};
use crate::visible::Visible;
use core::fmt;
use std::borrow::Cow;
use std::string::String;
use std::vec::Vec;

pub use self::remark::{IntegerRange, Remark};
pub use self::saving::{AdviceKind, Certainty};

pub(crate) use self::advise::advise;
pub(crate) use self::declarations::Declarations;
pub(crate) use self::evidence::Evidence;
pub(crate) use self::saving::Saving;

/// A change that would save bytes, at all places with one declaration.
#[derive(Clone, Copy)]
pub struct Advice<'r> {
    pub(crate) tree: &'r Tree,
    pub(crate) saving: &'r Saving,
}

impl<'r> Advice<'r> {
    /// The type and the field to change: `Schema::enum_value`.
    ///
    /// Advice on the declaration of a type names the type alone. Parts of a collection or tuple in the field follow its name: `Schema::tags[]`. A field of an enum is written with its
    /// variant: `Value::Array.0`. If no struct or enum contains the values, this is the [path](TreeNode::path) of the node.
    ///
    /// Fields of one type inside a recursive type can share a node. They are listed together: `Tree::left, Tree::right`.
    #[must_use]
    pub fn declaration(&self) -> &'r str {
        &self.saving.declaration
    }

    /// The node of the tree with the largest saving.
    #[must_use]
    pub fn node(&self) -> TreeNode<'r> {
        self.tree.node(self.saving.node)
    }

    /// The number of paths with values to change.
    #[must_use]
    pub fn place_count(&self) -> usize {
        self.saving.places
    }

    /// The change.
    #[must_use]
    pub fn kind(&self) -> AdviceKind {
        self.saving.kind.clone()
    }

    /// The bytes that the change would save: the difference of the deep sizes, if all other capacities stay the same.
    ///
    /// For [`BreakCycle`](AdviceKind::BreakCycle), the bytes that a drop leaks now, and would free after the change.
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
            .field("declaration", &self.declaration())
            .field("kind", &self.kind())
            .field("node", &self.node())
            .field("bytes", &self.saved_size())
            .field("certainty", &self.certainty())
            .field("count", &self.count())
            .field("place_count", &self.place_count())
            .finish()
    }
}

/// One sentence: the declaration, the bytes saved, the instruction, its reason and the number of places.
impl fmt::Display for Advice<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Saving { bytes, certainty, .. } = self.saving;
        let about = match certainty {
            Certainty::Exact => "",
            Certainty::AtLeast => "at least ",
            Certainty::Estimate => "about ",
        };
        write!(out, "{}: save {about}{} bytes: ", Visible(self.declaration()), Count(*bytes))?;
        self.write_deed(out)
    }
}

impl Advice<'_> {
    /// The instruction, its reason and the number of places, without declaration and bytes.
    pub(crate) fn write_deed(&self, out: &mut impl fmt::Write) -> fmt::Result {
        let Saving { kind, count, places, .. } = self.saving;
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
                write!(out, "use `{boxed}` if these never grow again: it stores no capacity ({values})")
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
            AdviceKind::BoxOption { none_count, size } => {
                let (nones, size) = (Count(*none_count), plural(*size, "byte", "bytes"));
                write!(out, "box the contents: {nones} of {values} are `None` and take {size} each")
            }
            AdviceKind::BoxVariants { variants, unseen, largest_unboxed, box_count, size, smaller_size } => {
                let rare = match box_count {
                    0 => String::from("none of"),
                    count => std::format!("only {} of", Count(*count)),
                };
                write!(out, "box the fields of {}", list(variants))?;
                if !unseen.is_empty() {
                    let and = if variants.is_empty() { "" } else { ", and of " };
                    let limit = plural(*largest_unboxed, "byte", "bytes");
                    write!(out, "{and}{} if they exceed {limit}", list(unseen))?;
                }
                let (size, smaller) = (plural(*size, "byte", "bytes"), Count(*smaller_size));
                write!(
                    out,
                    ": {rare} {values} have these variants, and each value shrinks from {size} to at most {smaller}"
                )
            }
            AdviceKind::ReorderFields { order, size, smaller_size } => {
                let (size, smaller) = (plural(*size, "byte", "bytes"), Count(*smaller_size));
                write!(
                    out,
                    "order the fields as {}, unless other code depends on the layout of this `repr(C)` struct: \
                     each of {values} shrinks from {size} to {smaller}",
                    order
                        .iter()
                        .map(|name| std::format!("`{}`", Visible(name)))
                        .collect::<Vec<_>>()
                        .join(", ")
                )
            }
            AdviceKind::BreakCycle { block_count } => {
                let (blocks, cycles) =
                    (plural(*block_count, "block", "blocks"), plural(*count, "cycle", "cycles"));
                write!(out, "make these handles weak: they close {cycles}, so a drop leaks {blocks}")
            }
        }?;
        if *places > 1 { write!(out, ", in {} places", Count(*places)) } else { Ok(()) }
    }

    /// The type to use for full buffers that no longer grow.
    pub(crate) fn boxed_form(&self) -> &'static str {
        std_types::boxed_form(&self.saving.type_name)
    }

    /// The type to share equal texts with.
    pub(crate) fn shared_form(&self) -> &'static str {
        std_types::shared_form(&self.saving.type_name)
    }
}

/// The first names, and the number of the others.
fn list(names: &[Cow<'static, str>]) -> String {
    const MOST: usize = 3;
    let mut parts: Vec<String> =
        names.iter().take(MOST).map(|name| std::format!("`{}`", Visible(name))).collect();
    match names.len().saturating_sub(MOST) {
        0 => {}
        more => parts.push(std::format!("{} more variants", Count(more))),
    }
    match &*parts {
        [] => String::new(),
        [one] => one.clone(),
        [before @ .., last] => std::format!("{} and {last}", before.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::*;

    #[test]
    fn each_piece_of_advice_is_an_instruction_with_its_reason() {
        let report = crate::inspect(&Vec::<String>::new());
        let sentence = |kind, count, certainty, places| {
            let declaration = "Doc::part".into();
            let type_name = "alloc::vec::Vec<u16>".into();
            let saving =
                Saving { declaration, type_name, node: 0, kind, bytes: 4000, certainty, count, places };
            Advice { tree: &report.tree, saving: &saving }.to_string()
        };
        let option = AdviceKind::BoxOption { none_count: 1000, size: 168 };
        let names = |names: &[&'static str]| names.iter().map(|&name| name.into()).collect::<Vec<_>>();
        let boxed = |variants: &[&'static str], unseen: &[&'static str], box_count| AdviceKind::BoxVariants {
            variants: names(variants),
            unseen: names(unseen),
            largest_unboxed: 8,
            box_count,
            size: 401,
            smaller_size: 16,
        };
        let reordered =
            AdviceKind::ReorderFields { order: names(&["time", "kind"]), size: 24, smaller_size: 16 };
        let (exact, at_least) = (Certainty::Exact, Certainty::AtLeast);
        let sentences = [
            sentence(AdviceKind::ShrinkToFit, 1, exact, 1),
            sentence(AdviceKind::Rebuild, 2, exact, 2),
            sentence(AdviceKind::BoxedSlice, 1000, at_least, 1),
            sentence(AdviceKind::Unbox, 64, exact, 1),
            sentence(option, 1001, exact, 94),
            sentence(boxed(&["Big"], &[], 3), 1000, at_least, 1),
            sentence(boxed(&["Big", "Huge"], &["Idle"], 3), 1000, at_least, 1),
            sentence(boxed(&[], &["A", "B", "C", "D", "E"], 0), 1000, Certainty::Estimate, 2),
            sentence(reordered, 1000, exact, 1),
            sentence(AdviceKind::ShareEqual { distinct_count: 3 }, 1000, at_least, 1),
            sentence(AdviceKind::BreakCycle { block_count: 2 }, 1, exact, 1),
        ];
        let expected = [
            "4,000 bytes: call `shrink_to_fit` after the last insertion: 1 value with spare capacity",
            "4,000 bytes: rebuild with `into_iter().collect()`: 2 trees with many half-empty nodes, in 2 places",
            "at least 4,000 bytes: use `Box<[T]>` if these never grow again: it stores no capacity (1,000 values)",
            "4,000 bytes: store these values inline: they are small, and each box costs a pointer (64 boxes)",
            "4,000 bytes: box the contents: 1,000 of 1,001 values are `None` and take 168 bytes each, in 94 places",
            "at least 4,000 bytes: box the fields of `Big`: only 3 of 1,000 values have these \
             variants, and each value shrinks from 401 bytes to at most 16",
            "at least 4,000 bytes: box the fields of `Big` and `Huge`, and of `Idle` if they exceed 8 bytes: \
             only 3 of 1,000 values have these variants, and each value shrinks from 401 bytes to at most 16",
            "about 4,000 bytes: box the fields of `A`, `B`, `C` and 2 more variants if they exceed 8 bytes: \
             none of 1,000 values have these variants, and each value shrinks from 401 bytes to at most 16, in 2 places",
            "4,000 bytes: order the fields as `time`, `kind`, unless other code depends on the layout of this `repr(C)` \
             struct: each of 1,000 values shrinks from 24 bytes to 16",
            "at least 4,000 bytes: share equal texts behind an `Arc<str>`: only 3 of 1,000 texts differ",
            "4,000 bytes: make these handles weak: they close 1 cycle, so a drop leaks 2 blocks",
        ];
        assert_eq!(sentences, expected.map(|sentence| std::format!("Doc::part: save {sentence}")));
    }
}
