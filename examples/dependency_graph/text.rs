//! The report as text, with what sharing saves.

use std::collections::HashMap;
use std::fmt::{self, Write as _};
use std::path::Path;

use deep_size::observer::{Allocation, Node, Role, SharedEvent};
use deep_size::{Observer, Report, observe};

use super::graph::Graph;

/// What is worth knowing about the graph's memory.
pub(crate) fn describe(path: &Path, graph: &Graph, report: &Report) -> Result<String, fmt::Error> {
    let mut text = String::new();
    let out = &mut text;
    let (packages, dependencies) = (graph.packages(), graph.dependencies());
    writeln!(out, "{}: {packages} packages, {dependencies} dependencies", path.display())?;
    writeln!(out)?;
    writeln!(out, "shallow size  {:>12} B", report.shallow_size())?;
    writeln!(
        out,
        "deep size     {:>12} B{}",
        report.deep_size(),
        if report.is_exact() { "" } else { "  (a lower bound)" }
    )?;
    writeln!(out)?;
    write!(out, "{report:#}")?;
    writeln!(out)?;
    sharing(out, graph, report)?;
    Ok(text)
}

/// What is behind shared handles, and what it would be if they were taken for owners.
fn sharing(out: &mut String, graph: &Graph, report: &Report) -> fmt::Result {
    let mut sharing = Sharing::default();
    observe(graph, &mut sharing);
    let (shared, blocks, handles) = (report.shared_size(), sharing.blocks.len() - 1, sharing.handles);
    writeln!(out, "behind shared handles: {shared} B in {blocks} blocks, which {handles} handles lead to")?;
    let (freed, leaked) = (report.exclusive_size(), report.cyclic_size());
    writeln!(out, "dropping the graph frees {freed} B and leaks {leaked} B")?;
    match sharing.naive(0, &mut HashMap::new()) {
        Some(naive) => {
            let factor = naive as f64 / report.deep_size() as f64;
            writeln!(
                out,
                "counting every handle's target anew would say {naive} B: {factor:.1} times as much"
            )
        }
        None => writeln!(
            out,
            "counting every handle's target anew would never end: packages depend on each other in a circle"
        ),
    }
}

/// Watches the walk over a graph to learn which shared block leads to which.
#[derive(Default)]
struct Sharing {
    /// The block around each value that the walk is in; 0 around what is not shared.
    inside: Vec<usize>,
    /// Every shared block, and beside them, under address 0, what is not shared.
    blocks: HashMap<usize, Block>,
    /// The handle met last, which leads into its block if it is followed.
    last_handle: usize,
    handles: usize,
}

#[derive(Default)]
struct Block {
    bytes: usize,
    /// The blocks to which handles in this one lead, one for each handle.
    leads_to: Vec<usize>,
}

impl Sharing {
    fn here(&mut self) -> &mut Block {
        let block = self.inside.last().copied().unwrap_or_default();
        self.blocks.entry(block).or_default()
    }

    /// The bytes in and below a block if the target of every handle is counted as often as it is met; none if there is no
    /// end to them.
    fn naive(&self, block: usize, known: &mut HashMap<usize, Option<u128>>) -> Option<u128> {
        if let Some(&bytes) = known.get(&block) {
            return bytes;
        }
        known.insert(block, None);
        let Block { bytes, leads_to } = &self.blocks[&block];
        let below: Option<u128> = leads_to.iter().map(|&next| self.naive(next, known)).sum();
        let bytes = below.map(|below| below + *bytes as u128);
        known.insert(block, bytes);
        bytes
    }
}

impl Observer for Sharing {
    fn enter(&mut self, node: &Node) {
        let block = match node.role {
            Role::Shared => self.last_handle,
            _ => self.inside.last().copied().unwrap_or_default(),
        };
        self.inside.push(block);
        if node.role == Role::Root {
            self.here().bytes += node.shallow_size;
        }
    }

    fn exit(&mut self) {
        self.inside.pop();
    }

    fn allocation(&mut self, allocation: &Allocation) {
        self.here().bytes += allocation.layout.size();
    }

    fn shared(&mut self, event: &SharedEvent) {
        let block = event.block.address;
        self.handles += 1;
        self.last_handle = block;
        self.here().leads_to.push(block);
        if event.counted {
            self.blocks.entry(block).or_default().bytes += event.block.layout.size();
        }
    }
}
