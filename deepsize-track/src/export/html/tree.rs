//! The call stacks as a tree, with a column for each figure.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use deep_size_format::html::Texts;
use deep_size_format::shown;

use super::super::Export;
use super::super::stacks::{self, Detail, Stacks};
use super::METRICS;
use crate::snapshot::Trace;

/// The figures of the snapshot, and of the earlier one.
pub(super) type Sums = [[u64; METRICS.len()]; 2];

/// A function in the context of its callers.
#[derive(Default)]
pub(super) struct Node {
    /// The caller. Its position is smaller, and 0 is that of the root.
    pub(super) parent: usize,
    /// Positions in the tables of texts.
    pub(super) name: usize,
    pub(super) file: usize,
    pub(super) package: usize,
    pub(super) is_hidden: bool,
    /// The amounts of traces that end here.
    pub(super) sums: Sums,
}

/// The traces with the same innermost line.
#[derive(Default)]
pub(super) struct Line {
    pub(super) sums: Sums,
    pub(super) nodes: BTreeSet<usize>,
}

pub(super) struct Tree {
    pub(super) names: Texts<'static>,
    pub(super) files: Texts<'static>,
    pub(super) crates: Texts<'static>,
    pub(super) nodes: Vec<Node>,
    lines: BTreeMap<String, Line>,
    /// By parent, name and file.
    positions: HashMap<[usize; 3], usize>,
}

impl Tree {
    pub(super) fn of(export: Export<'_>) -> Self {
        let mut tree = Self {
            names: Texts::default(),
            files: Texts::default(),
            crates: Texts::default(),
            nodes: Vec::new(),
            lines: BTreeMap::new(),
            positions: HashMap::new(),
        };
        let empty = [(); 3].map(|()| String::new());
        let root = tree.node(empty, false);
        tree.nodes.push(root);
        for (turn, snapshot) in [Some(export.snapshot), export.earlier].into_iter().flatten().enumerate() {
            let mut stacks = Stacks::new(Export { snapshot, ..export });
            let mut parts: HashMap<(usize, Detail), Vec<Node>> = HashMap::new();
            for trace in snapshot.traces() {
                let detail = stacks.detail(trace);
                let mut at = 0;
                for address in trace.marked_addresses().rev() {
                    let part =
                        parts.entry((address, detail)).or_insert_with(|| tree.part(&stacks, address, detail));
                    at = part.iter().fold(at, |at, node| tree.child(at, node));
                }
                let line = tree.lines.entry(line(export, trace)).or_default();
                line.nodes.insert(at);
                for (column, metric) in METRICS.into_iter().enumerate() {
                    for sums in [&mut line.sums, &mut tree.nodes[at].sums] {
                        sums[turn][column] = sums[turn][column].saturating_add(metric.of(trace));
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
        self.nodes.len() > 1
            && self.files.texts.iter().all(|file| file.is_empty() || file.starts_with("std/"))
    }

    /// The functions at an address, outermost first, without their callers.
    fn part(&mut self, stacks: &Stacks, address: usize, detail: Detail) -> Vec<Node> {
        let Some(frames) = stacks.at(address, detail) else {
            return vec![self.node([format!("{address:#x}"), String::new(), String::new()], false)];
        };
        let node = |frame| {
            self.node(
                [stacks::name(frame), shown(frame.short_file()), shown(frame.crate_name())],
                frame.is_hidden(),
            )
        };
        frames.into_iter().rev().map(node).collect()
    }

    fn node(&mut self, [name, file, package]: [String; 3], is_hidden: bool) -> Node {
        let (name, file) = (self.names.position(name), self.files.position(file));
        Node { name, file, package: self.crates.position(package), is_hidden, ..Node::default() }
    }

    fn child(&mut self, parent: usize, node: &Node) -> usize {
        let Node { name, file, package, is_hidden, sums, .. } = *node;
        *self.positions.entry([parent, name, file]).or_insert_with(|| {
            self.nodes.push(Node { parent, name, file, package, is_hidden, sums });
            self.nodes.len() - 1
        })
    }
}

/// The innermost line of a trace. Hidden functions have none, unless there are no others.
fn line(export: Export<'_>, trace: Trace<'_>) -> String {
    if export.with_names {
        trace.frames().next().map(|frame| shown(&frame.to_string())).unwrap_or_default()
    } else {
        trace.marked_addresses().next().map(|address| format!("{address:#x}")).unwrap_or_default()
    }
}
