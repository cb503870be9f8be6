//! The tree of a printed report.

use core::cmp::Reverse;
use core::fmt::{self, Write};
use std::string::String;
use std::vec;
use std::vec::Vec;

use super::super::units::{Bytes, Count, percent};
use super::legend::Mark;
use super::{COLUMNS, Look, Printer, amount};
use crate::tree::TreeNode;

/// The most columns for the branches before a name.
const MOST_BRANCHES: usize = 30;

/// The most columns for the names of nodes that share a line.
const MOST_OF_CHAIN: usize = 40;

/// The lines of the tree.
pub(super) struct Outline<'r> {
    pub(super) lines: Vec<Line<'r>>,
    /// Whether some nodes appear on no line.
    omits_nodes: bool,
}

/// One line of the tree.
pub(super) struct Line<'r> {
    /// The distance from the root, in lines.
    depth: usize,
    is_last_sibling: bool,
    what: What<'r>,
}

enum What<'r> {
    /// The first and the last node of a chain that shares a line.
    Node(TreeNode<'r>, TreeNode<'r>),
    /// The number of nodes without lines, and their bytes.
    More(usize, usize),
}

/// Selects the nodes with a line: in [`size_order`], all up to `last`.
#[derive(Clone, Copy)]
struct Cutoff {
    last: (Reverse<usize>, u32),
    /// Siblings without lines share one if they have at least this many bytes together.
    least_sum: usize,
}

impl Cutoff {
    fn least_size(&self) -> usize {
        self.last.0.0
    }
}

/// Sorts larger nodes first, and nodes of equal size in the order of the walk.
fn size_order(node: TreeNode<'_>) -> (Reverse<usize>, u32) {
    (Reverse(node.deep_size()), node.id())
}

impl<'r> Printer<'r> {
    /// Smaller nodes and rows are not printed.
    pub(super) fn least_size(&self) -> usize {
        if self.everything {
            return 0;
        }
        (self.view.smallest_share.unwrap_or(0.01) * self.report.deep_size() as f64).ceil() as usize
    }

    /// The largest nodes that fit into `most` lines.
    pub(super) fn outline(&self, most: usize) -> Outline<'r> {
        let least = self.least_size();
        let all = Cutoff { last: (Reverse(least), u32::MAX), least_sum: usize::from(!self.everything) };
        let outline = self.lines(all);
        if outline.lines.len() <= most {
            return outline;
        }
        let large = self.report.nodes().filter(|node| node.deep_size() >= least.max(1));
        let mut nodes: Vec<_> = large.map(size_order).collect();
        nodes.sort_unstable();
        let cutoff = |last: (Reverse<usize>, u32)| Cutoff { last, least_sum: last.0.0 };
        // A later cutoff never gives fewer lines.
        let fitting = nodes.partition_point(|&last| self.lines(cutoff(last)).lines.len() <= most);
        self.lines(cutoff(nodes.get(fitting.saturating_sub(1)).copied().unwrap_or(all.last)))
    }

    /// The lines of the nodes up to a cutoff. The open levels are on the heap, because a deep tree would overflow the stack.
    fn lines(&self, cutoff: Cutoff) -> Outline<'r> {
        let root = self.report.root();
        let mut lines = vec![Line { depth: 0, is_last_sibling: true, what: What::Node(root, root) }];
        let mut omits_nodes = false;
        let mut level_of = |node, depth| {
            let (level, is_complete) = self.level(node, depth, cutoff);
            omits_nodes |= !is_complete;
            level.into_iter()
        };
        let mut levels = vec![level_of(root, 1)];
        while let Some(level) = levels.last_mut() {
            let Some(what) = level.next() else {
                levels.pop();
                continue;
            };
            let is_last_sibling = level.len() == 0;
            let depth = levels.len();
            if let What::Node(_, last) = what {
                levels.push(level_of(last, depth + 1));
            }
            lines.push(Line { depth, is_last_sibling, what });
        }
        Outline { lines, omits_nodes }
    }

    /// The lines directly below a node, and whether they cover all bytes. A chain of nodes shares a line.
    fn level(&self, node: TreeNode<'r>, depth: usize, cutoff: Cutoff) -> (Vec<What<'r>>, bool) {
        let mut shown: Vec<TreeNode<'r>> = node.children().collect();
        shown.sort_by_key(TreeNode::rank);
        if self.everything {
            return (shown.into_iter().map(|node| What::Node(node, node)).collect(), true);
        }
        // References appear in the notes of their parents.
        shown.retain(|child| child.refers_to().is_none() && child.deep_size() > 0);
        let keep = if depth > self.view.depth {
            0
        } else {
            shown.partition_point(|node| size_order(*node) <= cutoff.last)
        };
        let mut hidden = shown.split_off(keep);
        let nodes = hidden.iter().map(|child| count_nodes(*child)).sum();
        let deep = hidden.iter().fold(0, |sum: usize, node| sum.saturating_add(node.deep_size()));
        // If the common line were the only one, it would repeat the line above.
        let is_useful = keep > 0 || depth > self.view.depth;
        let has_sum = is_useful && !hidden.is_empty() && deep >= cutoff.least_sum;
        let mut is_complete = has_sum || hidden.is_empty();
        if has_sum && nodes == 1 {
            // The line `… 1 more` would be no shorter.
            shown.append(&mut hidden);
        }
        let mut level = Vec::with_capacity(shown.len() + 1);
        for first in shown {
            let last = self.last_of_chain(first, cutoff, &mut is_complete);
            level.push(What::Node(first, last));
        }
        if has_sum && !hidden.is_empty() {
            level.push(What::More(nodes, deep));
        }
        (level, is_complete)
    }

    /// The last node of a chain from `first`: each has nearly all its bytes, and no sibling is large enough for a line.
    fn last_of_chain(&self, first: TreeNode<'r>, cutoff: Cutoff, is_complete: &mut bool) -> TreeNode<'r> {
        let (mut last, mut columns) = (first, first.name().chars().count());
        loop {
            let Some(child) = last.children().min_by_key(|child| size_order(*child)) else {
                return last;
            };
            columns += child.name().chars().count() + 1;
            let rest = first.deep_size() - child.deep_size();
            let is_alike = last.count() == child.count()
                && columns <= MOST_OF_CHAIN
                && (rest == 0 || rest < cutoff.least_size() && rest <= first.deep_size() / 20);
            let is_alone = last.children().nth(1).is_none();
            let has_references = last.children().any(|child| child.refers_to().is_some());
            // A variant and its only field share a line.
            let is_field = last.is_variant() && is_alone;
            if has_references || child.deep_size() == 0 || !(is_alike || is_field) {
                return last;
            }
            *is_complete &= is_alone;
            last = child;
        }
    }

    /// Writes the tree in at most `most` lines.
    pub(super) fn tree(&self, out: &mut dyn Write, most: usize) -> fmt::Result {
        let own =
            if self.everything { std::format!("{:>10} {:>10} ", "own", "spare") } else { String::new() };
        self.put(out, Look::Dim, &std::format!("{:>10} {:>6} {own}{:>11}", "bytes", "%", "count"))?;
        out.write_char('\n')?;
        let mut is_open: Vec<bool> = Vec::new();
        let outline = self.outline(most);
        if outline.omits_nodes {
            self.mark(Mark::Omitted);
        }
        for line in outline.lines {
            let around = line.depth.saturating_sub(1);
            is_open.truncate(around);
            let branches =
                if line.depth == 0 { String::new() } else { branches(&is_open, line.is_last_sibling) };
            if branches.contains('…') {
                self.mark(Mark::Cut);
            }
            if line.depth > 0 {
                is_open.push(!line.is_last_sibling);
            }
            self.line(out, &branches, &line.what)?;
        }
        Ok(())
    }

    fn line(&self, out: &mut dyn Write, branches: &str, what: &What<'r>) -> fmt::Result {
        let (deep, count, own, spare) = match *what {
            What::Node(node, _) => {
                let deep = node.refers_to().is_none().then(|| node.deep_size());
                (deep, Some(node), node.own_size(), node.spare_size())
            }
            What::More(_, deep) => (Some(deep), None, 0, 0),
        };
        let share = percent(deep.unwrap_or(0), self.report.deep_size());
        let mut start = match deep {
            Some(deep) => std::format!("{:>10} {share:>6.1} ", Bytes(deep)),
            None => " ".repeat(18),
        };
        if self.everything {
            start += &std::format!("{:>10} {:>10} ", amount(own), amount(spare));
        }
        let count = count.map_or(String::new(), |node| {
            let about = if node.sample_size().is_some() { "≈" } else { "" };
            std::format!("{about}{}", Count(node.count()))
        });
        if count.starts_with('≈') {
            self.mark(Mark::Estimate);
        }
        start += &std::format!("{count:>11}  ");
        let room = COLUMNS.saturating_sub(start.chars().count() + branches.chars().count());
        let (name, type_name, note) = self.labels(what, room);
        let look = if share >= 10.0 { Look::Bold } else { Look::Plain };
        self.put(out, look, &start)?;
        self.put(out, Look::Dim, branches)?;
        self.put(out, look, &name)?;
        out.write_str(&type_name)?;
        self.put(out, Look::Dim, &note)?;
        out.write_char('\n')
    }

    /// The name, type and note of a line, in at most `room` columns.
    fn labels(&self, what: &What<'r>, room: usize) -> (String, String, String) {
        let (node, last) = match *what {
            What::Node(node, last) => (node, last),
            What::More(nodes, _) => {
                self.mark(Mark::More);
                return (std::format!("… {} more", Count(nodes)), String::new(), String::new());
            }
        };
        let is_root = node.id() == 0;
        let mut name = if is_root { self.type_name(node.type_name(), room) } else { chain(node, last) };
        if node.is_truncated() {
            self.mark(Mark::Rest);
        }
        if !is_root {
            name = self.end_of(&name, room);
        }
        let room = room - name.chars().count();
        let note = self.note(node, last);
        // A note is more useful than the inner parameters of a long type, so it may take two thirds of the room.
        let wanted = note.chars().count().min(room * 2 / 3);
        let type_name = match (room - wanted).checked_sub(2) {
            Some(room) if !is_root && last.refers_to().is_none() && !last.names_type() => {
                std::format!(": {}", self.type_name(last.type_name(), room))
            }
            _ => String::new(),
        };
        let note = self.clipped(&note, room - type_name.chars().count());
        (name, type_name, note)
    }

    /// The note on a chain of nodes.
    fn note(&self, first: TreeNode<'_>, node: TreeNode<'_>) -> String {
        if let Some(other) = node.refers_to() {
            let (mark, arrow) =
                if node.is_shared_reference() { (Mark::Shared, "→") } else { (Mark::CountedAbove, "↑") };
            self.mark(mark);
            return std::format!(" {arrow} {}", self.path_end(other, 30));
        }
        if self.everything {
            return String::new();
        }
        let mut notes = Vec::new();
        if node.spare_size() >= self.least_size().max(1) {
            notes.push(std::format!("{} spare", Bytes(node.spare_size())));
        }
        let (padding, unused) = chain_of(first, node).iter().fold((0, 0), |(padding, unused), node| {
            (node.padding().saturating_add(padding), node.unused_by_variants().saturating_add(unused))
        });
        for (bytes, what) in [(padding, "padding"), (unused, "unused")] {
            if bytes >= self.least_size().max(1) {
                notes.push(std::format!("{} {what}", Bytes(bytes)));
            }
        }
        let references: Vec<_> = node.children().filter(TreeNode::is_shared_reference).collect();
        if let [first, others @ ..] = references.as_slice() {
            let handles = references.iter().map(TreeNode::count).fold(0, usize::saturating_add);
            let what = match first.refers_to() {
                Some(place) if others.is_empty() && place.path() == node.path() => {
                    "to blocks already counted".into()
                }
                Some(place) if others.is_empty() => std::format!("shared with {}", self.path(place)),
                _ => std::format!("shared with {} others", references.len()),
            };
            notes.push(std::format!("{} {what}", Count(handles)));
        }
        if notes.is_empty() { String::new() } else { std::format!("  ({})", notes.join("; ")) }
    }
}

/// A chain of nodes, last first.
fn chain_of<'r>(first: TreeNode<'r>, last: TreeNode<'r>) -> Vec<TreeNode<'r>> {
    let mut nodes = vec![last];
    while let Some(parent) = nodes.last().filter(|node| node.id() != first.id()).and_then(TreeNode::parent) {
        nodes.push(parent);
    }
    nodes
}

/// The names of a chain of nodes as one path.
fn chain(first: TreeNode<'_>, last: TreeNode<'_>) -> String {
    let nodes = chain_of(first, last);
    let mut path = first.name();
    for node in nodes.iter().rev().skip(1) {
        let _ = node.append_to(&mut path);
    }
    path
}

/// The branches before a line. If they do not fit, `…` replaces levels in the middle.
fn branches(is_open: &[bool], is_last: bool) -> String {
    let level = |is_open: &bool| if *is_open { "│  " } else { "   " };
    // A level takes three columns.
    let most = MOST_BRANCHES / 3 - 1;
    let mut branches = String::new();
    if is_open.len() > most {
        let (outer, inner) = (most / 2, most - most / 2 - 1);
        branches.extend(is_open.iter().take(outer).map(level));
        branches.push_str("…  ");
        branches.extend(is_open.iter().skip(is_open.len() - inner).map(level));
    } else {
        branches.extend(is_open.iter().map(level));
    }
    branches + if is_last { "└─ " } else { "├─ " }
}

/// The number of nodes in a subtree, without references.
fn count_nodes(node: TreeNode<'_>) -> usize {
    let mut found = vec![node];
    let mut count = 0;
    while let Some(node) = found.pop() {
        count += 1;
        found.extend(node.children().filter(|child| child.refers_to().is_none()));
    }
    count
}
