//! The tree of a report, and the places of a walk from which it is made.

mod fold;
pub(crate) mod names;
pub(crate) mod paths;
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

/// The places of a walk, with the sums that follow from what was met there.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    pub(crate) nodes: Vec<NodeData>,
}

/// What is known of a place, or of a place and what is in the wrapper or behind the pointer that lies there.
#[derive(Clone, Debug)]
pub(crate) struct NodeData {
    pub(crate) step: Step<Name>,
    pub(crate) type_name: Name,
    pub(crate) parent: u32,
    pub(crate) first_child: u32,
    pub(crate) last_child: u32,
    pub(crate) next_sibling: u32,
    /// Where the values of this node are counted, if not here.
    pub(crate) elsewhere: u32,
    pub(crate) is_recursive: bool,
    pub(crate) count: usize,
    pub(crate) shallow: usize,
    pub(crate) deep: usize,
    pub(crate) own: usize,
    pub(crate) spare: usize,
    pub(crate) shared: usize,
    pub(crate) allocations: usize,
}

impl Tree {
    /// The tree, and for each place the node in which it is.
    pub(crate) fn new(paths: &Paths, sums: &Sums) -> (Self, Vec<u32>) {
        let mut tree = Self { nodes: Vec::new() };
        let mut node_of: Vec<u32> = Vec::with_capacity(paths.places.len());
        let alone = stand_alone(paths);
        for (place, stats) in paths.places.iter().enumerate() {
            let around = node_of.get(stats.parent as usize).copied();
            let is_part = stats.step.is_transparent() && alone[place];
            match around.filter(|_| is_part) {
                Some(around) => {
                    let data = &mut tree.nodes[around as usize];
                    data.own += sums.own[place];
                    data.spare += stats.spare;
                    data.shared += sums.shared[place];
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
                        spare: stats.spare,
                        shared: sums.shared[place],
                        allocations: stats.allocations,
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

/// For each place, whether it is the only one of its parent that leads to values, and they are counted there.
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

/// A node of a report's tree: all values that lie at one path, taken together.
///
/// The elements of a collection are one node, whatever their number, and so are its keys and its values; each variant of an
/// enum is a node of its own. What is in an `Option` or another wrapper, and what is behind a pointer, belongs to the node of the
/// wrapper or pointer, unless there are several types of it, as behind `Box<dyn Trait>`.
///
/// For every node, [`deep_size`](Self::deep_size) is [`own_size`](Self::own_size) plus what the [`children`](Self::children) hold. Types that
/// contain themselves are folded: a node of such a type [is recursive](Self::is_recursive) and holds the values at all depths,
/// and where they were met again inside is a node that holds nothing and [refers](Self::refers_to) to it.
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

    /// The last part of the path: `name`, `[]` for elements, `keys[]` and `values[]` for those of a map, `::Variant`; the type
    /// in parentheses where only that tells the node from others; `(shared)` for handles on memory that is counted
    /// elsewhere. `…` follows the name of a recursive node, and stands for values for which there was no room in the report.
    #[must_use]
    pub fn name(&self) -> String {
        let mut name = String::new();
        let _ = self.write_name(&mut name);
        name
    }

    /// The way here from the root: `users[].name`. For the root itself it is `.`.
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

    /// The end of the path, as [`names::end_of`] cuts it. Takes time in what is shown, and not in how deep the node lies.
    pub(crate) fn path_end(&self, columns: usize) -> String {
        let (mut nodes, mut seen) = (Vec::new(), 0);
        let mut next = Some(*self);
        while let Some(node) = next.filter(|node| node.id != 0 && seen <= columns) {
            // Without a name there is still what separates it from others.
            seen += node.name().chars().count().max(1);
            nodes.push(node);
            next = node.parent();
        }
        let is_whole = next.is_none_or(|node| node.id == 0);
        let mut path = String::from(if is_whole && !nodes.is_empty() { "" } else { "." });
        for node in nodes.iter().rev() {
            let _ = node.append_to(&mut path);
        }
        names::end_of(&path, columns)
    }

    /// The type of the values, as [`core::any::type_name`] gives it.
    #[must_use]
    pub fn type_name(&self) -> &'r str {
        &self.data().type_name
    }

    /// How many values lie here; of references, how many handles.
    #[must_use]
    pub fn count(&self) -> usize {
        self.data().count
    }

    /// The sum of the values' shallow sizes, in bytes.
    #[must_use]
    pub fn shallow_size(&self) -> usize {
        self.data().shallow
    }

    /// The bytes of the values and of all they own: [`own_size`](Self::own_size), plus what the [`children`](Self::children) hold.
    ///
    /// Shared memory is held by the node that was first to lead to it, and recursive parts by the node into which they are
    /// folded.
    #[must_use]
    pub fn deep_size(&self) -> usize {
        self.data().deep
    }

    /// The bytes that belong to none of the [`children`](Self::children): padding, spare capacity, what a collection or a
    /// shared block needs besides its elements; and everything, if there are no children.
    #[must_use]
    pub fn own_size(&self) -> usize {
        self.data().own
    }

    /// The [`own_size`](Self::own_size) bytes that are allocated and hold no element.
    #[must_use]
    pub fn spare_size(&self) -> usize {
        self.data().spare
    }

    /// The [`own_size`](Self::own_size) bytes that are in shared blocks, to which handles here or further up lead. Over all nodes they
    /// are [`Report::shared_size`](crate::Report::shared_size), or less where values in shared blocks are counted with others that are not: if the
    /// node [is recursive](Self::is_recursive), or the report [truncated](crate::Report::is_truncated).
    #[must_use]
    pub fn shared_size(&self) -> usize {
        self.data().shared
    }

    /// How many heap blocks the values own themselves, without those of the [`children`](Self::children).
    #[must_use]
    pub fn allocation_count(&self) -> usize {
        self.data().allocations
    }

    /// The nodes inside this one, in the order in which they were met.
    pub fn children(&self) -> impl Iterator<Item = TreeNode<'r>> + use<'r> {
        let tree = self.tree;
        let node = move |id: u32| (id != NONE).then_some(TreeNode { tree, id });
        std::iter::successors(node(self.data().first_child), move |child| node(child.data().next_sibling))
    }

    /// The node around this one.
    #[must_use]
    pub fn parent(&self) -> Option<TreeNode<'r>> {
        (self.id != 0).then(|| TreeNode { tree: self.tree, id: self.data().parent })
    }

    /// The node that holds what this one would: for handles on shared memory where that memory was met first, for
    /// recursive parts where they are folded.
    #[must_use]
    pub fn refers_to(&self) -> Option<TreeNode<'r>> {
        let id = self.data().elsewhere;
        (id != NONE).then_some(TreeNode { tree: self.tree, id })
    }

    /// Whether the values here contain others of the same kind, which are counted here as well.
    #[must_use]
    pub fn is_recursive(&self) -> bool {
        self.data().is_recursive
    }

    /// Whether this node stands for values at many paths, for which there was no room in the report.
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        self.data().step == Step::Rest
    }

    /// Its position in the tree; a node comes after the one around it.
    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    pub(crate) fn step(&self) -> &'r Step<Name> {
        &self.data().step
    }

    pub(crate) fn is_shared_reference(&self) -> bool {
        self.data().step == Step::Reference
    }

    /// Puts the largest first; of references, whose order may be that of a hash map, those that are met most often, and then
    /// those to the places met first.
    pub(crate) fn rank(&self) -> impl Ord + use<> {
        let NodeData { deep, count, elsewhere, .. } = *self.data();
        let handles = if elsewhere == NONE { 0 } else { count };
        (Reverse(deep), Reverse(handles), elsewhere)
    }

    pub(crate) fn is_variant(&self) -> bool {
        matches!(self.data().step, Step::Variant(_))
    }

    /// Whether the name says what the type is.
    pub(crate) fn names_type(&self) -> bool {
        let step = &self.data().step;
        step.is_transparent() || matches!(step, Step::Variant(_) | Step::Rest)
    }

    pub(crate) fn write_name(&self, out: &mut impl fmt::Write) -> fmt::Result {
        write_step(out, &self.data().step, self.type_name(), None)?;
        if self.is_recursive() { out.write_char('…') } else { Ok(()) }
    }

    /// Continues a path to the parent with this node's name.
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

/// Puts what belongs between a path and its next step.
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
