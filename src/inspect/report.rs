//! The result of an inspection.

use std::borrow::Cow;
use std::string::String;
use std::vec::Vec;

use deep_size_core::{Reason, Size};

use super::collector::Collector;
use super::inexact::Parts;
use super::types::{self, TypeTotal};
use crate::advice::{Advice, Declarations, Evidence, IntegerRange, Remark, Saving, advise};
use crate::layouts::{Layouts, TypeLayout};
use crate::ownership::sharing::Sharing;
use crate::ownership::{Cycle, SharedAllocation};
use crate::tree::paths::Paths;
use crate::tree::stats::{NONE, PathId};
use crate::tree::step::Step;
use crate::tree::sums::Sums;
use crate::tree::{Tree, TreeNode, separate, write_step};

/// A report on the memory of one value: totals, a tree of paths, types, sharing and advice.
///
/// Made by [`inspect`](crate::inspect()) or an [`Inspector`](crate::Inspector). A report holds no reference to the value.
/// Its size grows with the number of distinct paths, not with the number of values.
///
/// # Examples
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
    pub(crate) layouts: Vec<TypeLayout>,
    pub(crate) integers: Vec<IntegerRange>,
    pub(crate) largest: Vec<LargestValue>,
    pub(crate) opaque: Vec<OpaquePart>,
    pub(crate) lower_bounds: Vec<LowerBound>,
    pub(crate) unfollowed: usize,
    pub(crate) deep: usize,
    pub(crate) shared: usize,
    pub(crate) sharing: Sharing,
    pub(crate) advice: Vec<Saving>,
    pub(crate) is_truncated: bool,
    pub(crate) view: View,
    /// The pointer width, in bits, of the machine that made the report.
    pub(crate) pointer_width: u32,
}

/// The limits on the printed part of a report.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    pub(crate) depth: usize,
    /// `None`: 1 %, or more if the report would be too long.
    pub(crate) smallest_share: Option<f64>,
    /// `{:#}` prints as many shared allocations as there may be largest values.
    pub(crate) largest_values: usize,
}

impl Default for View {
    fn default() -> Self {
        Self { depth: usize::MAX, smallest_share: None, largest_values: 10 }
    }
}

/// A single value that directly owns large blocks.
///
/// # Examples
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
    /// The path from the root, with positions in the order of the walk: `users[17].name`. The middle of a very long path is
    /// left out.
    pub path: String,
    /// The type of the value.
    pub type_name: Cow<'static, str>,
    /// The bytes of the heap blocks that the value owns directly, with everything in them.
    pub size: usize,
}

/// The opaque parts of a value at one path, with the same reason. They were not counted.
///
/// # Examples
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
    /// The path from the root.
    pub path: String,
    /// The type of the parts.
    pub type_name: Cow<'static, str>,
    /// The reason.
    pub reason: Reason,
    /// The number of parts.
    pub count: usize,
}

/// The lower bounds of a value at one path, with the same reason. They were counted, and more memory may exist.
///
/// # Examples
///
/// ```
/// use deep_size::{Reason, inspect};
///
/// let mut rest = Vec::<u64>::with_capacity(10).into_iter();
/// let report = inspect(&rest);
/// let bound = &report.lower_bounds()[0];
/// assert_eq!((bound.count, bound.reason, bound.missing_size), (1, Reason::Capacity, None));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LowerBound {
    /// The path from the root.
    pub path: String,
    /// The type of the parts.
    pub type_name: Cow<'static, str>,
    /// The reason.
    pub reason: Reason,
    /// The number of parts.
    pub count: usize,
    /// The most bytes that the parts may lack together, or `None` if this is unknown.
    pub missing_size: Option<usize>,
}

impl Report {
    /// Makes the report of a walk that counted `deep` bytes.
    pub(crate) fn new(collector: Collector<'_>, deep: usize, view: View) -> Self {
        let Collector {
            mut paths,
            largest,
            opaque,
            lower_bounds,
            unfollowed,
            shared,
            ownership,
            mut notes,
            blocks,
            ..
        } = collector;
        paths.scale(|place, count, before| notes.scale_nones(place, count, before));
        let sums = Sums::of(&paths);
        let Layouts { types: layouts, waste } = Layouts::of(&paths, &sums, &|place| notes.nones_at(place));
        let (tree, node_of) = Tree::new(&paths, &sums, &waste);
        let integers = IntegerRange::all(&notes, &paths, &sums, &tree, &node_of);
        let mut declarations = Declarations::new(&paths, &node_of);
        let (sharing, back_links) =
            Sharing::new(&ownership.finish(deep.saturating_sub(blocks), blocks), &node_of, |place| {
                declarations.of_handles(place)
            });
        let advice = advise(Evidence {
            paths: &paths,
            sums: &sums,
            notes: &notes,
            layouts: &layouts,
            declarations,
            back_links: &back_links,
            node_of: &node_of,
        });
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
        let type_name = |PathId(place)| paths.places[place as usize].type_name.into();
        let opaque = opaque.into_parts().into_iter().map(|Parts { place, reason, count, .. }| OpaquePart {
            path: path(place),
            type_name: type_name(place),
            reason,
            count,
        });
        let lower_bounds = lower_bounds.into_parts().into_iter();
        let lower_bounds = lower_bounds.map(|Parts { place, reason, count, missing }| LowerBound {
            path: path(place),
            type_name: type_name(place),
            reason,
            count,
            missing_size: missing,
        });
        Self {
            types: types::histogram(&paths, &sums, &waste),
            layouts,
            integers,
            largest: largest.collect(),
            opaque: opaque.collect(),
            lower_bounds: lower_bounds.collect(),
            unfollowed,
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
    #[doc(alias = "size_of")]
    pub fn shallow_size(&self) -> usize {
        self.root().shallow_size()
    }

    /// The deep size of the value in bytes, as [`DeepSize::deep_size`](crate::DeepSize::deep_size) gives it.
    ///
    /// On a reference to a reference, as in a closure for `filter`, write `(**report).deep_size()`: with the trait
    /// [`DeepSize`](crate::DeepSize) in scope, `report.deep_size()` measures the inner reference.
    #[must_use]
    #[doc(alias = "memory usage")]
    #[doc(alias = "sizeof")]
    pub fn deep_size(&self) -> usize {
        self.deep
    }

    /// The bytes of all blocks that the value owns: the deep size minus the shallow size.
    #[must_use]
    #[doc(alias = "heap size")]
    pub fn heap_size(&self) -> usize {
        self.deep - self.shallow_size()
    }

    /// The number of heap blocks that the value owns.
    ///
    /// If a handle shows [only a part](Reason::Slice) of a shared buffer, the buffer's block is unknown. Parts that overlap or
    /// adjoin an earlier part are not counted. The others count as one block each, although they may be parts of one.
    #[must_use]
    pub fn allocation_count(&self) -> usize {
        self.tree.iter().map(|node| node.allocation_count()).sum()
    }

    /// The unit of [`allocation_count`](Self::allocation_count), in singular and plural.
    pub(crate) fn allocation_names(&self) -> [&'static str; 2] {
        match self.lower_bounds.iter().any(|bound| bound.reason == Reason::Slice) {
            true => ["allocation or part of a buffer", "allocations or parts of buffers"],
            false => ["allocation", "allocations"],
        }
    }

    /// The allocated bytes that hold no element.
    #[must_use]
    #[doc(alias = "unused capacity")]
    pub fn spare_size(&self) -> usize {
        self.tree.iter().fold(0, |sum: usize, node| sum.saturating_add(node.spare_size()))
    }

    /// The bytes of padding in all values: holes between fields, and bytes after the last field.
    ///
    /// Known for the types in [`layouts`](Self::layouts).
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size::inspect;
    ///
    /// let report = inspect(&vec![(1_u64, 2_u8); 100]);
    /// assert_eq!(report.padding(), 100 * 7);
    /// ```
    #[must_use]
    pub fn padding(&self) -> usize {
        self.tree.iter().fold(0, |sum: usize, node| sum.saturating_add(node.padding()))
    }

    /// The bytes in all values of enums that only other variants use.
    ///
    /// Known for the types in [`layouts`](Self::layouts). If a variant was not seen, see [there](crate::layouts#the-bytes-of-a-value).
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size::inspect;
    ///
    /// let report = inspect(&[None, Some([1_u8; 100]), None]);
    /// assert_eq!(report.unused_by_variants(), 2 * 100);
    /// ```
    #[must_use]
    pub fn unused_by_variants(&self) -> usize {
        self.tree.iter().fold(0, |sum: usize, node| sum.saturating_add(node.unused_by_variants()))
    }

    /// The [layouts](crate::layouts) of the types of all values, most padding and unused bytes first.
    ///
    /// Types that do not report all their fields are left out, and so are arrays and slices.
    #[must_use]
    pub fn layouts(&self) -> &[TypeLayout] {
        &self.layouts
    }

    /// The bytes behind `Rc`, `Arc` and similar handles: the shared blocks, and everything that the values in them own.
    ///
    /// Blocks with a single handle count as well.
    #[must_use]
    pub fn shared_size(&self) -> usize {
        self.shared
    }

    /// The bytes that a drop of the value frees, including its shallow size. See [`ownership`](crate::ownership).
    ///
    /// Invariant: `exclusive_size + external_size + cyclic_size == deep_size`.
    ///
    /// The contents of a [`ManuallyDrop`](core::mem::ManuallyDrop) are part of this size, because its owner usually drops them. If
    /// the owner does not, these bytes leak.
    ///
    /// # Examples
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
    #[doc(alias = "retained size")]
    #[doc(alias = "unique size")]
    pub fn exclusive_size(&self) -> usize {
        self.sharing.exclusive
    }

    /// The bytes that stay alive after a drop of the value, because handles outside the value hold them.
    ///
    /// Memory that the value only borrows is part of this size.
    #[must_use]
    pub fn external_size(&self) -> usize {
        self.sharing.external
    }

    /// The bytes that a drop of the value would leak.
    ///
    /// No handle outside the value holds them. [`cycles`](Self::cycles) of strong handles inside the value keep them alive.
    #[must_use]
    #[doc(alias = "leak")]
    pub fn cyclic_size(&self) -> usize {
        self.sharing.cyclic
    }

    /// The bytes that may or may not be [external](Self::external_size).
    ///
    /// They depend on [unknown handle counts](crate::ownership#unknown-handle-counts) or on
    /// [hidden handles](crate::ownership#hidden-handles).
    ///
    /// If all handles are inside the value, none of these bytes are external. Otherwise, all of them may be.
    #[must_use]
    pub fn uncertain_size(&self) -> usize {
        self.sharing.uncertain
    }

    /// The shared blocks that are part of the value, largest retained size first, then in the order of the walk.
    ///
    /// Blocks with a single handle are left out.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use deep_size::inspect;
    ///
    /// let text: Arc<str> = "one text for all".into();
    /// let texts = [text.clone(), text];
    /// let report = inspect(&texts);
    /// let block = report.shared_allocations().next().unwrap();
    /// assert_eq!((block.inside_strong_count(), block.retained_size()), (2, 16 + 16));
    /// ```
    pub fn shared_allocations(&self) -> impl ExactSizeIterator<Item = SharedAllocation<'_>> {
        let (tree, sharing) = (&self.tree, &self.sharing);
        (0..sharing.blocks.len()).map(move |at| SharedAllocation { tree, sharing, at: at as u32 })
    }

    /// The groups of blocks that a drop would leak because they keep each other alive, largest first.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::cell::RefCell;
    /// use std::rc::Rc;
    /// use deep_size::{DeepSize, inspect};
    ///
    /// #[derive(DeepSize)]
    /// struct Person {
    ///     friend: RefCell<Option<Rc<Person>>>,
    /// }
    ///
    /// let ada = Rc::new(Person { friend: RefCell::default() });
    /// let grace = Rc::new(Person { friend: RefCell::new(Some(ada.clone())) });
    /// *ada.friend.borrow_mut() = Some(grace);
    ///
    /// let report = inspect(&ada);
    /// let cycle = report.cycles().next().unwrap();
    /// assert_eq!(cycle.size(), report.cyclic_size());
    /// assert!(report.cyclic_size() > 0);
    /// # ada.friend.take();
    /// ```
    pub fn cycles(&self) -> impl ExactSizeIterator<Item = Cycle<'_>> {
        let (tree, sharing) = (&self.tree, &self.sharing);
        sharing.leaks.iter().map(move |leak| Cycle { tree, sharing, leak })
    }

    /// Ways to save memory, by declaration, largest saving first.
    ///
    /// The list is not complete.
    ///
    /// # Examples
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
    ///     "[]: save 150 bytes: call `shrink_to_fit` after the last insertion: 2 values with spare capacity",
    /// );
    ///
    /// value.iter_mut().for_each(String::shrink_to_fit);
    /// assert_eq!(report.deep_size() - inspect(&value).deep_size(), 150);
    /// ```
    pub fn advice(&self) -> impl ExactSizeIterator<Item = Advice<'_>> {
        let tree = &self.tree;
        self.advice.iter().map(move |saving| Advice { tree, saving })
    }

    /// Types of many values that could be smaller: options that a niche would make smaller, and integers with small values. Unlike
    /// [advice](Self::advice), they claim no saving.
    ///
    /// Integers are read only with [`Inspector::compare_contents`](crate::Inspector::compare_contents).
    ///
    /// Printed with `{:#}`.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::num::NonZero;
    /// use deep_size::inspect;
    ///
    /// let report = inspect(&vec![Some(1_u64); 1000]);
    /// assert_eq!(
    ///     report.remarks().next().unwrap().to_string(),
    ///     "Option<u64>: 1,000 values of 16 bytes, but `Option<NonZero<u64>>` takes 8",
    /// );
    /// assert_eq!(inspect(&vec![NonZero::new(1_u64); 1000]).remarks().count(), 0);
    /// ```
    pub fn remarks(&self) -> impl Iterator<Item = Remark<'_>> {
        let options = self.layouts.iter().filter_map(Remark::of_layout);
        options.chain(self.integers.iter().map(Remark::SmallerInteger))
    }

    /// The pointer width, in bits, of the machine that made the report. A report from a file may come from another machine.
    #[must_use]
    pub fn pointer_width(&self) -> u32 {
        self.pointer_width
    }

    /// The parts that were not counted, by path and reason, in the order of the walk.
    #[must_use]
    pub fn opaque_parts(&self) -> &[OpaquePart] {
        &self.opaque
    }

    /// The parts that were counted as lower bounds, by path and reason, in the order of the walk.
    #[must_use]
    pub fn lower_bounds(&self) -> &[LowerBound] {
        &self.lower_bounds
    }

    /// The number of references and raw pointers in the value. The walk does not follow them. A reference owns nothing. A raw
    /// pointer may own its target, but its type does not show this.
    ///
    /// Null pointers do not count. A `Cell` of a pointer counts, although the cell may be empty.
    ///
    /// ```
    /// use std::ptr::NonNull;
    /// use deep_size::{DeepSize, inspect};
    ///
    /// /// A list that frees its nodes in `Drop`.
    /// #[derive(DeepSize)]
    /// struct List {
    ///     first: Option<NonNull<u64>>,
    /// }
    /// let mut node = 7;
    /// let report = inspect(&List { first: Some(NonNull::from(&mut node)) });
    /// assert_eq!((report.heap_size(), report.unfollowed_pointer_count()), (0, 1));
    /// ```
    #[must_use]
    pub fn unfollowed_pointer_count(&self) -> usize {
        self.unfollowed
    }

    /// The deep size with its certainty, like [`Size::of`].
    #[must_use]
    pub fn size(&self) -> Size {
        let mut size = Size::default();
        size.deep_size = self.deep;
        for part in &self.opaque {
            size.opaque_part_count = size.opaque_part_count.saturating_add(part.count);
        }
        for bound in &self.lower_bounds {
            size.lower_bound_count = size.lower_bound_count.saturating_add(bound.count);
            size.missing_size =
                size.missing_size.zip(bound.missing_size).map(|(sum, one)| sum.saturating_add(one));
        }
        size
    }

    /// Whether the deep size is exact: there are no [opaque parts](Self::opaque_parts) and no
    /// [lower bounds](Self::lower_bounds).
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.size().is_exact()
    }

    /// The root of the tree: the value itself.
    #[must_use]
    pub fn root(&self) -> TreeNode<'_> {
        self.tree.node(0)
    }

    /// All nodes of the tree. A parent comes before its children.
    ///
    /// # Examples
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

    /// The values that directly own the largest blocks, largest first.
    ///
    /// [`Inspector::largest_values`](crate::Inspector::largest_values) sets their number.
    #[must_use]
    pub fn largest_values(&self) -> &[LargestValue] {
        &self.largest
    }

    /// Whether the value has more paths than [`Inspector::max_nodes`](crate::Inspector::max_nodes).
    ///
    /// Some nodes of the tree then [stand for several paths](TreeNode::is_truncated). All sums remain correct.
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
        // The contents of a wrapper are part of its node.
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
