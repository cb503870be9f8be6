//! Counts nodes that are folded in only one tree at the places where that tree counts them.
//!
//! The walk decides where recursive types fold, so the two trees may differ. The target of a fold is matched with the node in the
//! other tree, and so are their children. A match may have to wait until its target has a place. The decisions of a round depend
//! only on earlier rounds, so the result is symmetric.

use core::mem;
use std::collections::HashMap;
use std::vec::Vec;

use super::layers::{Folded, Layers};
use super::pairs::NodeLabel;
use crate::tree::TreeNode;
use crate::tree::stats::NONE;

/// The children of each node of a tree, by name.
type Index<'t> = HashMap<(u32, NodeLabel<'t>), Vec<TreeNode<'t>>>;

/// A child and its match in the other tree. One of them, or both, refer to another node, so they are counted last.
#[derive(Clone, Copy)]
struct Late<'t> {
    side: usize,
    child: TreeNode<'t>,
    other: TreeNode<'t>,
    otherwise: u32,
}

/// The first node that shares a place with others, by place and side.
#[derive(Default)]
struct Guests(HashMap<(u32, usize), u32>);

impl Guests {
    fn add(&mut self, place: u32, side: usize, node: u32) {
        let first = self.0.entry((place, side)).or_insert(NONE);
        *first = node.min(*first);
    }
}

impl<'t> Layers<'t> {
    /// Takes linear time, unless folds wait for each other.
    pub(super) fn fold(&mut self) {
        let mut waiting = mem::take(&mut self.folded);
        if waiting.is_empty() {
            return;
        }
        let indices = [self.index(0), self.index(1)];
        let mut guests = Guests::default();
        let mut late = Vec::new();
        while !waiting.is_empty() {
            let (ready, rest) = self.ready(waiting);
            waiting = rest;
            for (folded, home) in ready {
                let Folded { side, node, target, otherwise } = folded;
                guests.add(home, side, node);
                self.count(side, self.sides[side].tree.node(node), home);
                for child in self.sides[side].children(node) {
                    let Some(other) = same_child(&indices[1 - side], target, child) else {
                        self.add_alone(side, child.id(), home);
                        continue;
                    };
                    if child.refers_to().is_some() || other.refers_to().is_some() {
                        late.push(Late { side, child, other, otherwise });
                    }
                    if child.refers_to().is_none() {
                        let target = other.refers_to().unwrap_or(other).id();
                        waiting.push(Folded { node: child.id(), target, ..folded });
                    }
                }
            }
        }
        self.count_late(&late, &mut guests);
        for ((place, side), first) in guests.0 {
            let node = &mut self.places[place as usize].nodes[side];
            *node = if *node == NONE { first } else { *node };
        }
    }

    fn index(&self, side: usize) -> Index<'t> {
        let mut index = Index::new();
        for node in self.sides[side].tree.iter() {
            if let Some(parent) = node.parent() {
                index.entry((parent.id(), NodeLabel::of(node))).or_default().push(node);
            }
        }
        index
    }

    /// Separates the folds whose place is known from the others. If all wait for each other, they use their fallbacks.
    fn ready(&self, waiting: Vec<Folded>) -> (Vec<(Folded, u32)>, Vec<Folded>) {
        let home = |folded: &Folded| self.sides[1 - folded.side].home[folded.target as usize];
        let (waiting, ready): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|folded| home(folded) == NONE);
        if ready.is_empty() {
            return (waiting.into_iter().map(|folded| (folded, folded.otherwise)).collect(), Vec::new());
        }
        (ready.into_iter().map(|folded| (folded, home(&folded))).collect(), waiting)
    }

    fn count_late(&mut self, late: &[Late<'t>], guests: &mut Guests) {
        let home = |late: &Late<'_>| self.sides[1 - late.side].home[late.other.id() as usize];
        let homes: Vec<u32> = late.iter().map(home).collect();
        for (&Late { side, child, other, otherwise }, home) in late.iter().zip(homes) {
            let home = if home == NONE { otherwise } else { home };
            match (child.refers_to(), other.refers_to()) {
                (Some(_), Some(_)) => {
                    guests.add(home, side, child.id());
                    self.count(side, child, home);
                }
                // Counts at the target.
                (Some(_), None) => self.sides[side].home[child.id() as usize] = home,
                // Counts at the target of the other node.
                _ => {
                    guests.add(home, side, child.id());
                    let count = &mut self.places[home as usize].amounts[side].count;
                    *count = count.saturating_add(child.count());
                }
            }
        }
    }
}

/// The child of `target` in the other tree with the name of `child`, and preferably its type.
fn same_child<'t>(index: &Index<'t>, target: u32, child: TreeNode<'t>) -> Option<TreeNode<'t>> {
    let key = NodeLabel::of(child);
    let alike = index.get(&(target, key))?;
    let same_type = alike.iter().find(|other| other.type_name() == child.type_name());
    // Only the type identifies the contents of a wrapper.
    same_type.or(alike.first().filter(|_| key != NodeLabel::Contents)).copied()
}
