//! Two trees, and the places to which their nodes belong.

use std::collections::{HashSet, VecDeque};
use std::vec;
use std::vec::Vec;

use super::amounts::PathTotals;
use crate::inspect::Report;
use crate::tree::stats::NONE;
use crate::tree::{Tree, TreeNode};

/// A place in one or both trees.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The earlier and the later node, or `NONE`.
    pub(super) nodes: [u32; 2],
    /// The parent, which comes before its children. `NONE` for the root.
    pub(super) parent: u32,
    pub(super) amounts: [PathTotals; 2],
    /// Whether the two nodes have different names.
    pub(super) is_renamed: bool,
}

/// One of the two trees.
pub(super) struct Side<'t> {
    pub(super) tree: &'t Tree,
    pub(super) types: HashSet<&'t str>,
    /// The place that counts each node, or `NONE` so far.
    pub(super) home: Vec<u32>,
}

impl<'t> Side<'t> {
    fn new(report: &'t Report) -> Self {
        let tree = &report.tree;
        let types = report.types().iter().map(|total| &*total.type_name).collect();
        Self { tree, types, home: vec![NONE; tree.nodes.len()] }
    }

    pub(super) fn children(&self, node: u32) -> Vec<TreeNode<'t>> {
        self.tree.node(node).children().filter(|child| !child.is_shared_reference()).collect()
    }
}

/// A node that is folded in the other tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct Folded {
    pub(super) side: usize,
    pub(super) node: u32,
    /// The node of the other tree with which it is counted.
    pub(super) target: u32,
    /// The fallback place.
    pub(super) otherwise: u32,
}

/// Both trees, and the alignment so far.
pub(super) struct Layers<'t> {
    pub(super) sides: [Side<'t>; 2],
    pub(super) places: Vec<Place>,
    /// Nodes that are folded only in the other tree.
    pub(super) folded: Vec<Folded>,
}

impl<'t> Layers<'t> {
    pub(super) fn new(earlier: &'t Report, later: &'t Report) -> Self {
        Self { sides: [Side::new(earlier), Side::new(later)], places: Vec::new(), folded: Vec::new() }
    }

    pub(super) fn add_place(&mut self, place: Place) -> u32 {
        self.places.push(place);
        self.places.len() as u32 - 1
    }

    /// Counts a node, without its children, at a place.
    pub(super) fn count(&mut self, side: usize, node: TreeNode<'t>, place: u32) {
        self.sides[side].home[node.id() as usize] = place;
        self.places[place as usize].amounts[side].add(node);
    }

    /// Makes a place for a node of one tree, and for its descendants.
    pub(super) fn add_alone(&mut self, side: usize, node: u32, parent: u32) {
        let mut known = VecDeque::from([(node, parent)]);
        while let Some((node, parent)) = known.pop_front() {
            let mut nodes = [NONE; 2];
            nodes[side] = node;
            let amounts = [PathTotals::default(); 2];
            let place = self.add_place(Place { nodes, parent, amounts, is_renamed: false });
            self.count(side, self.sides[side].tree.node(node), place);
            known.extend(self.sides[side].children(node).iter().map(|child| (child.id(), place)));
        }
    }
}
