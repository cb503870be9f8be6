//! The tree of a report, and the places of a walk from which it is made.

mod fold;
pub(crate) mod names;
pub(crate) mod paths;
pub(crate) mod samples;
pub(crate) mod stats;
pub(crate) mod step;
pub(crate) mod sums;

use core::cmp::Reverse;
use core::fmt;
use std::string::String;
use std::vec;
use std::vec::Vec;

use self::paths::Paths;
use self::stats::{NONE, PathStats};
use self::step::{Name, Step};
use self::sums::Sums;

/// The nodes of a report.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    pub(crate) nodes: Vec<NodeData>,
}

/// One or more places: a wrapper or pointer and its contents share a node.
#[derive(Clone, Debug)]
pub(crate) struct NodeData {
    pub(crate) step: Step<Name>,
    pub(crate) type_name: Name,
    pub(crate) parent: u32,
    pub(crate) first_child: u32,
    pub(crate) last_child: u32,
    pub(crate) next_sibling: u32,
    /// The node that counts these values, if it is another one.
    pub(crate) elsewhere: u32,
    pub(crate) is_recursive: bool,
    pub(crate) count: usize,
    pub(crate) shallow: usize,
    pub(crate) deep: usize,
    pub(crate) own: usize,
    pub(crate) spare: usize,
    pub(crate) shared: usize,
    pub(crate) padding: usize,
    pub(crate) unused: usize,
    pub(crate) allocations: usize,
    /// The number of values from which the count is estimated, or 0 if it is exact.
    pub(crate) sample_size: usize,
}

/// The padding and the unused bytes of values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Waste {
    pub(crate) padding: usize,
    pub(crate) unused: usize,
}

impl Tree {
    /// Makes the tree, and the table from places to nodes.
    pub(crate) fn new(paths: &Paths, sums: &Sums, waste: &[Waste]) -> (Self, Vec<u32>) {
        let mut tree = Self { nodes: Vec::new() };
        let mut node_of: Vec<u32> = Vec::with_capacity(paths.places.len());
        let alone = stand_alone(paths);
        for (place, stats) in paths.places.iter().enumerate() {
            let around = node_of.get(stats.parent as usize).copied();
            let is_part = stats.step.is_transparent() && alone[place];
            match around.filter(|_| is_part) {
                Some(around) => {
                    let data = &mut tree.nodes[around as usize];
                    data.own = data.own.saturating_add(sums.own[place]);
                    data.spare = data.spare.saturating_add(sums.spare[place]);
                    data.shared = data.shared.saturating_add(sums.shared[place]);
                    data.padding = data.padding.saturating_add(waste[place].padding);
                    data.unused = data.unused.saturating_add(waste[place].unused);
                    data.allocations += stats.allocations;
                    data.is_recursive |= stats.is_recursive;
                    node_of.push(around);
                }
                None => {
                    let is_elsewhere = stats.is_elsewhere(place as u32);
                    let node = tree.add(NodeData {
                        step: stats.step.named(),
                        type_name: Name::Borrowed(stats.type_name),
                        parent: around.unwrap_or(NONE),
                        first_child: NONE,
                        last_child: NONE,
                        next_sibling: NONE,
                        elsewhere: if is_elsewhere { node_of[stats.target as usize] } else { NONE },
                        is_recursive: stats.is_recursive,
                        count: if is_elsewhere { stats.count } else { sums.count[place] },
                        shallow: sums.shallow[place],
                        deep: sums.deep[place],
                        own: sums.own[place],
                        spare: sums.spare[place],
                        shared: sums.shared[place],
                        padding: waste[place].padding,
                        unused: waste[place].unused,
                        allocations: stats.allocations,
                        sample_size: paths.shapes[place].sample_size.unwrap_or(0),
                    });
                    node_of.push(node);
                }
            }
        }
        tree.nodes.shrink_to_fit();
        (tree, node_of)
    }

    pub(crate) fn node(&self, id: u32) -> TreeNode<'_> {
        TreeNode { tree: self, id }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = TreeNode<'_>> {
        (0..self.nodes.len() as u32).map(|id| self.node(id))
    }

    pub(crate) fn add(&mut self, data: NodeData) -> u32 {
        let (id, parent) = (self.nodes.len() as u32, data.parent);
        self.nodes.push(data);
        if parent != NONE {
            match self.nodes[parent as usize].last_child {
                NONE => self.nodes[parent as usize].first_child = id,
                last => self.nodes[last as usize].next_sibling = id,
            }
            self.nodes[parent as usize].last_child = id;
        }
        id
    }
}

/// For each place, whether it shares its parent's node: it is the parent's only place with values, and counts them itself.
fn stand_alone(paths: &Paths) -> Vec<bool> {
    let mut children = vec![0_u32; paths.places.len()];
    let is_one = |step| step != Step::Reference;
    for stats in paths.places.iter().skip(1).filter(|stats| is_one(stats.step)) {
        children[stats.parent as usize] += 1;
    }
    let is_alone = |(place, stats): (usize, &PathStats)| {
        !stats.is_elsewhere(place as u32) && children.get(stats.parent as usize) == Some(&1)
    };
    paths.places.iter().enumerate().map(is_alone).collect()
}

/// A node of a report's tree: all values at one path.
///
/// All elements of a collection share one node. The keys of a map share one node, and its values another. Each variant of an
/// enum has its own node. The contents of a wrapper, such as `Option`, and the target of a pointer share the node of the
/// wrapper or pointer. They have their own nodes if they are of several types, as behind `Box<dyn Trait>`.
///
/// Invariant: [`deep_size`](Self::deep_size) is [`own_size`](Self::own_size) plus the deep sizes of the
/// [`children`](Self::children).
///
/// Recursive types are folded. The node of such a type [is recursive](Self::is_recursive) and sums up the values at all
/// depths. The inner occurrences are empty nodes that [refer](Self::refers_to) to it.
///
/// # Examples
///
/// ```
/// use deep_size::{DeepSize, inspect};
///
/// #[derive(DeepSize)]
/// struct List {
///     number: u32,
///     next: Option<Box<List>>,
/// }
///
/// let mut list = List { number: 0, next: None };
/// for number in 1..1000 {
///     list = List { number, next: Some(Box::new(list)) };
/// }
/// # assert_eq!(list.number, 999);
/// let report = inspect(&list);
/// let paths: Vec<String> = report.nodes().map(|node| node.path()).collect();
/// assert_eq!(paths, [".", "number", "next…", "next….number", "next….next"]);
///
/// let next = report.root().children().nth(1).unwrap();
/// assert!(next.is_recursive());
/// assert_eq!((next.count(), next.deep_size()), (1000, 1000 * 8 + 999 * 8));
/// ```
#[derive(Clone, Copy)]
pub struct TreeNode<'r> {
    tree: &'r Tree,
    id: u32,
}

impl<'r> TreeNode<'r> {
    fn data(&self) -> &'r NodeData {
        &self.tree.nodes[self.id as usize]
    }

    /// The last part of the path.
    ///
    /// Elements are `[]`, the parts of a map are `keys[]` and `values[]`, a variant is `::Variant`, and any other part has the
    /// name of its field. A type in parentheses separates several types at one path. `(shared)` stands for handles on memory
    /// that another node counts. `…` follows the name of a recursive node, and stands for values beyond
    /// [`Inspector::max_nodes`](crate::Inspector::max_nodes).
    #[must_use]
    pub fn name(&self) -> String {
        let mut name = String::new();
        let _ = self.write_name(&mut name);
        name
    }

    /// The path from the root: `users[].name`. The path of the root is `.`.
    #[must_use]
    pub fn path(&self) -> String {
        if self.id == 0 {
            return ".".into();
        }
        let ancestors = std::iter::successors(Some(*self), Self::parent);
        let mut nodes: Vec<_> = ancestors.collect();
        nodes.pop();
        let mut path = String::new();
        for node in nodes.iter().rev() {
            let _ = node.append_to(&mut path);
        }
        path
    }

    /// The end of the path, cut as in [`names::end_of`]. Takes time linear in the columns, not in the depth of the node.
    pub(crate) fn path_end(&self, columns: usize) -> String {
        let (mut nodes, mut seen) = (Vec::new(), 0);
        let mut next = Some(*self);
        while let Some(node) = next.filter(|node| node.id != 0 && seen <= columns) {
            let name = node.name_end(columns + 1);
            // An empty name still adds a separator.
            seen += name.chars().count().max(1);
            nodes.push((node, name));
            next = node.parent();
        }
        let is_whole = next.is_none_or(|node| node.id == 0);
        let mut path = String::from(if is_whole && !nodes.is_empty() { "" } else { "." });
        for (node, name) in nodes.iter().rev() {
            separate(&mut path, node.step());
            path.push_str(name);
        }
        names::end_of(&path, columns)
    }

    /// The end of the name, at least its last `most` characters. Takes time linear in `most`, regardless of the name's length.
    pub(crate) fn name_end(&self, most: usize) -> String {
        let NodeData { step, type_name, is_recursive, .. } = self.data();
        let mut name = String::new();
        // `write_step` shortens names of types, so more is kept. A cut is marked.
        let end = names::tail(type_name, most.saturating_mul(16));
        let cut = if end.len() < type_name.len() { "…" } else { "" };
        let type_name = std::format!("{cut}{end}");
        let _ = write_step(&mut name, &step.map(|name| names::tail(name, most)), &type_name, None);
        name.extend(is_recursive.then_some('…'));
        name
    }

    /// The type of the values, from [`core::any::type_name`].
    #[must_use]
    pub fn type_name(&self) -> &'r str {
        &self.data().type_name
    }

    /// The number of values, or of handles if the node [refers](Self::refers_to) to another.
    #[must_use]
    pub fn count(&self) -> usize {
        self.data().count
    }

    /// The sum of the shallow sizes of the values, in bytes.
    #[must_use]
    pub fn shallow_size(&self) -> usize {
        self.data().shallow
    }

    /// The bytes of the values and of everything they own: [`own_size`](Self::own_size) plus the deep sizes of the
    /// [`children`](Self::children).
    ///
    /// Shared memory counts at the node that the walk reached first. Recursive parts count at the node into which they fold.
    ///
    /// On a reference to a reference, as in a closure for `filter`, write `(**node).deep_size()`: with the trait
    /// [`DeepSize`](crate::DeepSize) in scope, `node.deep_size()` measures the inner reference.
    #[must_use]
    pub fn deep_size(&self) -> usize {
        self.data().deep
    }

    /// The bytes that belong to none of the [`children`](Self::children): padding, spare capacity, and the overhead of
    /// collections and shared blocks. Without children, all bytes.
    #[must_use]
    pub fn own_size(&self) -> usize {
        self.data().own
    }

    /// The part of [`own_size`](Self::own_size) that is allocated and holds no element.
    #[must_use]
    pub fn spare_size(&self) -> usize {
        self.data().spare
    }

    /// The part of [`own_size`](Self::own_size) that is padding: holes between the fields of the values, and bytes after them.
    ///
    /// See [`layouts`](crate::layouts). The [`shallow_size`](Self::shallow_size) is the sum of padding,
    /// [unused bytes](Self::unused_by_variants), and fields. A pointer whose target has no separate node also counts the
    /// padding and the unused bytes of the target.
    #[must_use]
    pub fn padding(&self) -> usize {
        self.data().padding
    }

    /// The part of [`own_size`](Self::own_size) in the values that only other variants of their enum use.
    #[must_use]
    pub fn unused_by_variants(&self) -> usize {
        self.data().unused
    }

    /// The number of values from which [`count`](Self::count) is estimated, or `None` if it is exact.
    ///
    /// Up to 10,000 values of a [flat](crate::DeepSize::is_flat) type are visited at each path. If there are more, the walk visits a
    /// sample, and the counts of variants and all sizes below them are estimates. The sum over all variants is exact.
    #[must_use]
    pub fn sample_size(&self) -> Option<usize> {
        Some(self.data().sample_size).filter(|&size| size > 0)
    }

    /// The part of [`own_size`](Self::own_size) that is in shared blocks whose handles are at this node or an ancestor.
    ///
    /// The sum over all nodes is [`Report::shared_size`](crate::Report::shared_size). It is less if a node
    /// [is recursive](Self::is_recursive) or the report [is truncated](crate::Report::is_truncated): such nodes count values
    /// inside and outside shared blocks together.
    #[must_use]
    pub fn shared_size(&self) -> usize {
        self.data().shared
    }

    /// The number of heap blocks that the values own directly, without the blocks of the [`children`](Self::children).
    ///
    /// Counted as in [`Report::allocation_count`](crate::Report::allocation_count).
    #[must_use]
    pub fn allocation_count(&self) -> usize {
        self.data().allocations
    }

    /// The nodes inside this one, in the order of the walk.
    pub fn children(&self) -> impl Iterator<Item = TreeNode<'r>> + use<'r> {
        let tree = self.tree;
        let node = move |id: u32| (id != NONE).then_some(TreeNode { tree, id });
        std::iter::successors(node(self.data().first_child), move |child| node(child.data().next_sibling))
    }

    /// The parent, or `None` for the root.
    #[must_use]
    pub fn parent(&self) -> Option<TreeNode<'r>> {
        (self.id != 0).then(|| TreeNode { tree: self.tree, id: self.data().parent })
    }

    /// The node that counts the values of this one, if it is another.
    ///
    /// Handles on shared memory refer to the node that the walk reached first. Recursive parts refer to the node into which they
    /// fold.
    #[must_use]
    pub fn refers_to(&self) -> Option<TreeNode<'r>> {
        let id = self.data().elsewhere;
        (id != NONE).then_some(TreeNode { tree: self.tree, id })
    }

    /// Whether the values contain others of the same kind, which this node counts too.
    #[must_use]
    pub fn is_recursive(&self) -> bool {
        self.data().is_recursive
    }

    /// Whether the node stands for several paths, beyond [`Inspector::max_nodes`](crate::Inspector::max_nodes).
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        self.data().step == Step::Rest
    }

    /// The position in the tree. A parent comes before its children.
    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    pub(crate) fn step(&self) -> &'r Step<Name> {
        &self.data().step
    }

    pub(crate) fn is_shared_reference(&self) -> bool {
        self.data().step == Step::Reference
    }

    /// A sort key: largest first. References, whose order may depend on a hash map, sort by the number of handles and then by
    /// the place of their target.
    pub(crate) fn rank(&self) -> impl Ord + use<> {
        let NodeData { deep, count, elsewhere, .. } = *self.data();
        let handles = if elsewhere == NONE { 0 } else { count };
        (Reverse(deep), Reverse(handles), elsewhere)
    }

    /// Whether the own size is estimated from samples. The sum over all variants is exact.
    pub(crate) fn has_estimated_size(&self) -> bool {
        let is_sampled = |node: &TreeNode<'_>| node.sample_size().is_some();
        is_sampled(self) || self.children().any(|child| is_sampled(&child) && !child.is_variant())
    }

    pub(crate) fn is_variant(&self) -> bool {
        matches!(self.data().step, Step::Variant(_))
    }

    /// Whether the name includes the type.
    pub(crate) fn names_type(&self) -> bool {
        let step = &self.data().step;
        step.is_transparent() || matches!(step, Step::Variant(_) | Step::Rest)
    }

    pub(crate) fn write_name(&self, out: &mut impl fmt::Write) -> fmt::Result {
        write_step(out, &self.data().step, self.type_name(), None)?;
        if self.is_recursive() { out.write_char('…') } else { Ok(()) }
    }

    /// Appends the name of this node to the path of its parent.
    pub(crate) fn append_to(&self, path: &mut String) -> fmt::Result {
        separate(path, &self.data().step);
        self.write_name(path)
    }
}

impl fmt::Debug for TreeNode<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("TreeNode")
            .field("path", &self.path())
            .field("type_name", &self.type_name())
            .field("count", &self.count())
            .field("deep", &self.deep_size())
            .field("own", &self.own_size())
            .finish_non_exhaustive()
    }
}

/// Appends the separator between a path and its next step.
pub(crate) fn separate<S>(path: &mut String, step: &Step<S>) {
    match step {
        Step::Field(_) | Step::Key | Step::Value | Step::Rest if !path.is_empty() => path.push('.'),
        Step::Reference => path.push(' '),
        _ => {}
    }
}

pub(crate) fn write_step<S: AsRef<str>>(
    out: &mut impl fmt::Write,
    step: &Step<S>,
    type_name: &str,
    index: Option<usize>,
) -> fmt::Result {
    match step {
        Step::Root => return out.write_char('.'),
        Step::Field(name) => return out.write_str(name.as_ref()),
        Step::Variant(name) => return write!(out, "::{}", name.as_ref()),
        Step::Reference => return out.write_str("(shared)"),
        Step::Rest => return out.write_char('…'),
        Step::Inner | Step::Pointee | Step::Shared | Step::Borrowed => {
            return write!(out, "({})", names::short(type_name));
        }
        Step::Element => {}
        Step::Key => out.write_str("keys")?,
        Step::Value => out.write_str("values")?,
    }
    match index {
        Some(index) => write!(out, "[{index}]"),
        None => out.write_str("[]"),
    }
}
