//! Simulates a drop of the value.

use std::vec;
use std::vec::Vec;

use super::csr::Csr;
use super::graph::{Block, HandleGraph, Handles, ROOT};

/// The outcome of a drop of the value, for some of its memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DropOutcome {
    /// The drop frees it.
    Freed,
    /// It stays alive: a handle outside the value reaches it, or the value only borrows it.
    External,
    /// It leaks: no handle outside the value reaches it, and a cycle of strong handles inside keeps it alive.
    Cyclic,
}

/// The assumption about handles outside the value if their number is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UnseenHandles {
    /// There are some.
    More,
    /// There are none.
    NoMore,
    /// There are some, except on dead blocks: the remaining weak handles are usually where the strong ones were.
    Likely,
}

impl UnseenHandles {
    fn is_more(self, block: &Block) -> bool {
        match self {
            Self::More => true,
            Self::NoMore => false,
            Self::Likely => !block.is_dead(),
        }
    }
}

/// The outcome for the contents of each block, and for its memory.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct DropOutcomes {
    pub(super) contents: Vec<DropOutcome>,
    pub(super) memory: Vec<DropOutcome>,
}

impl DropOutcomes {
    pub(super) fn new(graph: &HandleGraph, outgoing: &Csr, unknown: UnseenHandles) -> Self {
        let mut left: Vec<Handles<usize>> = graph.blocks.iter().map(|block| block.seen).collect();
        let mut contents = vec![DropOutcome::Cyclic; graph.blocks.len()];
        release(graph, outgoing, unknown, &mut contents, &mut left);
        reach_from_outside(graph, outgoing, unknown, &mut contents);
        let memory = (0..graph.blocks.len() as u32)
            .map(|id| match contents[id as usize] {
                DropOutcome::External => DropOutcome::External,
                _ if is_weakly_held(graph, id, unknown) => DropOutcome::External,
                DropOutcome::Freed if left[id as usize].weak == 0 => DropOutcome::Freed,
                _ => DropOutcome::Cyclic,
            })
            .collect();
        let mut outcomes = Self { contents, memory };
        for edge in &graph.edges {
            let memory = &mut outcomes.memory[edge.to as usize];
            if edge.handles.weak > 0
                && outcomes.contents[edge.from as usize] == DropOutcome::External
                && *memory == DropOutcome::Cyclic
            {
                *memory = DropOutcome::External;
            }
        }
        outcomes
    }

    /// The bytes with this outcome.
    pub(super) fn bytes(&self, graph: &HandleGraph, outcome: DropOutcome) -> usize {
        let parts = graph.blocks.iter().zip(self.contents.iter().zip(&self.memory));
        parts.fold(0, |bytes: usize, (block, (&contents, &memory))| {
            let owned = if contents == outcome { block.owned } else { 0 };
            let size = if memory == outcome { block.size } else { 0 };
            bytes.saturating_add(owned).saturating_add(size)
        })
    }
}

/// Drops the value, and then the contents of each block that loses its last strong handle.
fn release(
    graph: &HandleGraph,
    outgoing: &Csr,
    unknown: UnseenHandles,
    contents: &mut [DropOutcome],
    left: &mut [Handles<usize>],
) {
    for (outcome, _) in contents.iter_mut().zip(&graph.blocks).filter(|(_, block)| block.is_dead()) {
        *outcome = DropOutcome::Freed;
    }
    contents[ROOT as usize] = DropOutcome::Freed;
    let mut dropped = vec![ROOT];
    while let Some(id) = dropped.pop() {
        for &edge in outgoing.of(id) {
            let edge = &graph.edges[edge as usize];
            let (left, outcome) = (&mut left[edge.to as usize], &mut contents[edge.to as usize]);
            left.strong -= edge.handles.strong;
            left.weak -= edge.handles.weak;
            if left.strong == 0
                && *outcome != DropOutcome::Freed
                && !is_strongly_held(graph, edge.to, unknown)
            {
                *outcome = DropOutcome::Freed;
                dropped.push(edge.to);
            }
        }
    }
}

/// Marks the contents that handles outside the value reach.
fn reach_from_outside(
    graph: &HandleGraph,
    outgoing: &Csr,
    unknown: UnseenHandles,
    contents: &mut [DropOutcome],
) {
    let stays =
        |&id: &u32| contents[id as usize] == DropOutcome::Cyclic && is_strongly_held(graph, id, unknown);
    let mut reached: Vec<u32> = (0..graph.blocks.len() as u32).filter(stays).collect();
    reached.iter().for_each(|&id| contents[id as usize] = DropOutcome::External);
    while let Some(id) = reached.pop() {
        for &edge in outgoing.of(id) {
            let edge = &graph.edges[edge as usize];
            let outcome = &mut contents[edge.to as usize];
            if edge.handles.strong > 0 && *outcome == DropOutcome::Cyclic {
                *outcome = DropOutcome::External;
                reached.push(edge.to);
            }
        }
    }
}

/// Whether handles outside the value keep the contents alive.
pub(super) fn is_strongly_held(graph: &HandleGraph, id: u32, unknown: UnseenHandles) -> bool {
    let block = &graph.blocks[id as usize];
    let is_more = graph.is_held_outside(block.counts.strong, block.seen.strong);
    id != ROOT && (block.is_borrowed || is_more.unwrap_or_else(|| unknown.is_more(block)))
}

/// Whether weak handles outside the value keep the memory of the block.
pub(super) fn is_weakly_held(graph: &HandleGraph, id: u32, unknown: UnseenHandles) -> bool {
    let block = &graph.blocks[id as usize];
    let is_more = graph.is_held_outside(block.counts.weak, block.seen.weak);
    id != ROOT && (block.is_borrowed || is_more.unwrap_or_else(|| unknown.is_more(block)))
}
