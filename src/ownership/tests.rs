//! Compares the graph algorithms with slow and simple ones.

use std::collections::BTreeSet;
use std::vec;
use std::vec::Vec;

use super::components::{ShortestCycle, components};
use super::csr::{Csr, NONE};
use super::dominators::{immediate_dominators, retained};

/// The number of random graphs.
const GRAPHS: u64 = 20_000;

/// The xorshift generator of Marsaglia (2003).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) % limit) as u32
    }
}

/// A graph of up to 9 nodes, sparse or dense, with loops and double edges.
fn random_graph(seed: u64) -> (Csr, Vec<(u32, u32)>) {
    let mut dice = Dice((seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let nodes = 1 + u64::from(dice.below(9));
    let limit = 3 * nodes;
    let edges: Vec<(u32, u32)> =
        (0..dice.below(limit)).map(|_| (dice.below(nodes), dice.below(nodes))).collect();
    (Csr::new(nodes as usize, edges.iter().copied()), edges)
}

/// The nodes reachable from `start`, including `start`, on paths that avoid `without`.
fn reachable(graph: &Csr, start: u32, without: u32) -> BTreeSet<u32> {
    let mut reached = BTreeSet::new();
    let mut open = vec![start];
    while let Some(node) = open.pop() {
        if node != without && reached.insert(node) {
            open.extend(graph.of(node));
        }
    }
    reached
}

#[test]
fn a_dominator_is_a_node_without_which_there_is_no_way() {
    for seed in 0..GRAPHS {
        let (graph, edges) = random_graph(seed);
        let nodes = graph.len() as u32;
        let all = reachable(&graph, 0, NONE);
        // dominated[d]: the nodes that become unreachable without d.
        let dominated: Vec<BTreeSet<u32>> = (0..nodes)
            .map(|node| match all.contains(&node) {
                true => all.difference(&reachable(&graph, 0, node)).copied().collect(),
                false => BTreeSet::new(),
            })
            .collect();
        let found = immediate_dominators(&graph);
        for node in 0..nodes {
            // Dominators form a chain. The immediate one dominates the fewest nodes.
            let others =
                all.iter().filter(|&&other| other != node && dominated[other as usize].contains(&node));
            let expected = others.min_by_key(|&&other| dominated[other as usize].len()).copied();
            assert_eq!(found[node as usize], expected.unwrap_or(NONE), "node {node} of {edges:?}");
        }

        let bytes: Vec<usize> = (0..nodes as usize).map(|node| 1 << (4 * node)).collect();
        let retained = retained(&found, &bytes);
        for node in &all {
            let expected: usize = dominated[*node as usize].iter().map(|&lost| bytes[lost as usize]).sum();
            assert_eq!(retained[*node as usize], expected, "node {node} of {edges:?}");
        }
    }
}

#[test]
fn a_component_is_what_can_reach_each_other() {
    for seed in 0..GRAPHS {
        let (graph, edges) = random_graph(seed);
        let nodes = graph.len() as u32;
        let (component, count) = components(&graph);
        let reached: Vec<_> = (0..nodes).map(|node| reachable(&graph, node, NONE)).collect();
        for (a, b) in (0..nodes).flat_map(|a| (0..nodes).map(move |b| (a, b))) {
            let (to, back) = (reached[a as usize].contains(&b), reached[b as usize].contains(&a));
            assert_eq!(
                component[a as usize] == component[b as usize],
                to && back,
                "{a} and {b} of {edges:?}"
            );
            assert!(!to || component[b as usize] <= component[a as usize], "{a} and {b} of {edges:?}");
        }
        assert_eq!(component.iter().collect::<BTreeSet<_>>().len(), count);
    }
}

#[test]
fn the_cycle_found_is_a_shortest_one() {
    for seed in 0..GRAPHS {
        let (graph, edges) = random_graph(seed);
        let (component, count) = components(&graph);
        let mut search = ShortestCycle::new(&graph, &component);
        for group in 0..count as u32 {
            let members: Vec<u32> =
                (0..graph.len() as u32).filter(|&node| component[node as usize] == group).collect();
            let found = search.among(&members);
            let next = found.iter().cycle().skip(1);
            assert!(found.iter().zip(next).all(|(&from, to)| graph.of(from).contains(to)), "{edges:?}");
            assert!(found.iter().all(|node| members.contains(node)));

            let shortest = members.iter().filter_map(|&node| distance_back(&graph, node)).min();
            assert_eq!(found.len(), shortest.unwrap_or(0), "group {group} of {edges:?}");
        }
    }
}

/// The length of a shortest cycle through a node.
fn distance_back(graph: &Csr, start: u32) -> Option<usize> {
    let mut reached: BTreeSet<u32> = graph.of(start).iter().copied().collect();
    for steps in 1..=graph.len() {
        if reached.contains(&start) {
            return Some(steps);
        }
        reached = reached.iter().flat_map(|&node| graph.of(node)).copied().collect();
    }
    None
}

#[test]
fn large_graphs_take_little_more_than_linear_time() {
    const NODES: u32 = 1_000_000;
    // All nodes of a list point back, and to one more node: the worst case for algorithms that climb trees.
    let list = (0..NODES - 2).map(|node| (node, node + 1));
    let back = (1..NODES - 1).map(|node| (node, node - 1));
    let common = (0..NODES - 1).map(|node| (node, NODES - 1));
    let graph = Csr::new(NODES as usize, list.chain(back).chain(common));
    let dominators = immediate_dominators(&graph);
    assert_eq!(dominators[NODES as usize - 1], 0);
    assert!((1..NODES - 1).all(|node| dominators[node as usize] == node - 1));
    let retained = retained(&dominators, &vec![1; NODES as usize]);
    assert_eq!((retained[0], retained[1]), (NODES as usize, NODES as usize - 2));

    let (component, count) = components(&graph);
    assert_eq!(count, 2);
    let members: Vec<u32> = (0..NODES - 1).collect();
    assert_eq!(ShortestCycle::new(&graph, &component).among(&members).len(), 2);
}

#[test]
fn the_only_cycle_of_a_large_ring_is_found_at_once() {
    const NODES: u32 = 1_000_000;
    let graph = Csr::new(NODES as usize, (0..NODES).map(|node| (node, (node + 1) % NODES)));
    let (component, count) = components(&graph);
    assert_eq!(count, 1);
    let members: Vec<u32> = (0..NODES).collect();
    assert_eq!(ShortestCycle::new(&graph, &component).among(&members), members);
}
