//! What an inspection has found.

use std::borrow::Cow;
use std::string::String;
use std::vec::Vec;

use deep_size_core::Reason;

use super::collector::Collector;
use super::types::{self, TypeTotal};
use crate::advice::{Advice, Evidence, Saving, advise};
use crate::ownership::sharing::Sharing;
use crate::ownership::{Cycle, SharedAllocation};
use crate::tree::paths::Paths;
use crate::tree::stats::{NONE, PathId};
use crate::tree::step::Step;
use crate::tree::sums::Sums;
use crate::tree::{Tree, TreeNode, separate, write_step};

/// Where the bytes of a value are, as [`inspect`](crate::inspect()) found them.
///
/// It holds no reference to the value and takes memory for each distinct path, not for each value.
///
/// ```
/// use std::sync::Arc;
/// use deep_size::inspect;
///
/// let text: Arc<str> = "one text for all".into();
/// let mut texts = Vec::with_capacity(10);
/// texts.extend([text.clone(), text.clone(), text]);
///
/// let report = inspect(&texts);
/// assert_eq!(report.deep_size(), report.shallow_size() + report.heap_size());
/// assert_eq!(report.heap_size(), 10 * 16 + (16 + 16));
/// assert_eq!(report.allocation_count(), 2);
/// assert_eq!(report.spare_size(), 7 * 16);
/// assert_eq!(report.shared_size(), 16 + 16);
/// assert!(report.is_exact() && !report.is_truncated());
/// ```
#[derive(Clone, Debug)]
pub struct Report {
    pub(crate) tree: Tree,
    pub(crate) types: Vec<TypeTotal>,
    pub(crate) largest: Vec<LargestValue>,
    pub(crate) opaque: Vec<OpaquePart>,
    pub(crate) deep: usize,
    pub(crate) shared: usize,
    pub(crate) sharing: Sharing,
    pub(crate) advice: Vec<Saving>,
    pub(crate) is_truncated: bool,
    pub(crate) view: View,
    /// How wide pointers were where the value lay.
    pub(crate) pointer_width: u32,
}

/// How much of a report is printed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    pub(crate) depth: usize,
    pub(crate) smallest_share: f64,
}

impl Default for View {
    fn default() -> Self {
        Self { depth: usize::MAX, smallest_share: 0.01 }
    }
}

/// A value that owns much memory itself.
///
/// ```
/// use deep_size::inspect;
///
/// let texts = vec!["x".repeat(100), "x".repeat(1000), String::new()];
/// let report = inspect(&texts);
/// let largest = &report.largest_values()[0];
/// assert_eq!((largest.path.as_str(), largest.size), ("[1]", 1000));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LargestValue {
    /// The way to it from the root, with positions in the order in which a collection is walked: `users[17].name`. Of a very
    /// long way the middle is left out.
    pub path: String,
    /// The name of its type.
    pub type_name: Cow<'static, str>,
    /// The bytes of the heap blocks that it owns itself, with everything that lies in them.
    pub size: usize,
}

/// Parts of a value that could not be measured, or only from below, all at one path and for one reason.
///
/// ```
/// use std::cell::Cell;
/// use deep_size::{Reason, inspect};
///
/// let cells = vec![Cell::new(String::from("unseen")), Cell::default()];
/// let report = inspect(&cells);
/// assert!(!report.is_exact());
///
/// let part = &report.opaque_parts()[0];
/// assert_eq!((part.path.as_str(), part.count, part.reason), ("[]", 2, Reason::Cell));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpaquePart {
    /// The way to them from the root.
    pub path: String,
    /// The name of their type.
    pub type_name: Cow<'static, str>,
    /// Why they could not be measured.
    pub reason: Reason,
    /// How many there are.
    pub count: usize,
}

impl Report {
    /// Makes a report of what was collected on a walk that counted so many bytes.
    pub(crate) fn new(collector: Collector<'_>, deep: usize, view: View) -> Self {
        let Collector { paths, largest, opaque, shared, ownership, notes, .. } = collector;
        let sums = Sums::of(&paths);
        let (tree, node_of) = Tree::new(&paths, &sums);
        let shallow = tree.node(0).shallow_size();
        let sharing = Sharing::new(&ownership.finish(shallow, deep - shallow), &node_of);
        let evidence =
            Evidence { paths: &paths, sums: &sums, sharing: &sharing, notes: &notes, node_of: &node_of };
        let advice = advise(&evidence);
        let largest = largest.into_sorted().into_iter().map(|found| LargestValue {
            path: indexed_path(&paths, &node_of, &found.steps, found.gap),
            type_name: found
                .steps
                .last()
                .map_or("", |&(step, _)| paths.places[step as usize].type_name)
                .into(),
            size: found.bytes,
        });
        let path = |PathId(place)| tree.node(node_of[place as usize]).path();
        let opaque = opaque.into_parts().into_iter().map(|(place, reason, count)| {
            let type_name = paths.places[place.0 as usize].type_name.into();
            OpaquePart { path: path(place), type_name, reason, count }
        });
        Self {
            types: types::histogram(&paths, &sums),
            largest: largest.collect(),
            opaque: opaque.collect(),
            deep,
            shared: shared.bytes,
            advice,
            sharing,
            is_truncated: paths.is_truncated,
            pointer_width: usize::BITS,
            view,
            tree,
        }
    }

    /// The shallow size of the value in bytes, as [`size_of_val`] gives it.
    #[must_use]
    pub fn shallow_size(&self) -> usize {
        self.root().shallow_size()
    }

    /// The deep size of the value in bytes, as [`DeepSize::deep_size`](crate::DeepSize::deep_size) gives it.
    #[must_use]
    pub fn deep_size(&self) -> usize {
        self.deep
    }

    /// The bytes of all blocks the value owns: the deep size without the shallow size.
    #[must_use]
    pub fn heap_size(&self) -> usize {
        self.deep - self.shallow_size()
    }

    /// How many blocks the value owns.
    #[must_use]
    pub fn allocation_count(&self) -> usize {
        self.tree.iter().map(|node| node.allocation_count()).sum()
    }

    /// The bytes that are allocated and hold no element.
    #[must_use]
    pub fn spare_size(&self) -> usize {
        self.tree.iter().map(|node| node.spare_size()).sum()
    }

    /// The bytes of shared blocks, those behind `Rc` and `Arc` and handles like them, and of all that the values in them
    /// own; also of those to which one handle alone is left.
    #[must_use]
    pub fn shared_size(&self) -> usize {
        self.shared
    }

    /// The bytes that dropping the value frees, its own shallow size among them. See [`ownership`](crate::ownership).
    ///
    /// [`exclusive_size`](Self::exclusive_size), [`external_size`](Self::external_size) and [`cyclic_size`](Self::cyclic_size) are together
    /// [`deep_size`](Self::deep_size).
    ///
    /// ```
    /// use std::sync::Arc;
    /// use deep_size::inspect;
    ///
    /// let outside = Arc::new([0_u64; 10]);
    /// let value = (outside.clone(), Box::new(1_u64));
    /// let report = inspect(&value);
    /// assert_eq!(report.exclusive_size(), size_of_val(&value) + 8);
    /// assert_eq!(report.external_size(), 16 + 80);
    /// ```
    #[must_use]
    pub fn exclusive_size(&self) -> usize {
        self.sharing.exclusive
    }

    /// The bytes that stay after a drop, since handles outside the value lead to them, or since they were only borrowed.
    #[must_use]
    pub fn external_size(&self) -> usize {
        self.sharing.external
    }

    /// The bytes that stay after a drop though no handle outside the value leads to them: a leak, kept by
    /// [`cycles`](Self::cycles) of strong handles inside the value.
    #[must_use]
    pub fn cyclic_size(&self) -> usize {
        self.sharing.cyclic
    }

    /// The bytes of which it depends on handles whose [number is not known](crate::ownership#what-is-not-known) whether they are
    /// [`external_size`](Self::external_size). If all handles lie inside the value, none of these is, and otherwise all may be.
    #[must_use]
    pub fn uncertain_size(&self) -> usize {
        self.sharing.uncertain
    }

    /// The shared blocks that are part of the value, but for those to which one handle alone leads; the one that retains most
    /// first, and of those that retain as much the one met first.
    pub fn shared_allocations(&self) -> impl ExactSizeIterator<Item = SharedAllocation<'_>> {
        let (tree, sharing) = (&self.tree, &self.sharing);
        (0..sharing.blocks.len()).map(move |at| SharedAllocation { tree, sharing, at: at as u32 })
    }

    /// The groups of blocks that a drop would leak because they keep each other; the one that keeps most first.
    pub fn cycles(&self) -> impl ExactSizeIterator<Item = Cycle<'_>> {
        let (tree, sharing) = (&self.tree, &self.sharing);
        sharing.leaks.iter().map(move |leak| Cycle { tree, sharing, leak })
    }

    /// What would save bytes, by path, what saves most first.
    ///
    /// ```
    /// use deep_size::{advice::AdviceKind, inspect};
    ///
    /// let mut value = vec![String::with_capacity(100), String::with_capacity(50)];
    /// let report = inspect(&value);
    /// let advice = report.advice().next().unwrap();
    /// assert_eq!((advice.kind(), advice.saved_size(), advice.count()), (AdviceKind::ShrinkToFit, 150, 2));
    /// assert_eq!(
    ///     advice.to_string(),
    ///     "[]: save 150 bytes: call `shrink_to_fit` when no more is added (values: 2)",
    /// );
    ///
    /// value.iter_mut().for_each(String::shrink_to_fit);
    /// assert_eq!(report.deep_size() - inspect(&value).deep_size(), 150);
    /// ```
    pub fn advice(&self) -> impl ExactSizeIterator<Item = Advice<'_>> {
        let tree = &self.tree;
        self.advice.iter().map(move |saving| Advice { tree, saving })
    }

    /// The bits of a pointer on the machine where the value lay: another one than this, if the report was read from a file.
    #[must_use]
    pub fn pointer_width(&self) -> u32 {
        self.pointer_width
    }

    /// The parts that could not be measured, by path and reason, in the order in which they were met.
    #[must_use]
    pub fn opaque_parts(&self) -> &[OpaquePart] {
        &self.opaque
    }

    /// Whether nothing was left unmeasured.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.opaque.is_empty()
    }

    /// The value itself, at the root of the tree of everything it owns.
    #[must_use]
    pub fn root(&self) -> TreeNode<'_> {
        self.tree.node(0)
    }

    /// All nodes of the tree, each after the one around it.
    ///
    /// ```
    /// use deep_size::inspect;
    ///
    /// let report = inspect(&(7_u8, String::from("text")));
    /// let own: usize = report.nodes().map(|node| node.own_size()).sum();
    /// assert_eq!(own, report.deep_size());
    /// ```
    pub fn nodes(&self) -> impl Iterator<Item = TreeNode<'_>> {
        self.tree.iter()
    }

    /// The types of all values, largest first.
    #[must_use]
    pub fn types(&self) -> &[TypeTotal] {
        &self.types
    }

    /// The values that own the most memory themselves, largest first; as many as
    /// [`Inspector::largest_values`](crate::Inspector::largest_values) says.
    #[must_use]
    pub fn largest_values(&self) -> &[LargestValue] {
        &self.largest
    }

    /// Whether there were more paths than [`Inspector::max_nodes`](crate::Inspector::max_nodes), so that some nodes of the
    /// tree [stand for several](TreeNode::is_truncated). The sums are right all the same.
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        self.is_truncated
    }
}

/// The path through these places, with positions.
fn indexed_path(paths: &Paths, node_of: &[u32], steps: &[(u32, usize)], gap: Option<usize>) -> String {
    let mut path = String::new();
    for (at, &(step, index)) in steps.iter().enumerate() {
        if gap == Some(at) {
            path.push_str(".….");
        }
        let stats = &paths.places[step as usize];
        if let Some(around) = paths.places.get(stats.parent as usize) {
            if let Step::Variant(name) = around.step {
                path.push_str("::");
                path.push_str(name);
            }
        }
        // A wrapper's contents, which are part of its node.
        let is_part = stats.step.is_transparent() && stats.parent != NONE && {
            node_of[stats.parent as usize] == node_of[step as usize]
        };
        if is_part || stats.step == Step::Root {
            continue;
        }
        separate(&mut path, &stats.step);
        let _ = write_step(&mut path, &stats.step, stats.type_name, Some(index));
    }
    if path.is_empty() { ".".into() } else { path }
}
