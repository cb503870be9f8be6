//! The report as text, with the bytes that sharing saves.

use std::collections::HashMap;
use std::fmt::{self, Write as _};
use std::mem;
use std::path::Path;

use deep_size::observer::{Allocation, Node, Role, SharedEvent};
use deep_size::{Observer, Report, observe};

use super::graph::Graph;
use super::output::visible;

/// The totals, the bytes that sharing saves, and the report. With `all`, the report is complete, otherwise it fits on a screen.
pub(crate) fn describe(path: &Path, graph: &Graph, report: &Report, all: bool) -> Result<String, fmt::Error> {
    let mut text = String::new();
    let out = &mut text;
    let (packages, dependencies) = (graph.packages(), graph.dependencies());
    writeln!(out, "{}: {packages} packages, {dependencies} dependencies", visible(&path.to_string_lossy()))?;
    totals(out, graph, report)?;
    writeln!(out)?;
    if all {
        write!(out, "{report:#}")?;
    } else {
        // The first section repeats the totals.
        let sections = report.to_string();
        out.push_str(sections.split_once("\n\n").map_or("", |(_, sections)| sections));
        writeln!(out, "`-- --all` prints every node and every row.")?;
    }
    Ok(text)
}

/// The sizes of the graph, and the size that it would have without shared handles.
fn totals(out: &mut String, graph: &Graph, report: &Report) -> fmt::Result {
    let mut unshared = Unshared::default();
    observe(graph, &mut unshared);
    let note = if report.is_exact() { "" } else { "  (a lower bound)" };
    writeln!(out, "deep size        {:>12} B{note}", report.deep_size())?;
    let times = unshared.bytes / report.deep_size() as f64;
    let naive = match unshared.bytes {
        bytes if bytes.is_nan() => {
            format!("{:>12}    (packages depend on each other in a circle)", "infinite")
        }
        bytes if bytes.is_infinite() => format!("{:>12} B", "over 1e308"),
        bytes if bytes >= 1e15 => format!("{bytes:>12.2e} B  ({times:.1e} times as much)"),
        bytes => format!("{bytes:>12} B  ({times:.1} times as much)"),
    };
    writeln!(out, "without sharing  {naive}")?;
    let (blocks, handles) = (unshared.blocks.len(), unshared.handles);
    writeln!(
        out,
        "shared           {:>12} B  ({blocks} blocks behind {handles} handles)",
        report.shared_size()
    )?;
    writeln!(out, "freed by a drop  {:>12} B", report.exclusive_size())?;
    if report.cyclic_size() > 0 {
        writeln!(out, "leaked by a drop {:>12} B", report.cyclic_size())?;
    }
    Ok(())
}

/// The size that a value would have without shared handles, if each owned a copy of its target.
#[derive(Default)]
struct Unshared {
    /// The bytes of the current value. Large graphs exceed every integer.
    bytes: f64,
    /// The shared block of the current value, if it is the first handle on that block.
    block: Option<usize>,
    /// The same for each value around the current one.
    outer: Vec<(f64, Option<usize>)>,
    /// The bytes of each shared block by its address, or NaN while the walk is inside it.
    blocks: HashMap<usize, f64>,
    handles: usize,
}

impl Observer for Unshared {
    fn enter(&mut self, node: &Node) {
        self.outer.push((mem::take(&mut self.bytes), self.block.take()));
        if node.role == Role::Root {
            self.bytes = node.shallow_size as f64;
        }
    }

    fn exit(&mut self) {
        let (bytes, block) = self.outer.pop().unwrap_or_default();
        if let Some(block) = mem::replace(&mut self.block, block) {
            self.blocks.insert(block, self.bytes);
        }
        self.bytes += bytes;
    }

    fn allocation(&mut self, allocation: &Allocation) {
        self.bytes += allocation.layout.size() as f64;
    }

    fn shared(&mut self, event: &SharedEvent) {
        self.handles += 1;
        let block = event.block.address;
        if event.counted {
            self.block = Some(block);
            self.blocks.insert(block, f64::NAN);
            self.bytes += event.block.layout.size() as f64;
        } else if let Some(bytes) = self.blocks.get(&block) {
            self.bytes += bytes;
        }
    }
}
