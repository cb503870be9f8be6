//! Prints reports as text.

mod legend;
mod sections;

use core::fmt::{self, Write};
use std::string::{String, ToString};
use std::vec;
use std::vec::Vec;

use self::legend::{Legend, Mark};
use super::report::{Report, View};
use super::units::{Bytes, Count, percent, plural};
use crate::tree::TreeNode;
use crate::tree::names::short;
use deep_size_core::Size;

/// The longest line.
const COLUMNS: usize = 100;

/// The most rows of a table without `#`.
const MOST_LINES: usize = 5;

/// The most columns for the branches of a tree.
const MOST_BRANCHES: usize = 42;

/// Writes a report as text.
pub(crate) struct Printer<'r> {
    pub(crate) report: &'r Report,
    pub(crate) view: View,
    /// `{:#}`: every node and all tables.
    pub(crate) everything: bool,
    pub(crate) colours: bool,
    legend: Legend,
}

/// Prints totals, tree, shared allocations, leaked cycles and advice.
///
/// Without `#`, tables have five rows. Small nodes, below [`min_share`](crate::Inspector::min_share) of all bytes, and nodes below
/// [`max_depth`](crate::Inspector::max_depth) are added up on lines like `… 12 more`. A single one is printed instead.
///
/// With `{:#}`, the tree and all tables are complete, and the histogram by type, the largest values and the opaque parts are
/// added. Only shared allocations are limited, to the number of
/// [`largest_values`](crate::Inspector::largest_values).
///
/// Siblings are sorted by size. A line below a section explains the marks that appear there first.
impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let everything = formatter.alternate();
        Printer::new(self, everything, false).write(formatter)
    }
}

/// The style of text on a terminal.
#[derive(Clone, Copy)]
enum Look {
    Plain,
    Bold,
    Dim,
}

/// One line of a tree.
#[derive(Default)]
struct TreeLine {
    deep: Option<usize>,
    own: usize,
    spare: usize,
    count: Option<usize>,
    name: String,
    type_name: String,
    note: String,
}

/// The children of a node while they are printed.
struct Level<'r> {
    /// The children not printed yet, largest first.
    shown: vec::IntoIter<TreeNode<'r>>,
    /// The number of hidden nodes, and their bytes.
    hidden: Option<(usize, usize)>,
    /// Whether the line being printed is the last one of this level.
    is_at_end: bool,
}

impl<'r> Printer<'r> {
    pub(crate) fn new(report: &'r Report, everything: bool, colours: bool) -> Self {
        Self { report, view: report.view, everything, colours, legend: Legend::default() }
    }
}

/// A sentence on the certainty of a size, unless it is exact.
pub(crate) fn certainty(size: &Size) -> Option<String> {
    let (opaque, bounds) = (size.opaque_part_count, size.lower_bound_count);
    let mut parts = Vec::new();
    if opaque > 0 {
        let were = if opaque == 1 { "was" } else { "were" };
        parts.push(std::format!("{} {were} not counted", plural(opaque, "part", "parts")));
    }
    if bounds > 0 {
        let more = match size.missing_size {
            Some(most) => std::format!("have at most {} more", Bytes(most)),
            None => String::from("be larger"),
        };
        parts.push(std::format!("{} may {more}", plural(bounds, "counted part", "counted parts")));
    }
    (!parts.is_empty()).then(|| std::format!("a lower bound: {}", parts.join(", ")))
}

impl Printer<'_> {
    pub(crate) fn write(&self, out: &mut dyn Write) -> fmt::Result {
        self.totals(out)?;
        out.write_char('\n')?;
        self.section(out, Self::tree)?;
        if self.everything {
            self.section(out, Self::types)?;
            self.section(out, Self::largest)?;
        }
        self.section(out, Self::opaque)?;
        self.section(out, Self::lower_bounds)?;
        self.section(out, Self::shared_allocations)?;
        self.section(out, Self::cycles)?;
        self.section(out, Self::advice)
    }

    /// Writes the first line of totals, and the tree.
    pub(crate) fn top(&self, out: &mut dyn Write) -> fmt::Result {
        self.total(out)?;
        self.section(out, Self::tree)
    }

    fn total(&self, out: &mut dyn Write) -> fmt::Result {
        let report = self.report;
        let type_name = self.clipped(&short(report.root().type_name()), 40);
        self.put(out, Look::Bold, &type_name)?;
        out.write_str(": ")?;
        self.put(out, Look::Bold, &std::format!("{}", Bytes(report.deep_size())))?;
        // Only the name of a reference type starts with `&`.
        if report.root().type_name().starts_with('&') {
            return writeln!(out, ", a reference; dereference it to measure its target");
        }
        if report.heap_size() == 0 {
            return writeln!(out, ", nothing on the heap");
        }
        write!(out, " ({} + {} on the heap", Bytes(report.shallow_size()), Bytes(report.heap_size()))?;
        writeln!(out, " in {})", plural(report.allocation_count(), "allocation", "allocations"))
    }

    fn totals(&self, out: &mut dyn Write) -> fmt::Result {
        self.total(out)?;
        let report = self.report;
        let mut notes = Vec::new();
        for (what, bytes) in [("spare", report.spare_size()), ("behind shared handles", report.shared_size())]
        {
            if bytes > 0 {
                let share = percent(bytes, report.deep_size());
                notes.push(std::format!("{what} {} ({share:.1} %)", Bytes(bytes)));
            }
        }
        if !notes.is_empty() {
            writeln!(out, "{}", notes.join(", "))?;
        }
        self.drop_frees(out)?;
        if let Some(note) = certainty(&report.size()) {
            writeln!(out, "{note}")?;
        }
        if report.unfollowed_pointer_count() > 0 {
            let pointers = plural(
                report.unfollowed_pointer_count(),
                "reference or raw pointer",
                "references or raw pointers",
            );
            writeln!(out, "holds {pointers}, not followed")?;
        }
        if report.is_truncated() {
            writeln!(out, "truncated: too many paths, the rest is added up in nodes named `…`")?;
        }
        Ok(())
    }

    fn opaque(&self, out: &mut dyn Write) -> fmt::Result {
        let parts = self.report.opaque_parts().iter();
        self.parts(
            out,
            "not counted",
            parts.map(|part| (&*part.path, &*part.type_name, part.count, part.reason.to_string())),
        )
    }

    fn lower_bounds(&self, out: &mut dyn Write) -> fmt::Result {
        let bounds = self.report.lower_bounds().iter().map(|bound| {
            let more = match bound.missing_size {
                Some(most) => std::format!("at most {} more, ", Bytes(most)),
                None => String::new(),
            };
            (&*bound.path, &*bound.type_name, bound.count, std::format!("{more}{}", bound.reason))
        });
        self.parts(out, "counted as lower bounds", bounds)
    }

    /// Writes a list of paths with their types, counts and notes.
    fn parts<'p>(
        &self,
        out: &mut dyn Write,
        heading: &str,
        parts: impl ExactSizeIterator<Item = (&'p str, &'p str, usize, String)>,
    ) -> fmt::Result {
        let all = parts.len();
        if all == 0 {
            return Ok(());
        }
        // The line `… 1 more` would be no shorter than the row.
        let most = if all - 1 <= self.most_lines() { all } else { self.most_lines() };
        self.heading(out, heading)?;
        for (path, type_name, count, note) in parts.take(most) {
            let path = if path == "." { "the value itself" } else { path };
            let what = std::format!("{}: {}", self.end_of(path, 50), short(type_name));
            let times = if count > 1 { std::format!(" × {}", Count(count)) } else { String::new() };
            let line = std::format!("  {}{times}, {note}", self.clipped(&what, 60));
            writeln!(out, "{}", self.clipped(&line, COLUMNS))?;
        }
        if all > most {
            writeln!(out, "  … {} more", all - most)?;
        }
        Ok(())
    }

    fn tree(&self, out: &mut dyn Write) -> fmt::Result {
        let own =
            if self.everything { std::format!("{:>10} {:>10} ", "own", "spare") } else { String::new() };
        let heading = std::format!("{:>10} {:>6} {own}{:>11}", "bytes", "%", "count");
        self.put(out, Look::Dim, &heading)?;
        out.write_char('\n')?;
        let root = self.report.root();
        let name = short(root.type_name());
        let line = TreeLine { name, type_name: String::new(), ..self.line_of(root).0 };
        self.line(out, "", line)?;
        self.children(out, root)
    }

    /// Writes all nodes below a node. The open levels are on the heap, because a tree may be deeper than the stack.
    fn children(&self, out: &mut dyn Write, node: TreeNode<'_>) -> fmt::Result {
        let mut levels = Vec::from([self.split(node, 1)]);
        while let Some(level) = levels.last_mut() {
            let next = level.shown.next();
            level.is_at_end = level.shown.len() == 0 && (next.is_none() || level.hidden.is_none());
            let hidden = level.hidden;
            let branches = branches(&levels);
            if let Some(child) = next {
                let (line, child) = self.line_of(child);
                self.line(out, &branches, line)?;
                levels.push(self.split(child, levels.len() + 1));
                continue;
            }
            if let Some((nodes, deep)) = hidden {
                self.mark(Mark::More);
                let name = std::format!("… {} more", Count(nodes));
                let line = TreeLine { deep: Some(deep), name, ..TreeLine::default() };
                self.line(out, &branches, line)?;
            }
            levels.pop();
        }
        Ok(())
    }

    fn split<'a>(&self, node: TreeNode<'a>, depth: usize) -> Level<'a> {
        let mut shown: Vec<TreeNode<'a>> = node.children().collect();
        shown.sort_by_key(TreeNode::rank);
        if self.everything {
            return Level { shown: shown.into_iter(), hidden: None, is_at_end: false };
        }
        // References appear in the notes of their parents.
        shown.retain(|child| child.refers_to().is_none());
        let least = self.view.smallest_share * self.report.deep_size() as f64;
        let mut keep = shown.iter().take_while(|child| child.deep_size() as f64 >= least).count();
        if depth > self.view.depth {
            keep = 0;
        }
        let mut hidden = shown.split_off(keep);
        let nodes = hidden.iter().map(|child| count_nodes(*child)).sum();
        if nodes == 1 {
            // The line `… 1 more` would be no shorter.
            shown.append(&mut hidden);
        }
        let deep = hidden.iter().fold(0, |sum: usize, node| sum.saturating_add(node.deep_size()));
        let hidden = (!hidden.is_empty()).then_some((nodes, deep));
        Level { shown: shown.into_iter(), hidden, is_at_end: false }
    }

    /// The line for a node, and the node whose children go below it.
    fn line_of<'a>(&self, node: TreeNode<'a>) -> (TreeLine, TreeNode<'a>) {
        let mut line = TreeLine {
            deep: node.refers_to().is_none().then(|| node.deep_size()),
            own: node.own_size(),
            spare: node.spare_size(),
            count: Some(node.count()),
            name: node.name(),
            type_name: String::new(),
            note: String::new(),
        };
        if node.is_truncated() {
            self.mark(Mark::Rest);
        } else if node.is_recursive() {
            self.mark(Mark::Recursive);
        }
        let mut last = node;
        // A variant and its only field share a line.
        let mut children = node.children();
        if let (false, true, Some(child), None) =
            (self.everything, node.is_variant(), children.next(), children.next())
        {
            if child.refers_to().is_none() {
                let _ = child.append_to(&mut line.name);
                last = child;
            }
        }
        if last.refers_to().is_none() && !last.names_type() {
            line.type_name = std::format!(": {}", short(last.type_name()));
        }
        line.note = self.note(last);
        (line, last)
    }

    fn note(&self, node: TreeNode<'_>) -> String {
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
        let least = self.view.smallest_share * self.report.deep_size() as f64;
        if node.spare_size() > 0 && node.spare_size() as f64 >= least {
            notes.push(std::format!("{} spare", Bytes(node.spare_size())));
        }
        let references: Vec<_> = node.children().filter(TreeNode::is_shared_reference).collect();
        if let [first, others @ ..] = references.as_slice() {
            let handles: usize = references.iter().map(TreeNode::count).sum();
            let what = match first.refers_to() {
                Some(place) if others.is_empty() => match self.path(place) {
                    path if path == node.path() => "to blocks already counted".into(),
                    path => std::format!("shared with {path}"),
                },
                _ => std::format!("shared with {} others", references.len()),
            };
            notes.push(std::format!("{} {what}", Count(handles)));
        }
        if notes.is_empty() { String::new() } else { std::format!("  ({})", notes.join("; ")) }
    }

    /// Writes one line of the tree.
    fn line(&self, out: &mut dyn Write, branches: &str, line: TreeLine) -> fmt::Result {
        let TreeLine { deep, own, spare, count, name, type_name, note } = line;
        let share = percent(deep.unwrap_or(0), self.report.deep_size());
        let mut start = match deep {
            Some(deep) => std::format!("{:>10} {share:>6.1} ", Bytes(deep)),
            None => " ".repeat(18),
        };
        if self.everything {
            start += &std::format!("{:>10} {:>10} ", amount(own), amount(spare));
        }
        let count = count.map_or(String::new(), |count| std::format!("{}", Count(count)));
        start += &std::format!("{count:>11}  ");
        let branches = self.end_of(branches, MOST_BRANCHES);
        let room = COLUMNS.saturating_sub(start.chars().count() + branches.chars().count());
        let name = self.clipped(&name, room);
        let room = room - name.chars().count();
        // A note is more useful than the end of a long type, so it keeps up to two thirds.
        let wanted = note.chars().count().min(room * 2 / 3);
        let type_name = self.clipped(&type_name, room - wanted);
        let note = self.clipped(&note, room - type_name.chars().count());
        let look = if share >= 10.0 { Look::Bold } else { Look::Plain };
        self.put(out, look, &start)?;
        self.put(out, Look::Dim, &branches)?;
        self.put(out, look, &name)?;
        out.write_str(&type_name)?;
        self.put(out, Look::Dim, &note)?;
        out.write_char('\n')
    }

    fn types(&self, out: &mut dyn Write) -> fmt::Result {
        self.heading(out, "by type")?;
        let heading = std::format!(
            "{:>10} {:>6} {:>10} {:>10} {:>11}  type",
            "bytes",
            "%",
            "average",
            "spare",
            "count"
        );
        self.put(out, Look::Dim, &heading)?;
        out.write_char('\n')?;
        for total in self.report.types() {
            let share = percent(total.size, self.report.deep_size());
            let average = std::format!("{:.1} B", total.average_size());
            let average = if total.average_size() < 1000.0 {
                average
            } else {
                std::format!("{}", Bytes(total.average_size() as usize))
            };
            let spare = amount(total.spare_size);
            let (bytes, count) = (Bytes(total.size), Count(total.count));
            let start = std::format!("{bytes:>10} {share:>6.1} {average:>10} {spare:>10} {count:>11}  ");
            let room = COLUMNS.saturating_sub(start.chars().count());
            writeln!(out, "{start}{}", self.clipped(&short(&total.type_name), room))?;
        }
        Ok(())
    }

    fn largest(&self, out: &mut dyn Write) -> fmt::Result {
        if self.report.largest_values().is_empty() {
            return Ok(());
        }
        self.heading(out, "largest values, by the heap blocks they own directly")?;
        for value in self.report.largest_values() {
            let share = percent(value.size, self.report.deep_size());
            let path = if value.path == "." { "the value itself" } else { &value.path };
            // The middle of a very long path is left out.
            if path.contains(".….") && !self.report.is_truncated() {
                self.mark(Mark::Cut);
            }
            let path = self.end_of(path, 60);
            let type_name = self.clipped(&short(&value.type_name), COLUMNS - 21 - path.chars().count());
            writeln!(out, "{:>10} {share:>6.1}  {path}: {type_name}", Bytes(value.size))?;
        }
        Ok(())
    }

    fn heading(&self, out: &mut dyn Write, text: &str) -> fmt::Result {
        out.write_char('\n')?;
        self.put(out, Look::Bold, text)?;
        out.write_char('\n')
    }

    fn put(&self, out: &mut dyn Write, look: Look, text: &str) -> fmt::Result {
        match look {
            _ if !self.colours || text.is_empty() => out.write_str(text),
            Look::Plain => out.write_str(text),
            Look::Bold => write!(out, "\x1b[1m{text}\x1b[0m"),
            Look::Dim => write!(out, "\x1b[2m{text}\x1b[0m"),
        }
    }
}

/// Bytes, or nothing for 0.
fn amount(bytes: usize) -> String {
    if bytes == 0 { String::new() } else { std::format!("{}", Bytes(bytes)) }
}

/// The branches before a line at the last of these levels, without levels that do not fit.
fn branches(levels: &[Level<'_>]) -> String {
    // A level takes three columns. One level too many is kept, so that cutting it leaves an ellipsis.
    let last = levels.len() - 1;
    let seen = &levels[last.saturating_sub(MOST_BRANCHES / 3)..];
    let around = seen[..seen.len() - 1].iter();
    let mut branches: String = around.map(|level| if level.is_at_end { "   " } else { "│  " }).collect();
    branches.push_str(if seen[seen.len() - 1].is_at_end { "└─ " } else { "├─ " });
    branches
}

/// The number of nodes in a subtree, without references.
fn count_nodes(node: TreeNode<'_>) -> usize {
    let mut found = Vec::from([node]);
    let mut count = 0;
    while let Some(node) = found.pop() {
        count += 1;
        found.extend(node.children().filter(|child| child.refers_to().is_none()));
    }
    count
}
