//! Handles that close cycles: without them, a drop would leak less.

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
    /// The number of groups.
    pub(crate) groups: usize,
    /// The number of blocks in these groups.
    pub(crate) blocks: usize,
    /// The bytes that the drop would free in addition. A lower bound unless `is_exact`.
    pub(crate) bytes: usize,
    pub(crate) is_exact: bool,
}

/// The groups of blocks that a drop leaks.
pub(super) struct Groups<'g> {
    pub(super) graph: &'g HandleGraph,
    /// The indices of the edges with strong handles from one leaked block to another.
    pub(super) inner: &'g [u32],
    /// The group of each block. A block outside all groups has a number that is not in `numbers`.
    pub(super) group_of: &'g [u32],
    /// Largest first.
    pub(super) numbers: &'g [u32],
    pub(super) members: &'g Csr,
    /// The bytes that only the group of this number keeps alive.
    pub(super) bytes: &'g dyn Fn(u32) -> usize,
}

impl Groups<'_> {
    /// Finds the back links among the handles at these places. `likely` begins with the most likely ones.
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
        let mut is_open = vec![true; self.members.len()];
        // Another group keeps these alive.
        self.ends().filter(|[from, to]| from != to).for_each(|[_, to]| is_open[to as usize] = false);
        let links = candidates.into_iter().filter_map(|candidate| {
            let is_broken = self.broken_without(candidate, &declarations);
            let mut done = self.numbers.to_vec();
            done.retain(|&group| is_open[group as usize] && is_broken(group));
            done.iter().for_each(|&group| is_open[group as usize] = false);
            self.links(candidate, &declarations, &done)
        });
        links.collect()
    }

    /// For each inner edge, the groups of its two blocks.
    fn ends(&self) -> impl Iterator<Item = [u32; 2]> {
        let edges = self.inner.iter().map(|&edge| &self.graph.edges[edge as usize]);
        edges.map(|edge| [edge.from, edge.to].map(|block| self.group_of[block as usize]))
    }

    /// Whether a group would have no cycles, but still be owned by the value, if the handles of a declaration were weak.
    fn broken_without(&self, candidate: u32, declarations: &[u32]) -> impl Fn(u32) -> bool {
        let strong = self.graph.edges.iter().zip(declarations);
        let strong = strong.filter(|(edge, of)| edge.handles.strong > 0 && **of != candidate);
        let pairs = strong.map(|(edge, _)| (edge.from, edge.to));
        let successors = Csr::new(self.graph.blocks.len(), pairs);
        let (component, count) = components(&successors);
        let mut sizes = vec![0_u32; count];
        component.iter().for_each(|&of| sizes[of as usize] += 1);
        let is_reached = reachable(&successors);
        let is_free = move |&block: &u32| {
            sizes[component[block as usize] as usize] == 1
                && is_reached[block as usize]
                && !successors.of(block).contains(&block)
        };
        move |group| self.members.of(group).iter().all(&is_free)
    }

    fn links(&self, candidate: u32, declarations: &[u32], done: &[u32]) -> Option<BackLinks> {
        let mut is_done = vec![false; self.members.len()];
        done.iter().for_each(|&group| is_done[group as usize] = true);
        let (mut places, mut has_others) = (Vec::new(), false);
        for (&edge, [from, to]) in self.inner.iter().zip(self.ends()) {
            let (of, is_done) = (declarations[edge as usize], is_done[from as usize]);
            if of == candidate && from == to && is_done {
                places.push(self.graph.edges[edge as usize].place);
            }
            // If this handle were weak, a group that still leaks might keep fewer bytes alive.
            has_others |= [candidate, NONE].contains(&of) && !is_done;
        }
        places.sort_unstable();
        places.dedup();
        (!places.is_empty()).then(|| BackLinks {
            places,
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
