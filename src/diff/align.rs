//! Aligns two trees.
//!
//! A place of the result is a node of the earlier tree, of the later tree, or of both. The roots form a place. If two nodes form a
//! place, so do their matching children ([`pairs`](super::pairs)). Each byte of either tree counts at exactly one place, so the
//! changes of all places add up to the change of the total.
//!
//! Two properties depend on the number of values, and are made equal first:
//!
//! - Contents of a wrapper have their own nodes only if they are of several types. If the other tree has only one of these
//!   types, that type becomes part of the wrapper here too.
//! - A recursive type is folded only where the walk found it inside itself. A node that is folded in one tree counts where the
//!   other tree counts it.

use std::collections::{HashMap, VecDeque};
use std::vec::Vec;

use super::amounts::PathTotals;
use super::layers::{Folded, Layers, Place};
use super::pairs::{Children, NodeLabel, Pair, merged};
use crate::inspect::Report;
use crate::tree::TreeNode;
use crate::tree::stats::NONE;

/// All places of two reports. A parent comes before its children.
pub(super) fn align(earlier: &Report, later: &Report) -> Vec<Place> {
    let mut layers = Layers::new(earlier, later);
    layers.match_from_the_roots();
    layers.fold();
    layers.match_references();
    layers.add_up();
    layers.places
}

impl<'t> Layers<'t> {
    fn match_from_the_roots(&mut self) {
        let root = Pair { nodes: [0, 0], is_renamed: false };
        let mut known = VecDeque::from_iter(self.add_pair(NONE, root));
        while let Some(place) = known.pop_front() {
            let [earlier, later] = self.places[place as usize].nodes;
            let left = [self.sides[0].children(earlier), self.sides[1].children(later)];
            let mut children = Children::new(left);
            self.merge(place, &mut children.left);
            children.pair_up();
            let Children { left, mut pairs } = children;
            pairs.sort_by_key(|pair| pair.nodes[1]);
            known.extend(pairs.into_iter().filter_map(|pair| self.add_pair(place, pair)));
            for (side, nodes) in left.into_iter().enumerate() {
                nodes.into_iter().for_each(|node| self.add_alone(side, node.id(), place));
            }
        }
    }

    /// Makes the contents of a wrapper part of this place if they are part of it in the other tree.
    fn merge(&mut self, place: u32, children: &mut [Vec<TreeNode<'t>>; 2]) {
        let is_contents = |node: &TreeNode<'_>| NodeLabel::of(*node) == NodeLabel::Contents;
        let contents =
            [0, 1].map(|side| children[side].iter().copied().filter(is_contents).collect::<Vec<_>>());
        let (side, mut contents) = match contents {
            [some, none] if !some.is_empty() && none.is_empty() => (0, some),
            [none, some] if !some.is_empty() && none.is_empty() => (1, some),
            _ => return,
        };
        let types = &self.sides[1 - side].types;
        while let Some(part) = merged(&contents, &children[1 - side], |name| types.contains(name)) {
            let inside = self.sides[side].children(part.id());
            contents = inside.iter().copied().filter(is_contents).collect();
            children[side].retain(|child| child.id() != part.id());
            children[side].extend(inside);
            self.sides[side].home[part.id() as usize] = place;
            let sums = &mut self.places[place as usize].amounts[side];
            let count = sums.count;
            sums.add(part);
            sums.count = count;
        }
    }

    /// Makes a place for two nodes, and queues it if their children need to be matched.
    fn add_pair(&mut self, parent: u32, Pair { nodes, is_renamed }: Pair) -> Option<u32> {
        let place = self.add_place(Place { nodes, parent, amounts: [PathTotals::default(); 2], is_renamed });
        let node = [0, 1].map(|side| self.sides[side].tree.node(nodes[side]));
        let (folded, other) = match [node[0].refers_to(), node[1].refers_to()] {
            [None, Some(_)] => (1, 0),
            [Some(_), None] => (0, 1),
            _ => {
                (0..2).for_each(|side| self.count(side, node[side], place));
                return Some(place);
            }
        };
        self.count(folded, node[folded], place);
        self.places[place as usize].amounts[other].count = node[other].count();
        let target = node[folded].refers_to().map_or(0, |target| target.id());
        self.folded.push(Folded { side: other, node: nodes[other], target, otherwise: place });
        None
    }

    /// Merges the references at one place. They hold nothing, and their order may depend on a hash map.
    fn match_references(&mut self) {
        let mut known: HashMap<u32, u32> = HashMap::new();
        for side in [1, 0] {
            let tree = self.sides[side].tree;
            for node in tree.iter().filter(TreeNode::is_shared_reference) {
                let holder = node.parent().map_or(0, |parent| parent.id());
                let parent = self.sides[side].home[holder as usize];
                let place = *known.entry(parent).or_insert_with(|| {
                    let amounts = [PathTotals::default(); 2];
                    self.places.push(Place { nodes: [NONE; 2], parent, amounts, is_renamed: false });
                    self.places.len() as u32 - 1
                });
                self.count(side, node, place);
                let first = &mut self.places[place as usize].nodes[side];
                *first = node.id().min(*first);
            }
        }
    }

    /// Sums up each place, and the places inside it.
    fn add_up(&mut self) {
        for place in (0..self.places.len()).rev() {
            let parent = self.places[place].parent;
            for side in [0, 1] {
                let amounts = &mut self.places[place].amounts[side];
                amounts.deep_size = amounts.deep_size.saturating_add(amounts.own_size);
                let deep = amounts.deep_size;
                if let Some(parent) = self.places.get_mut(parent as usize) {
                    let sum = &mut parent.amounts[side].deep_size;
                    *sum = sum.saturating_add(deep);
                }
            }
        }
    }
}
