//! The cycles of strong handles that a drop would leak.

use std::vec;
use std::vec::Vec;

use super::back_links::{BackLinks, Groups};
use super::components::{ShortestCycle, components};
use super::csr::Csr;
use super::dominators::{immediate_dominators, retained};
use super::drop_outcome::{DropOutcome, DropOutcomes};
use super::graph::{HandleEdge, HandleGraph, ROOT};
use super::retained::MemoryNodes;

/// A group of blocks that keep each other alive.
#[derive(Clone, Debug)]
pub(crate) struct Leak {
    /// The blocks of a shortest cycle, each with the place of its handle on the next block.
    pub(crate) links: Vec<(u32, u32)>,
    /// The number of blocks that can reach each other.
    pub(crate) blocks: usize,
    /// The bytes that only this group keeps alive.
    pub(crate) bytes: usize,
}

/// The groups, largest first, and the handles that close them. [`Groups::back_links`] documents `declaration`.
pub(super) fn leaks(
    graph: &HandleGraph,
    outgoing: &Csr,
    outcomes: &DropOutcomes,
    declaration: impl FnMut(u32) -> Option<u32>,
) -> (Vec<Leak>, Vec<BackLinks>) {
    let is_cyclic = |id: u32| outcomes.contents[id as usize] == DropOutcome::Cyclic;
    if !(0..graph.blocks.len() as u32).any(is_cyclic) {
        return (Vec::new(), Vec::new());
    }
    let is_inner = |edge: &HandleEdge| edge.handles.strong > 0 && is_cyclic(edge.from) && is_cyclic(edge.to);
    let inner = (0..).zip(&graph.edges).filter(|(_, edge)| is_inner(edge));
    let inner: Vec<u32> = inner.map(|(at, _)| at).collect();
    let ends = inner.iter().map(|&edge| &graph.edges[edge as usize]).map(|edge| (edge.from, edge.to));
    let successors = Csr::new(graph.blocks.len(), ends);
    let (component, count) = components(&successors);
    let members = Csr::new(count, (0..graph.blocks.len() as u32).map(|id| (component[id as usize], id)));

    let is_group = |group: &u32| match *members.of(*group) {
        [only] => successors.of(only).contains(&only),
        _ => true,
    };
    let groups: Vec<u32> = (0..count as u32).filter(is_group).collect();
    let bytes = kept_alone(graph, outcomes, &component, count, &groups);
    let mut shortest = ShortestCycle::new(&successors, &component);
    let mut leaks: Vec<(u32, Leak)> = groups
        .iter()
        .map(|&group| {
            let cycle = shortest.among(members.of(group));
            let next = cycle.iter().cycle().skip(1);
            let links = cycle.iter().zip(next).map(|(&from, &to)| (from, place(graph, outgoing, from, to)));
            let links = links.collect();
            (group, Leak { links, blocks: members.of(group).len(), bytes: bytes[group as usize + 1] })
        })
        .collect();
    leaks.sort_by_key(|(_, leak)| (core::cmp::Reverse(leak.bytes), leak.links.first().copied()));
    let (numbers, leaks): (Vec<u32>, Vec<Leak>) = leaks.into_iter().unzip();
    // The last handle of a cycle points back to its first block.
    let likely = leaks.iter().flat_map(|leak| leak.links.iter().rev().map(|&(_, place)| place));
    let groups = Groups {
        graph,
        inner: &inner,
        group_of: &component,
        numbers: &numbers,
        members: &members,
        bytes: &|group| bytes[group as usize + 1],
    };
    let back_links = groups.back_links(likely, declaration);
    (leaks, back_links)
}

/// The place in `from` with a strong handle on `to`.
fn place(graph: &HandleGraph, outgoing: &Csr, from: u32, to: u32) -> u32 {
    strong_edges(graph, outgoing, from, to).next().map_or(0, |edge| edge.place)
}

fn strong_edges<'g>(
    graph: &'g HandleGraph,
    outgoing: &'g Csr,
    from: u32,
    to: u32,
) -> impl Iterator<Item = &'g HandleEdge> {
    let edges = outgoing.of(from).iter().map(|&edge| &graph.edges[edge as usize]);
    edges.filter(move |edge| edge.to == to && edge.handles.strong > 0)
}

/// The bytes that only component `n` keeps alive, at index `n + 1`.
///
/// These are retained sizes in a graph whose root has an edge to every group, because a group keeps itself alive.
fn kept_alone(
    graph: &HandleGraph,
    outcomes: &DropOutcomes,
    component: &[u32],
    count: usize,
    groups: &[u32],
) -> Vec<usize> {
    let split = MemoryNodes::new(graph);
    // Root and components come first, then the memory nodes that are separate from their contents.
    let contents = |id: u32| component[id as usize] + 1;
    let memory = |id: u32| match split.memory[id as usize] {
        same if same == id => contents(id),
        own => own - graph.blocks.len() as u32 + count as u32 + 1,
    };
    let nodes = count + 1 + split.nodes - graph.blocks.len();
    let mut bytes = vec![0; nodes];
    for (id, block) in graph.blocks.iter().enumerate() {
        if outcomes.contents[id] == DropOutcome::Cyclic {
            bytes[contents(id as u32) as usize] += block.owned;
        }
        if outcomes.memory[id] == DropOutcome::Cyclic {
            bytes[memory(id as u32) as usize] += block.size;
        }
    }
    let kept =
        (0..graph.blocks.len() as u32).filter(|&id| outcomes.contents[id as usize] == DropOutcome::Cyclic);
    let own = kept.map(|id| (contents(id), memory(id)));
    let handles =
        graph.edges.iter().filter(|edge| outcomes.contents[edge.from as usize] == DropOutcome::Cyclic);
    let handles = handles.flat_map(|edge| {
        let strong = (edge.handles.strong > 0).then(|| (contents(edge.from), contents(edge.to)));
        let weak = (edge.handles.weak > 0).then(|| (contents(edge.from), memory(edge.to)));
        [strong, weak].into_iter().flatten()
    });
    let entries = groups.iter().map(|&group| (ROOT, group + 1));
    let successors = Csr::new(nodes, entries.chain(own).chain(handles));
    retained(&immediate_dominators(&successors), &bytes)
}
