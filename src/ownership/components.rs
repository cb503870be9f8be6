//! Strongly connected components, and shortest cycles in them.

use std::collections::VecDeque;
use std::vec;
use std::vec::Vec;

use super::csr::{Csr, NONE};

/// The strongly connected component of each node, and the number of components. No edge goes to a component with a larger
/// number.
///
/// Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Comput. 1(2), 1972, without recursion: O(n + m).
pub(crate) fn components(successors: &Csr) -> (Vec<u32>, usize) {
    let count = successors.len();
    let (mut component, mut components) = (vec![NONE; count], 0);
    let (mut number, mut low) = (vec![NONE; count], vec![NONE; count]);
    let (mut visited, mut open) = (0, Vec::new());
    let mut stack: Vec<(u32, usize)> = Vec::new();
    for root in 0..count as u32 {
        if number[root as usize] != NONE {
            continue;
        }
        stack.push((root, 0));
        while let Some((node, looked_at)) = stack.last_mut() {
            let (node, at) = (*node, *node as usize);
            if *looked_at == 0 && number[at] == NONE {
                (number[at], low[at]) = (visited, visited);
                visited += 1;
                open.push(node);
            }
            if let Some(&next) = successors.of(node).get(*looked_at) {
                *looked_at += 1;
                if number[next as usize] == NONE {
                    stack.push((next, 0));
                } else if component[next as usize] == NONE {
                    low[at] = low[at].min(number[next as usize]);
                }
                continue;
            }
            stack.pop();
            if let Some(&(parent, _)) = stack.last() {
                low[parent as usize] = low[parent as usize].min(low[at]);
            }
            if low[at] == number[at] {
                while let Some(member) = open.pop() {
                    component[member as usize] = components;
                    if member == node {
                        break;
                    }
                }
                components += 1;
            }
        }
    }
    (component, components as usize)
}

/// Finds short cycles. All components share its buffers.
pub(crate) struct ShortestCycle<'g> {
    successors: &'g Csr,
    component: &'g [u32],
    /// For each node: the start of the last search that reached it, its distance from there, and its predecessor.
    reached: Vec<(u32, u32, u32)>,
    queue: VecDeque<u32>,
}

impl<'g> ShortestCycle<'g> {
    pub(crate) fn new(successors: &'g Csr, component: &'g [u32]) -> Self {
        let reached = vec![(NONE, 0, NONE); successors.len()];
        Self { successors, component, reached, queue: VecDeque::new() }
    }

    /// The nodes of a shortest cycle among the members of a component, in order. Empty if there is none.
    ///
    /// Runs a breadth-first search from each member, never deeper than the best cycle so far. Every known algorithm takes
    /// nodes × edges in the worst case. So the search ends after 64 visits of each edge, with a shortest cycle through the
    /// members tried so far. Up to 64 members are always tried.
    pub(crate) fn among(&mut self, members: &[u32]) -> Vec<u32> {
        let (component, successors) = (self.component, self.successors);
        let is_inside = |from: u32, to: u32| component[from as usize] == component[to as usize];
        let inner = |&node: &u32| successors.of(node).iter().filter(|&&to| is_inside(node, to)).count();
        let edges: usize = members.iter().map(inner).sum();
        let is_ring = edges == members.len();
        let mut looks = 64 * edges.max(members.len());
        let mut best = Vec::new();
        for &start in members {
            let limit = if best.is_empty() { members.len() } else { best.len() - 1 };
            if let Some(cycle) = self.through(start, limit, &mut looks) {
                best = cycle;
            }
            // A ring has only one cycle.
            if best.len() == 1 || looks == 0 || (is_ring && !best.is_empty()) {
                break;
            }
        }
        best
    }

    /// A shortest cycle through `start`, of at most `limit` nodes.
    fn through(&mut self, start: u32, limit: usize, looks: &mut usize) -> Option<Vec<u32>> {
        self.queue.clear();
        self.queue.push_back(start);
        self.reached[start as usize] = (start, 0, NONE);
        while let Some(node) = self.queue.pop_front() {
            let (_, distance, _) = self.reached[node as usize];
            if distance as usize >= limit {
                return None;
            }
            for &next in self.successors.of(node) {
                if self.component[next as usize] != self.component[start as usize] {
                    continue;
                }
                *looks = looks.saturating_sub(1);
                if next == start {
                    return Some(self.way_to(node));
                }
                if self.reached[next as usize].0 != start {
                    self.reached[next as usize] = (start, distance + 1, node);
                    self.queue.push_back(next);
                }
            }
        }
        None
    }

    fn way_to(&self, node: u32) -> Vec<u32> {
        let mut way = Vec::new();
        let mut node = node;
        while node != NONE {
            way.push(node);
            node = self.reached[node as usize].2;
        }
        way.reverse();
        way
    }
}
