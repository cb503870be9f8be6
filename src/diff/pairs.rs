//! Which of two nodes' children are the same, earlier and later.

use crate::tree::TreeNode;
use crate::tree::names::short;
use crate::tree::step::Step;
use core::hash::Hash;
use std::collections::{HashMap, HashSet, VecDeque};
use std::string::String;
use std::vec::Vec;

/// Children of two nodes that were found to be the same: the earlier and the later one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    pub(super) nodes: [u32; 2],
    /// Whether they go by different names.
    pub(super) is_renamed: bool,
}

/// What distinguishes a node from its siblings, except its type. The `…` in a recursive node's name is no part of it, since it comes
/// and goes with the number of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum NodeLabel<'t> {
    Root,
    Field(&'t str),
    Variant(&'t str),
    Element,
    Key,
    Value,
    /// What is in a wrapper or behind a pointer of any kind, where only its type is its name.
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

    /// Whether it is a field of a tuple, whose name is only its position.
    fn is_position(&self) -> bool {
        matches!(self, Self::Field(name) if name.bytes().all(|byte| byte.is_ascii_digit()))
    }

    /// What may have got another name: a field as a field, elements as elements of another collection.
    fn can_be_renamed(&self) -> Option<bool> {
        match self {
            Self::Field(_) => Some(true),
            Self::Element | Self::Key | Self::Value => Some(false),
            _ => None,
        }
    }
}

/// The children of two nodes, of which some belong together.
#[derive(Debug)]
pub(super) struct Children<'t> {
    /// Those not paired so far, the earlier and the later ones, in the order in which they were met.
    pub(super) left: [Vec<TreeNode<'t>>; 2],
    pub(super) pairs: Vec<Pair>,
}

impl<'t> Children<'t> {
    pub(super) fn new(left: [Vec<TreeNode<'t>>; 2]) -> Self {
        Self { left, pairs: Vec::new() }
    }

    /// Pairs what is the same: of one name and type; of one name; or, if neither, of one type where the name has changed.
    pub(super) fn pair_up(&mut self) {
        self.pair_by(false, |node| Some((NodeLabel::of(node), node.type_name())));
        if self.left.iter().any(Vec::is_empty) {
            return;
        }
        self.pair_by(false, |node| Some((NodeLabel::of(node), short(node.type_name()))));
        // A field put before others moves them on.
        let position = |node| NodeLabel::of(node).is_position().then(|| short(node.type_name()));
        self.pair_if_as_many(position);
        self.pair_by(false, |node| Some(NodeLabel::of(node)).filter(|&key| key != NodeLabel::Contents));
        let kind = |node| Some((NodeLabel::of(node).can_be_renamed()?, short(node.type_name())));
        self.pair_if_as_many(|node| Some((kind(node)?, node.deep_size(), node.count())));
        self.pair_if_as_many(kind);
    }

    /// Pairs those with one key, in order.
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

    /// Pairs those with one key, in order, if there are as many earlier as later: as far as one can tell, they have got other
    /// names.
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

/// The one of these contents of a wrapper that would be what is in the other node, had there been no others: the report makes
/// contents of a single type part of their wrapper.
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
        // Collections may have been empty; whoever has fields has them always.
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
