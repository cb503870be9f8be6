//! Immediate dominators: the last node on every path from the root to another node.

use std::vec;
use std::vec::Vec;

use super::csr::{Csr, NONE};

/// The immediate dominator of each node reachable from node 0. [`NONE`] for node 0 and for unreachable nodes.
///
/// Lengauer and Tarjan, "A fast algorithm for finding dominators in a flowgraph", ACM TOPLAS 1(1), 1979, in the simple form with
/// path compression: O(m log n) for n nodes and m edges. The algorithm of Cooper, Harvey and Kennedy is shorter and usually
/// faster. But it is quadratic if all nodes of a long list point to one more node, such as a shared configuration. No recursion,
/// because a list may have a million nodes.
pub(crate) fn immediate_dominators(successors: &Csr) -> Vec<u32> {
    let tree = DepthFirst::new(successors);
    let predecessors = successors.reversed();
    let count = tree.nodes.len();

    // Below, nodes are numbered in depth-first order.
    let mut forest = Forest::new(count);
    let mut dominators = vec![NONE; count];
    // For each node, the list of nodes with this semidominator, linked through `next`.
    let (mut bucket, mut next) = (vec![NONE; count], vec![NONE; count]);
    for node in (1..count as u32).rev() {
        let at = node as usize;
        for &predecessor in predecessors.of(tree.nodes[at]) {
            let predecessor = tree.numbers[predecessor as usize];
            if predecessor != NONE {
                let best = forest.best(predecessor);
                forest.semi[at] = forest.semi[at].min(forest.semi[best as usize]);
            }
        }
        let semi = forest.semi[at] as usize;
        next[at] = bucket[semi];
        bucket[semi] = node;
        let parent = tree.parents[at];
        forest.ancestor[at] = parent;
        let mut other = core::mem::replace(&mut bucket[parent as usize], NONE);
        while other != NONE {
            let best = forest.best(other);
            let is_below = forest.semi[best as usize] < forest.semi[other as usize];
            dominators[other as usize] = if is_below { best } else { parent };
            other = next[other as usize];
        }
    }
    for node in 1..count {
        if dominators[node] != forest.semi[node] {
            dominators[node] = dominators[dominators[node] as usize];
        }
    }

    let mut result = vec![NONE; successors.len()];
    for node in 1..count {
        result[tree.nodes[node] as usize] = tree.nodes[dominators[node] as usize];
    }
    result
}

/// The retained size of each node: its own `bytes` and the `bytes` of all nodes that it dominates.
pub(crate) fn retained(dominators: &[u32], bytes: &[usize]) -> Vec<usize> {
    // From the leaves of the dominator tree upwards.
    let mut waits_for = vec![0_u32; dominators.len()];
    let inner = |node: &&u32| **node != NONE;
    dominators.iter().filter(inner).for_each(|&dominator| waits_for[dominator as usize] += 1);
    let mut retained = bytes.to_vec();
    let mut ready: Vec<u32> =
        (0..dominators.len() as u32).filter(|&node| waits_for[node as usize] == 0).collect();
    while let Some(node) = ready.pop() {
        let dominator = dominators[node as usize];
        if dominator == NONE {
            continue;
        }
        let dominator_at = dominator as usize;
        retained[dominator_at] = retained[dominator_at].saturating_add(retained[node as usize]);
        waits_for[dominator_at] -= 1;
        if waits_for[dominator_at] == 0 {
            ready.push(dominator);
        }
    }
    retained
}

/// A depth-first tree of the nodes reachable from node 0.
struct DepthFirst {
    /// The number of each node, or [`NONE`].
    numbers: Vec<u32>,
    /// The node of each number.
    nodes: Vec<u32>,
    /// The number of each numbered node's parent.
    parents: Vec<u32>,
}

impl DepthFirst {
    fn new(successors: &Csr) -> Self {
        let mut tree = Self { numbers: vec![NONE; successors.len()], nodes: Vec::new(), parents: Vec::new() };
        tree.number(0, NONE);
        // The open nodes, each with the number of successors already visited.
        let mut stack = vec![(0_u32, 0_usize)];
        while let Some((number, looked_at)) = stack.last_mut() {
            let Some(&node) = successors.of(tree.nodes[*number as usize]).get(*looked_at) else {
                stack.pop();
                continue;
            };
            *looked_at += 1;
            if tree.numbers[node as usize] == NONE {
                let parent = *number;
                stack.push((tree.number(node, parent), 0));
            }
        }
        tree
    }

    fn number(&mut self, node: u32, parent: u32) -> u32 {
        let number = self.nodes.len() as u32;
        self.numbers[node as usize] = number;
        self.nodes.push(node);
        self.parents.push(parent);
        number
    }
}

/// The forest of the algorithm, with compressed paths.
struct Forest {
    semi: Vec<u32>,
    ancestor: Vec<u32>,
    /// The node with the least semidominator on the compressed path above each node.
    label: Vec<u32>,
    path: Vec<u32>,
}

impl Forest {
    fn new(count: usize) -> Self {
        let own: Vec<u32> = (0..count as u32).collect();
        Self { semi: own.clone(), ancestor: vec![NONE; count], label: own, path: Vec::new() }
    }

    /// The node with the least semidominator from `node` up to the root of its tree, excluding the root.
    fn best(&mut self, node: u32) -> u32 {
        if self.ancestor[node as usize] == NONE {
            return node;
        }
        let mut above = node;
        while self.ancestor[self.ancestor[above as usize] as usize] != NONE {
            self.path.push(above);
            above = self.ancestor[above as usize];
        }
        while let Some(below) = self.path.pop() {
            let (below, above) = (below as usize, self.ancestor[below as usize] as usize);
            if self.semi[self.label[above] as usize] < self.semi[self.label[below] as usize] {
                self.label[below] = self.label[above];
            }
            self.ancestor[below] = self.ancestor[above];
        }
        self.label[node as usize]
    }
}
