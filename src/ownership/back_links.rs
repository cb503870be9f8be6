//! Handles that close cycles: without them, a drop would leak less.

use std::collections::BTreeSet;
use std::vec;
use std::vec::Vec;

use super::components::components;
use super::csr::{Csr, NONE};
use super::graph::{HandleEdge, HandleGraph, ROOT};

/// The most declarations that are tried. Each takes time linear in the graph.
const MOST_DECLARATIONS: usize = 8;

/// Strong handles of one declaration. If they were weak, a drop would free some groups of blocks that it leaks now.
///
/// Invariant: without these handles, the value still owns every block of the groups.
#[derive(Clone, Debug)]
pub(crate) struct BackLinks {
    /// The places of the handles, in the order of the walk.
    pub(crate) places: Vec<u32>,
    /// The number of groups, and of their blocks.
    pub(crate) groups: usize,
    pub(crate) blocks: usize,
    /// The bytes that the drop would free, or a lower bound.
    pub(crate) bytes: usize,
    pub(crate) is_exact: bool,
}

/// The groups of blocks that a drop leaks.
pub(super) struct Groups<'g> {
    pub(super) graph: &'g HandleGraph,
    /// The positions of the edges with strong handles from one leaked block to another.
    pub(super) inner: &'g [u32],
    /// The group of each block. A block outside all groups has a number that is not in `numbers`.
    pub(super) group_of: &'g [u32],
    /// Largest first.
    pub(super) numbers: &'g [u32],
    pub(super) members: &'g Csr,
    /// By group, the bytes that it alone keeps alive.
    pub(super) bytes: &'g dyn Fn(u32) -> usize,
}

impl Groups<'_> {
    /// The back links among the handles at the places of `likely`, most likely first.
    ///
    /// `declaration` numbers the declarations of handles. It returns `None` if the handles at a place cannot be weak, or have
    /// several declarations.
    pub(super) fn back_links(
        &self,
        likely: impl Iterator<Item = u32>,
        mut declaration: impl FnMut(u32) -> Option<u32>,
    ) -> Vec<BackLinks> {
        let mut candidates = Vec::new();
        for place in likely {
            let Some(candidate) = declaration(place).filter(|found| !candidates.contains(found)) else {
                continue;
            };
            candidates.push(candidate);
            if candidates.len() == MOST_DECLARATIONS {
                break;
            }
        }
        let declared = |edge: &HandleEdge| match edge.is_scattered {
            true => NONE,
            false => declaration(edge.place).unwrap_or(NONE),
        };
        let declarations: Vec<u32> = self.graph.edges.iter().map(declared).collect();
        let held = self.held();
        let mut open: Vec<u32> = self.numbers.iter().copied().filter(|group| !held.contains(group)).collect();
        let links = candidates.into_iter().filter_map(|candidate| {
            let broken = self.broken_without(candidate, &declarations);
            let done: BTreeSet<u32> = open.iter().copied().filter(|group| broken.contains(group)).collect();
            open.retain(|group| !done.contains(group));
            self.links(candidate, &declarations, &done)
        });
        links.collect()
    }

    /// The groups that other groups keep alive.
    fn held(&self) -> BTreeSet<u32> {
        let ends = self.inner.iter().map(|&edge| self.groups_at(&self.graph.edges[edge as usize]));
        ends.filter(|[from, to]| from != to).map(|[_, to]| to).collect()
    }

    fn groups_at(&self, edge: &HandleEdge) -> [u32; 2] {
        [edge.from, edge.to].map(|block| self.group_of[block as usize])
    }

    /// The groups without cycles, and still owned by the value, if the handles of a declaration were weak.
    fn broken_without(&self, candidate: u32, declarations: &[u32]) -> BTreeSet<u32> {
        let strong = self.graph.edges.iter().zip(declarations);
        let strong = strong.filter(|(edge, of)| edge.handles.strong > 0 && **of != candidate);
        let pairs = strong.map(|(edge, _)| (edge.from, edge.to));
        let successors = Csr::new(self.graph.blocks.len(), pairs);
        let (component, count) = components(&successors);
        let mut sizes = vec![0_u32; count];
        component.iter().for_each(|&of| sizes[of as usize] += 1);
        let is_reached = reachable(&successors);
        let is_free = |&block: &u32| {
            sizes[component[block as usize] as usize] == 1
                && is_reached[block as usize]
                && !successors.of(block).contains(&block)
        };
        self.numbers.iter().copied().filter(|&group| self.members.of(group).iter().all(is_free)).collect()
    }

    fn links(&self, candidate: u32, declarations: &[u32], done: &BTreeSet<u32>) -> Option<BackLinks> {
        let mut places = BTreeSet::new();
        let mut has_others = false;
        for &edge in self.inner {
            let (of, edge) = (declarations[edge as usize], &self.graph.edges[edge as usize]);
            match self.groups_at(edge) {
                [from, to] if from == to && of == candidate && done.contains(&from) => {
                    places.insert(edge.place);
                }
                // Without this handle, a group that still leaks may keep less alive.
                [from, _] => has_others |= [candidate, NONE].contains(&of) && !done.contains(&from),
            }
        }
        (!places.is_empty()).then(|| BackLinks {
            places: places.into_iter().collect(),
            groups: done.len(),
            blocks: done.iter().map(|&group| self.members.of(group).len()).sum(),
            bytes: done.iter().map(|&group| (self.bytes)(group)).sum(),
            is_exact: done.len() == 1 && !has_others,
        })
    }
}

/// Whether each node is reachable from the root.
fn reachable(successors: &Csr) -> Vec<bool> {
    let mut is_reached = vec![false; successors.len()];
    is_reached[ROOT as usize] = true;
    let mut open = vec![ROOT];
    while let Some(node) = open.pop() {
        for &next in successors.of(node) {
            if !core::mem::replace(&mut is_reached[next as usize], true) {
                open.push(next);
            }
        }
    }
    is_reached
}
