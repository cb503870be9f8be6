//! What becomes of each block when the value is dropped.

use std::vec;
use std::vec::Vec;

use super::graph::{Block, Graph, Handles, ROOT};
use super::lists::Lists;

/// What becomes of memory when the value is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// It is freed.
    Freed,
    /// It stays, for a handle outside the value leads to it, or it was only borrowed.
    External,
    /// It stays, though no handle outside the value leads to it: a cycle of strong handles inside keeps it.
    Cyclic,
}

/// What to take for true where the number of handles is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unknown {
    /// There are more than were met.
    More,
    /// There are no more than were met.
    NoMore,
    /// There are more, but on dead blocks: what weak handles are left of a value lie most often where the strong ones lay.
    Likely,
}

impl Unknown {
    fn is_more(self, block: &Block) -> bool {
        match self {
            Self::More => true,
            Self::NoMore => false,
            Self::Likely => !block.is_dead(),
        }
    }
}

/// What becomes of the contents of each block, and of its memory.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fates {
    pub(super) contents: Vec<Fate>,
    pub(super) memory: Vec<Fate>,
}

impl Fates {
    /// Drops the value and looks what stays.
    pub(super) fn new(graph: &Graph, outgoing: &Lists, unknown: Unknown) -> Self {
        let mut left: Vec<Handles<usize>> = graph.blocks.iter().map(|block| block.seen).collect();
        let mut contents = vec![Fate::Cyclic; graph.blocks.len()];
        release(graph, outgoing, unknown, &mut contents, &mut left);
        reach_from_outside(graph, outgoing, unknown, &mut contents);
        let memory = (0..graph.blocks.len() as u32)
            .map(|id| match contents[id as usize] {
                Fate::External => Fate::External,
                _ if is_weakly_held(graph, id, unknown) => Fate::External,
                Fate::Freed if left[id as usize].weak == 0 => Fate::Freed,
                _ => Fate::Cyclic,
            })
            .collect();
        let mut fates = Self { contents, memory };
        for edge in &graph.edges {
            let memory = &mut fates.memory[edge.to as usize];
            if edge.handles.weak > 0
                && fates.contents[edge.from as usize] == Fate::External
                && *memory == Fate::Cyclic
            {
                *memory = Fate::External;
            }
        }
        fates
    }

    /// The bytes that meet this fate.
    pub(super) fn bytes(&self, graph: &Graph, fate: Fate) -> usize {
        let parts = graph.blocks.iter().zip(self.contents.iter().zip(&self.memory));
        parts.fold(0, |bytes: usize, (block, (&contents, &memory))| {
            let owned = if contents == fate { block.owned } else { 0 };
            let size = if memory == fate { block.size } else { 0 };
            bytes.saturating_add(owned).saturating_add(size)
        })
    }
}

/// Drops contents, beginning with the value, as long as that takes the last strong handle from others.
fn release(
    graph: &Graph,
    outgoing: &Lists,
    unknown: Unknown,
    contents: &mut [Fate],
    left: &mut [Handles<usize>],
) {
    for (fate, _) in contents.iter_mut().zip(&graph.blocks).filter(|(_, block)| block.is_dead()) {
        *fate = Fate::Freed;
    }
    contents[ROOT as usize] = Fate::Freed;
    let mut dropped = vec![ROOT];
    while let Some(id) = dropped.pop() {
        for &edge in outgoing.of(id) {
            let edge = &graph.edges[edge as usize];
            let (left, fate) = (&mut left[edge.to as usize], &mut contents[edge.to as usize]);
            left.strong -= edge.handles.strong;
            left.weak -= edge.handles.weak;
            if left.strong == 0 && *fate != Fate::Freed && !is_strongly_held(graph, edge.to, unknown) {
                *fate = Fate::Freed;
                dropped.push(edge.to);
            }
        }
    }
}

/// Marks the contents that handles outside the value lead to.
fn reach_from_outside(graph: &Graph, outgoing: &Lists, unknown: Unknown, contents: &mut [Fate]) {
    let stays = |&id: &u32| contents[id as usize] == Fate::Cyclic && is_strongly_held(graph, id, unknown);
    let mut reached: Vec<u32> = (0..graph.blocks.len() as u32).filter(stays).collect();
    reached.iter().for_each(|&id| contents[id as usize] = Fate::External);
    while let Some(id) = reached.pop() {
        for &edge in outgoing.of(id) {
            let edge = &graph.edges[edge as usize];
            let fate = &mut contents[edge.to as usize];
            if edge.handles.strong > 0 && *fate == Fate::Cyclic {
                *fate = Fate::External;
                reached.push(edge.to);
            }
        }
    }
}

/// Whether somebody outside the value keeps the contents.
pub(super) fn is_strongly_held(graph: &Graph, id: u32, unknown: Unknown) -> bool {
    let block = &graph.blocks[id as usize];
    let more = |count| count > block.seen.strong;
    id != ROOT && (block.is_borrowed || block.counts.strong.map_or(unknown.is_more(block), more))
}

/// Whether somebody outside the value keeps the memory of the block, if not its contents.
pub(super) fn is_weakly_held(graph: &Graph, id: u32, unknown: Unknown) -> bool {
    let block = &graph.blocks[id as usize];
    let more = |count| count > block.seen.weak;
    id != ROOT && (block.is_borrowed || block.counts.weak.map_or(unknown.is_more(block), more))
}
