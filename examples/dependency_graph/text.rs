//! The report as text, with the bytes that sharing saves.

use std::collections::HashMap;
use std::fmt::{self, Write as _};
use std::path::Path;

use deep_size::observer::{Allocation, Node, Role, SharedEvent};
use deep_size::{Observer, Report, observe};

use super::graph::Graph;

/// Rows of each table in the summary.
const ROWS: usize = 5;

/// The totals, the bytes that sharing saves, and the report; all of it, or a summary that fits on a screen.
pub(crate) fn describe(path: &Path, graph: &Graph, report: &Report, all: bool) -> Result<String, fmt::Error> {
    let mut text = String::new();
    let out = &mut text;
    let (packages, dependencies) = (graph.packages(), graph.dependencies());
    writeln!(out, "{}: {packages} packages, {dependencies} dependencies", path.display())?;
    totals(out, graph, report)?;
    writeln!(out)?;
    if all {
        write!(out, "{report:#}")?;
    } else {
        summary(out, report)?;
    }
    Ok(text)
}

/// The sizes of the graph, and the size that it would have without shared handles.
fn totals(out: &mut String, graph: &Graph, report: &Report) -> fmt::Result {
    let mut sharing = Sharing::default();
    observe(graph, &mut sharing);
    let note = if report.is_exact() { "" } else { "  (a lower bound)" };
    writeln!(out, "deep size        {:>12} B{note}", report.deep_size())?;
    let naive = match sharing.naive(0, &mut HashMap::new()) {
        Some(naive) => {
            format!("{naive:>12} B  ({:.1} times as much)", naive as f64 / report.deep_size() as f64)
        }
        None => format!("{:>12}    (packages depend on each other in a circle)", "infinite"),
    };
    writeln!(out, "without sharing  {naive}")?;
    let (blocks, handles) = (sharing.blocks.len() - 1, sharing.handles);
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

/// The short report, with the top of the tables that only the long one has.
fn summary(out: &mut String, report: &Report) -> fmt::Result {
    let (short, long) = (format!("{report}"), format!("{report:#}"));
    // The first section repeats the totals.
    let mut sections = short.split("\n\n").skip(1);
    if let Some(tree) = sections.next() {
        writeln!(out, "{}\n", tree.trim_end())?;
    }
    for table in long.split("\n\n") {
        // Only the first table has a line of column names.
        let headings = match table {
            _ if table.starts_with("by type") => 2,
            _ if table.starts_with("largest values") => 1,
            _ => continue,
        };
        table.lines().take(headings + ROWS).try_for_each(|line| writeln!(out, "{line}"))?;
        writeln!(out)?;
    }
    for section in sections {
        writeln!(out, "{}", section.trim_end())?;
    }
    writeln!(out, "`-- --all` prints every node and every row.")
}

/// Records which shared block holds handles on which others.
#[derive(Default)]
struct Sharing {
    /// The innermost shared block around each value on the walk's stack; 0 outside of any.
    inside: Vec<usize>,
    /// Every shared block by its address. Address 0 represents all memory outside of shared blocks.
    blocks: HashMap<usize, Block>,
    /// The block of the last handle. The next shared value is in it.
    last_handle: usize,
    handles: usize,
}

#[derive(Default)]
struct Block {
    bytes: usize,
    /// The target of each handle in this block.
    targets: Vec<usize>,
}

impl Sharing {
    fn here(&mut self) -> &mut Block {
        let block = self.inside.last().copied().unwrap_or_default();
        self.blocks.entry(block).or_default()
    }

    /// The bytes of a block and of all targets of its handles, without regard to sharing; `None` if a circle makes them infinite.
    fn naive(&self, block: usize, known: &mut HashMap<usize, Option<u128>>) -> Option<u128> {
        if let Some(&bytes) = known.get(&block) {
            return bytes;
        }
        known.insert(block, None);
        let Block { bytes, targets } = &self.blocks[&block];
        let below: Option<u128> = targets.iter().map(|&next| self.naive(next, known)).sum();
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
        self.here().targets.push(block);
        if event.counted {
            self.blocks.entry(block).or_default().bytes += event.block.layout.size();
        }
    }
}
