//! A report as the nodes and edges of a heap snapshot.

use std::format;
use std::string::String;
use std::vec;
use std::vec::Vec;

use super::holders::{HandleLink, Holders, LinkSource, Memory};
use super::ids::{self, Key};
use super::split::take;
use super::strings::{Strings, plain};
use crate::export::names::Names;
use crate::inspect::Report;
use crate::tree::write_step;

/// Readers keep the size of an object in 32 bits.
pub(super) const MOST_BYTES: usize = u32::MAX as usize;

/// The most extra nodes for oversized ones: 256 TiB, more than a program can address.
const MOST_PARTS: usize = 1 << 16;

const NONE: u32 = u32::MAX;

/// The synthetic root.
const ROOT: u32 = 0;

/// Nodes and edges, in the order in which they are written.
#[derive(Debug, Default)]
pub(super) struct Model {
    pub(super) nodes: Vec<SnapshotNode>,
    /// Sorted by source.
    pub(super) edges: Vec<SnapshotEdge>,
    pub(super) strings: Strings,
    /// Bytes that fit in no node.
    pub(super) excess: usize,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct SnapshotNode {
    pub(super) kind: NodeKind,
    pub(super) name: u32,
    pub(super) id: u32,
    pub(super) bytes: usize,
}

/// Kinds of nodes, with their numbers in V8's list.
// Readers would add the sizes of `array` and `hidden` nodes to the node that points to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NodeKind {
    Object = 3,
    Native = 8,
    Synthetic = 9,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct SnapshotEdge {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) kind: EdgeKind,
    pub(super) name: u32,
}

/// Kinds of edges, with their numbers in V8's list.
// With a `shortcut` from the root, dominators would ignore edges from nodes that no shortcut reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EdgeKind {
    Property = 2,
    Internal = 3,
    Weak = 6,
}

impl Model {
    /// Takes O(n log n) time for n nodes, blocks and recorded handles, at any depth of the tree.
    pub(super) fn of(report: &Report) -> Self {
        let holders = Holders::of(report);
        let bytes = own_bytes(report, &holders);
        let names = Names::new(report);
        let mut builder = Builder::default();
        builder.node(NodeKind::Synthetic, "", 0, Key::EMPTY);
        builder.tree(report, &names, &holders, &bytes);
        builder.blocks(report, &names, &holders);
        builder.links(&holders);
        builder.outside(&holders);
        builder.split();
        builder.number();
        let mut model = builder.model;
        model.edges.sort_by_key(|edge| edge.from);
        model
    }
}

/// For each node of the tree, its own bytes outside listed blocks.
///
/// Invariant: together with the own bytes of the listed blocks they are the deep size.
fn own_bytes(report: &Report, holders: &Holders) -> Vec<usize> {
    let parents: Vec<u32> =
        report.nodes().map(|node| node.parent().map_or(NONE, |parent| parent.id())).collect();
    // Recursive values are counted further up, and truncated paths are counted in one node.
    let gathers: Vec<bool> = report.nodes().map(|node| node.is_recursive() || node.is_truncated()).collect();
    let mut wanted = vec![0_usize; parents.len()];
    let mut in_blocks = 0_usize;
    for (block, &place) in report.shared_allocations().zip(&holders.places) {
        let place = &mut wanted[place as usize];
        *place = place.saturating_add(block.own_size());
        in_blocks = in_blocks.saturating_add(block.own_size());
    }
    let mut shared: Vec<usize> = report.nodes().map(|node| node.shared_size().min(node.own_size())).collect();
    let mut bytes: Vec<usize> =
        report.nodes().zip(&shared).map(|(node, shared)| node.own_size() - shared).collect();
    take(&parents, &mut wanted, &mut shared, |node| gathers[node]);
    bytes.iter_mut().zip(&shared).for_each(|(bytes, shared)| *bytes += shared);
    take(&parents, &mut wanted, &mut bytes, |_| false);

    // A faulty impl may report parts larger than their memory, which makes the tree larger than the value.
    let in_tree = bytes.iter().fold(0_usize, |sum, &bytes| sum.saturating_add(bytes));
    let outside_blocks = report.deep_size().saturating_sub(in_blocks);
    wanted.fill(0);
    wanted[0] = in_tree.saturating_sub(outside_blocks);
    take(&parents, &mut wanted, &mut bytes, |_| false);
    bytes[0] += outside_blocks.saturating_sub(in_tree);
    bytes
}

#[derive(Default)]
struct Builder {
    model: Model,
    /// For each node.
    keys: Vec<Key>,
    /// For each node of the tree, the key of its path, and its object or [`NONE`].
    paths: Vec<Key>,
    places: Vec<u32>,
    /// The nodes for the contents and for the memory of each block.
    contents: Vec<u32>,
    memory: Vec<u32>,
    /// The object for handles outside the value.
    outside: Option<u32>,
}

impl Builder {
    fn node(&mut self, kind: NodeKind, name: &str, bytes: usize, key: Key) -> u32 {
        let number = self.model.nodes.len() as u32;
        let name = self.model.strings.number(name);
        self.model.nodes.push(SnapshotNode { kind, name, id: 0, bytes });
        // The key includes the size, otherwise a comparison would not show growth.
        self.keys.push(key.number(bytes));
        number
    }

    fn edge(&mut self, from: u32, to: u32, kind: EdgeKind, name: &str) {
        let name = self.model.strings.number(name);
        self.model.edges.push(SnapshotEdge { from, to, kind, name });
    }

    /// Adds the tree, except nodes without bytes and edges: their bytes belong to listed blocks.
    fn tree<'r>(&mut self, report: &'r Report, names: &Names<'r>, holders: &Holders, bytes: &[usize]) {
        let parents: Vec<u32> =
            report.nodes().map(|node| node.parent().map_or(0, |parent| parent.id())).collect();
        let mut is_kept: Vec<bool> = bytes.iter().map(|&bytes| bytes > 0).collect();
        is_kept[0] = true;
        for link in &holders.links {
            if let LinkSource::Tree(node) = link.from {
                is_kept[node as usize] = true;
            }
        }
        for node in (0..bytes.len()).rev() {
            is_kept[parents[node] as usize] |= is_kept[node];
        }
        let mut step = String::new();
        for (at, node) in report.nodes().enumerate() {
            step.clear();
            // Without the mark of recursion, which depends on the depth of the value.
            let _ = write_step(&mut step, node.step(), node.type_name(), None);
            let around = self.paths.get(parents[at] as usize).copied().unwrap_or(Key::EMPTY);
            let path = around.text(&step).text(node.type_name());
            self.paths.push(path);
            if !is_kept[at] {
                self.places.push(NONE);
                continue;
            }
            let name = plain(names.of_type(node.type_name()));
            let number = self.node(NodeKind::Object, &name, bytes[at], path);
            if at == 0 {
                self.edge(ROOT, number, EdgeKind::Property, "value");
            } else {
                self.edge(self.places[parents[at] as usize], number, EdgeKind::Property, &node.name());
            }
            self.places.push(number);
        }
    }

    fn blocks<'r>(&mut self, report: &'r Report, names: &Names<'r>, holders: &Holders) {
        for (at, block) in report.shared_allocations().enumerate() {
            let name = plain(names.of_type(block.type_name()));
            let key = self.paths[holders.places[at] as usize].text("block").text(block.type_name());
            let apart = holders.memory[at] != Memory::WithContents;
            let bytes = if apart { block.own_size() - block.block_size() } else { block.own_size() };
            let contents = self.node(NodeKind::Native, &name, bytes, key);
            self.contents.push(contents);
            self.memory.push(contents);
            if apart {
                let name = format!("{name} (memory that weak handles keep)");
                let memory = self.node(NodeKind::Native, &name, block.block_size(), key.text("memory"));
                self.edge(contents, memory, EdgeKind::Internal, "memory");
                self.memory[at] = memory;
            }
        }
    }

    fn links(&mut self, holders: &Holders) {
        for HandleLink { from, to, label, strong, weak, is_dead } in &holders.links {
            let (contents, memory) = (self.contents[*to as usize], self.memory[*to as usize]);
            let from = match *from {
                LinkSource::Tree(node) => self.places[node as usize],
                LinkSource::Block(block) => self.contents[block as usize],
            };
            if *strong {
                self.edge(from, contents, EdgeKind::Property, label);
            }
            if *weak {
                let label = format!("{label} (weak)");
                let keeps = *is_dead || memory != contents;
                let kind = if keeps { EdgeKind::Property } else { EdgeKind::Weak };
                self.edge(from, memory, kind, &label);
            }
        }
    }

    /// Adds the object for handles outside the value, so nothing in the value dominates the blocks that they keep alive.
    fn outside(&mut self, holders: &Holders) {
        let contents = self.contents.iter().zip(&holders.outside).filter(|(_, is_held)| **is_held);
        let memory = self.memory.iter().zip(&holders.memory);
        let memory = memory.filter(|(_, memory)| **memory == Memory::Separate { outside: true });
        let strong = contents.map(|(&node, _)| (node, "strong"));
        let held: Vec<(u32, &str)> = strong.chain(memory.map(|(&node, _)| (node, "weak"))).collect();
        if held.is_empty() {
            return;
        }
        let outside = self.node(NodeKind::Synthetic, "(handles outside the value)", 0, Key::EMPTY);
        self.outside = Some(outside);
        self.edge(ROOT, outside, EdgeKind::Property, "outside");
        held.into_iter().for_each(|(node, name)| self.edge(outside, node, EdgeKind::Property, name));
    }

    /// Splits oversized nodes.
    fn split(&mut self) {
        let mut parts_left = MOST_PARTS;
        for owner in 0..self.model.nodes.len() {
            let SnapshotNode { kind, name, bytes, .. } = self.model.nodes[owner];
            let mut rest = bytes.saturating_sub(MOST_BYTES);
            self.model.nodes[owner].bytes = bytes - rest;
            let key = self.keys[owner].text("part");
            while rest > 0 && parts_left > 0 {
                let bytes = rest.min(MOST_BYTES);
                let part = self.model.nodes.len() as u32;
                self.model.nodes.push(SnapshotNode { kind, name, id: 0, bytes });
                self.keys.push(key.number(rest));
                self.edge(owner as u32, part, EdgeKind::Internal, "more");
                rest -= bytes;
                parts_left -= 1;
            }
            self.model.excess = self.model.excess.saturating_add(rest);
        }
    }

    fn number(&mut self) {
        let ids = ids::ids(&self.keys);
        self.model.nodes.iter_mut().zip(ids).for_each(|(node, id)| node.id = id);
        self.model.nodes[ROOT as usize].id = ids::ROOT;
        if let Some(outside) = self.outside {
            self.model.nodes[outside as usize].id = ids::OUTSIDE;
        }
    }
}
