//! Pairs the children of two nodes.

use crate::tree::TreeNode;
use crate::tree::names::short;
use crate::tree::step::Step;
use core::hash::Hash;
use std::collections::{HashMap, HashSet, VecDeque};
use std::string::String;
use std::vec::Vec;

/// A pair of children: the earlier and the later one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    pub(super) nodes: [u32; 2],
    /// Whether the two have different names.
    pub(super) is_renamed: bool,
}

/// The part of a node's name that separates it from its siblings, without the type. The `…` of a recursive node is not part
/// of it, because it depends on the number of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum NodeLabel<'t> {
    Root,
    Field(&'t str),
    Variant(&'t str),
    Element,
    Key,
    Value,
    /// The contents of a wrapper, or the target of a pointer. Only the type names it.
    Contents,
    Reference,
    Rest,
}

impl<'t> NodeLabel<'t> {
    pub(super) fn of(node: TreeNode<'t>) -> Self {
        match node.step() {
            Step::Root => Self::Root,
            Step::Field(name) => Self::Field(name),
            Step::Variant(name) => Self::Variant(name),
            Step::Element => Self::Element,
            Step::Key => Self::Key,
            Step::Value => Self::Value,
            Step::Inner | Step::Pointee | Step::Shared | Step::Borrowed => Self::Contents,
            Step::Reference => Self::Reference,
            Step::Rest => Self::Rest,
        }
    }

    /// Whether this is a field of a tuple, whose name is only its position.
    fn is_position(&self) -> bool {
        matches!(self, Self::Field(name) if name.bytes().all(|byte| byte.is_ascii_digit()))
    }

    /// The group within which names may change: fields, or the parts of a collection.
    fn can_be_renamed(&self) -> Option<bool> {
        match self {
            Self::Field(_) => Some(true),
            Self::Element | Self::Key | Self::Value => Some(false),
            _ => None,
        }
    }
}

/// The children of two nodes, some of them paired.
#[derive(Debug)]
pub(super) struct Children<'t> {
    /// The unpaired children, earlier and later, in the order of the walk.
    pub(super) left: [Vec<TreeNode<'t>>; 2],
    pub(super) pairs: Vec<Pair>,
}

impl<'t> Children<'t> {
    pub(super) fn new(left: [Vec<TreeNode<'t>>; 2]) -> Self {
        Self { left, pairs: Vec::new() }
    }

    /// Pairs children of equal name and type, then of equal name, then renamed ones of equal type.
    pub(super) fn pair_up(&mut self) {
        self.pair_by(false, |node| Some((NodeLabel::of(node), node.type_name())));
        if self.left.iter().any(Vec::is_empty) {
            return;
        }
        self.pair_by(false, |node| Some((NodeLabel::of(node), short(node.type_name()))));
        // A new field shifts the positions of those after it.
        let position = |node| NodeLabel::of(node).is_position().then(|| short(node.type_name()));
        self.pair_if_as_many(position);
        self.pair_by(false, |node| Some(NodeLabel::of(node)).filter(|&key| key != NodeLabel::Contents));
        let kind = |node| Some((NodeLabel::of(node).can_be_renamed()?, short(node.type_name())));
        self.pair_if_as_many(|node| Some((kind(node)?, node.deep_size(), node.count())));
        self.pair_if_as_many(kind);
    }

    /// Pairs children of equal key, in order.
    fn pair_by<K: Hash + Eq>(&mut self, is_renamed: bool, key: impl Fn(TreeNode<'t>) -> Option<K>) {
        let mut earlier: HashMap<K, VecDeque<u32>> = HashMap::new();
        for &node in &self.left[0] {
            if let Some(key) = key(node) {
                earlier.entry(key).or_default().push_back(node.id());
            }
        }
        let mut paired = HashSet::new();
        let pairs = &mut self.pairs;
        self.left[1].retain(|&node| {
            let partner = key(node).and_then(|key| earlier.get_mut(&key)?.pop_front());
            if let Some(partner) = partner {
                paired.insert(partner);
                pairs.push(Pair { nodes: [partner, node.id()], is_renamed });
            }
            partner.is_none()
        });
        self.left[0].retain(|node| !paired.contains(&node.id()));
    }

    /// Pairs children of equal key, in order, if there are as many earlier as later ones. They were probably renamed.
    fn pair_if_as_many<K: Hash + Eq>(&mut self, key: impl Fn(TreeNode<'t>) -> Option<K>) {
        if self.left.iter().any(Vec::is_empty) {
            return;
        }
        let mut counts: HashMap<K, [usize; 2]> = HashMap::new();
        for (side, left) in self.left.iter().enumerate() {
            for key in left.iter().filter_map(|&node| key(node)) {
                counts.entry(key).or_default()[side] += 1;
            }
        }
        let as_many = |key: &K| counts.get(key).is_some_and(|[earlier, later]| earlier == later);
        self.pair_by(true, |node| key(node).filter(as_many));
    }
}

/// The contents that match the other node if they are the only ones. A report makes the contents of a single type part of their
/// wrapper.
pub(super) fn merged<'t>(
    contents: &[TreeNode<'t>],
    others: &[TreeNode<'t>],
    knows_type: impl Fn(&str) -> bool,
) -> Option<TreeNode<'t>> {
    let keys: HashSet<NodeLabel<'_>> = others.iter().map(|&other| NodeLabel::of(other)).collect();
    let typed: HashSet<(NodeLabel<'_>, String)> = others.iter().map(|&other| look(other)).collect();
    let mut best = None;
    for &node in contents.iter().filter(|node| node.refers_to().is_none()) {
        let inside = || node.children().filter(|child| !child.is_shared_reference());
        let same = inside().filter(|&child| typed.contains(&look(child))).count();
        let alike = inside().filter(|&child| keys.contains(&NodeLabel::of(child))).count();
        // A collection may have been empty. A struct always has its fields.
        let mut all = inside().chain(others.iter().copied());
        let may_be = all.all(|child| NodeLabel::of(child).can_be_renamed() == Some(false));
        let is_known = knows_type(node.type_name());
        let rank = (same, alike, is_known);
        if (alike > 0 || may_be && is_known) && best.is_none_or(|(most, _)| rank > most) {
            best = Some((rank, node));
        }
    }
    best.map(|(_, node)| node)
}

fn look(node: TreeNode<'_>) -> (NodeLabel<'_>, String) {
    (NodeLabel::of(node), short(node.type_name()))
}
