//! The retained size of each block: the memory that only this block keeps alive.

use std::vec::Vec;

use super::csr::{Csr, NONE};
use super::dominators::{immediate_dominators, retained};
use super::drop_outcome::{UnseenHandles, is_strongly_held, is_weakly_held};
use super::graph::{HandleGraph, ROOT};

/// The retained size and the immediate dominator of each block.
pub(super) struct Retained {
    pub(super) bytes: Vec<usize>,
    /// [`ROOT`] if only the value itself dominates the block.
    pub(super) dominators: Vec<u32>,
}

impl Retained {
    /// A block's contents and memory are two nodes if weak handles may hold only the memory. Handles outside the value are edges
    /// from the root, so no block retains the memory that they keep alive.
    pub(super) fn new(graph: &HandleGraph) -> Self {
        let split = MemoryNodes::new(graph);
        let mut bytes: Vec<usize> = graph.blocks.iter().map(|block| block.owned).collect();
        bytes.resize(split.nodes, 0);
        for (block, &memory) in graph.blocks.iter().zip(&split.memory) {
            bytes[memory as usize] += block.size;
        }

        let held = (1..graph.blocks.len() as u32)
            .filter(|&id| graph.blocks[id as usize].is_counted())
            .flat_map(|id| {
                let memory = split.memory[id as usize];
                let strongly = is_strongly_held(graph, id, UnseenHandles::Likely).then_some((ROOT, id));
                let weakly = is_weakly_held(graph, id, UnseenHandles::Likely).then_some((ROOT, memory));
                let own = (memory != id && !graph.blocks[id as usize].is_dead()).then_some((id, memory));
                [strongly, weakly, own].into_iter().flatten()
            });
        let handles = graph.edges.iter().flat_map(|edge| {
            let strong = (edge.handles.strong > 0).then_some((edge.from, edge.to));
            let is_counted = graph.blocks[edge.to as usize].is_counted();
            let weak =
                (edge.handles.weak > 0 && is_counted).then(|| (edge.from, split.memory[edge.to as usize]));
            [strong, weak].into_iter().flatten()
        });
        let successors = Csr::new(split.nodes, held.chain(handles));
        let mut dominators = immediate_dominators(&successors);
        let mut bytes = retained(&dominators, &bytes);

        for (id, &memory) in split.memory.iter().enumerate() {
            // The retained size includes the block's own memory, even if a weak handle would keep it alive.
            if memory as usize != id && dominators[memory as usize] != id as u32 {
                bytes[id] += graph.blocks[id].size;
            }
        }
        bytes.truncate(graph.blocks.len());
        dominators.truncate(graph.blocks.len());
        dominators.iter_mut().filter(|dominator| **dominator == NONE).for_each(|none| *none = ROOT);
        Self { bytes, dominators }
    }
}

/// The nodes for the memory of blocks.
pub(super) struct MemoryNodes {
    /// The node of each block's memory: the node of its contents, or an extra one after all contents.
    pub(super) memory: Vec<u32>,
    /// The number of nodes.
    pub(super) nodes: usize,
}

impl MemoryNodes {
    /// Gives an extra node to the memory of each block if weak handles may hold only the memory.
    pub(super) fn new(graph: &HandleGraph) -> Self {
        let mut nodes = graph.blocks.len();
        let memory = (0..graph.blocks.len() as u32)
            .map(|id| {
                let block = &graph.blocks[id as usize];
                let is_one = id == ROOT || !block.is_counted() || block.is_borrowed || block.is_dead();
                if is_one || block.counts.weak == Some(0) {
                    return id;
                }
                nodes += 1;
                (nodes - 1) as u32
            })
            .collect();
        Self { memory, nodes }
    }
}
