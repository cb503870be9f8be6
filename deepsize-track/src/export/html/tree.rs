//! The call stacks as a tree, with a column for each figure.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use deep_size_format::{Texts, shown};

use super::super::Export;
use super::super::stacks::{self, Stacks};
use crate::snapshot::{Frame, Trace};

/// The figures of the snapshot, and of the earlier one.
type Sums = [[u64; 6]; 2];

/// A function in the context of its callers.
#[derive(Clone, Copy)]
pub(super) struct Node {
    /// The position of the caller, which is smaller. The root has its own position, 0.
    pub(super) parent: usize,
    /// The positions of name, file and crate.
    pub(super) texts: [usize; 3],
    pub(super) is_hidden: bool,
    /// The amounts of traces that end here.
    pub(super) sums: Sums,
}

/// The traces with the same innermost line.
#[derive(Default)]
pub(super) struct Line {
    pub(super) sums: Sums,
    /// The functions at which they end.
    pub(super) nodes: BTreeSet<usize>,
}

#[derive(Default)]
pub(super) struct Tree {
    /// The distinct names, files and crates.
    pub(super) texts: [Texts<'static>; 3],
    pub(super) nodes: Vec<Node>,
    lines: BTreeMap<String, Line>,
    /// By parent, name and file.
    positions: HashMap<[usize; 3], usize>,
}

impl Tree {
    pub(super) fn of(export: Export<'_>) -> Self {
        let mut tree = Self::default();
        let root = tree.node(Default::default(), false);
        tree.nodes.push(root);
        for (turn, snapshot) in [Some(export.snapshot), export.earlier].into_iter().flatten().enumerate() {
            let mut stacks = Stacks::new(Export { snapshot, ..export });
            for trace in snapshot.traces() {
                let detail = stacks.detail(trace);
                let stack = stacks.stack(trace, detail, |address, frames| {
                    frames.iter().map(|frame| tree.function(address, *frame)).collect()
                });
                let at = stack.into_iter().rev().fold(0, |at, node| tree.child(at, *node));
                let line = tree.lines.entry(line(export, trace)).or_default();
                line.nodes.insert(at);
                // In the order that the script expects.
                let amounts = [trace.live_amount(), trace.total_amount(), trace.peak_amount()];
                for (column, figure) in amounts.iter().flat_map(|sum| [sum.size, sum.blocks]).enumerate() {
                    for sums in [&mut line.sums, &mut tree.nodes[at].sums] {
                        sums[turn][column] = sums[turn][column].saturating_add(figure);
                    }
                }
            }
        }
        tree
    }

    /// The lines, those first that have allocated most.
    pub(super) fn lines(&self) -> Vec<(&String, &Line)> {
        let mut lines: Vec<_> = self.lines.iter().collect();
        lines.sort_by_key(|(_, line)| Reverse(line.sums.map(|sums| sums[2]).into_iter().max()));
        lines
    }

    /// Whether there are functions, and none has a line.
    pub(super) fn lacks_lines(&self) -> bool {
        let files = &self.texts[1].texts;
        self.nodes.len() > 1 && files.iter().all(|file| file.is_empty() || file.starts_with("std/"))
    }

    /// A function without its caller.
    fn function(&mut self, address: usize, frame: Option<&Frame>) -> Node {
        let [file, package] = [Frame::short_file, Frame::crate_name]
            .map(|of| frame.map(|frame| shown(of(frame))).unwrap_or_default());
        self.node([stacks::name(address, frame), file, package], frame.is_some_and(Frame::is_hidden))
    }

    fn node(&mut self, texts: [String; 3], is_hidden: bool) -> Node {
        let mut tables = self.texts.iter_mut();
        let texts = texts.map(|text| tables.next().map_or(0, |table| table.position(text)));
        Node { parent: 0, texts, is_hidden, sums: Sums::default() }
    }

    fn child(&mut self, parent: usize, node: Node) -> usize {
        let [name, file, _] = node.texts;
        *self.positions.entry([parent, name, file]).or_insert_with(|| {
            self.nodes.push(Node { parent, ..node });
            self.nodes.len() - 1
        })
    }
}

/// The innermost line of a trace. Hidden functions have none, unless there are no others.
fn line(export: Export<'_>, trace: Trace<'_>) -> String {
    let line = if export.with_names {
        trace.frames().next().map(|frame| shown(&frame.to_string()))
    } else {
        trace.marked_addresses().next().map(|address| format!("{address:#x}"))
    };
    line.unwrap_or_default()
}
