//! The graph of shared blocks, for Graphviz.

use core::fmt::{self, Write as _};
use std::borrow::Cow;
use std::collections::HashSet;
use std::io;
use std::string::String;
use std::vec;
use std::vec::Vec;

use super::names::Names;
use crate::inspect::Report;
use crate::inspect::display::sections::DropSentence;
use crate::inspect::units::{Bytes, Count, plural};
use crate::ownership::{DropOutcome, SharedAllocation};
use crate::tree::names::{clipped, end_of};
use crate::visible::visible;

/// Graphviz takes minutes to lay out more blocks, and the picture is unreadable.
const MOST_BLOCKS: usize = 100;
/// The most holders drawn for one block.
const MOST_EDGES: usize = 8;
/// The longest name in the picture. Tooltips have more.
const MOST_COLUMNS: usize = 48;
const MOST_OF_TOOLTIP: usize = 1000;

impl Report {
    /// Writes the [shared blocks](Self::shared_allocations) and their holders in the DOT language of Graphviz.
    ///
    /// - The node `value` is the value with the memory that only it owns. The nodes `b0`, `b1`, … are shared blocks, numbered by
    ///   their [position](SharedAllocation::position), with own size, retained size and number of handles. Blocks that stay alive
    ///   after a drop are yellow, leaked ones red.
    /// - An edge represents strong handles or, if dashed, weak ones. Its label has the path of the first handle and their number.
    ///   Handles of a leaked cycle are red. Handles outside the value come from the node `outside`.
    /// - A dotted edge connects the [dominator](SharedAllocation::dominator) of a block to the block, if several others hold it.
    ///
    /// The graph has the 100 blocks that retain the most bytes, each with at most 8 holders. All other blocks are the node
    /// `rest`. The attributes `own` of all nodes add up to [`deep_size`](Self::deep_size). Blocks also have the attributes
    /// `retained`, in bytes, and `dominator`, the name of a node.
    ///
    /// Takes time linear in the size of the graph of shared blocks.
    ///
    /// ```text
    /// dot -Tsvg graph.dot -o graph.svg
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the errors of `out`.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use deep_size::inspect;
    ///
    /// let text: Arc<str> = "held twice".into();
    /// let report = inspect(&vec![text.clone(), text]);
    /// let mut graph = Vec::new();
    /// report.write_dot(&mut graph)?;
    /// let graph = String::from_utf8(graph).unwrap();
    /// assert!(graph.starts_with("digraph "));
    /// assert!(graph.contains("value -> b0 [strong=2, label=\"[] ×2\""));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn write_dot(&self, out: impl io::Write) -> io::Result<()> {
        let mut graph = DotGraph::new(self, out);
        graph.begin()?;
        let blocks: Vec<_> = self.shared_allocations().take(MOST_BLOCKS).collect();
        for &block in &blocks {
            graph.block(block)?;
        }
        graph.rest(blocks.len())?;
        for &block in &blocks {
            graph.holders(block)?;
        }
        graph.end()
    }
}

struct DotGraph<'r, W> {
    report: &'r Report,
    names: Names<'r>,
    out: W,
    /// The edges of leaked cycles, by the positions of their blocks.
    cycle_edges: HashSet<(usize, usize)>,
    cyclic: HashSet<usize>,
    has_outside: bool,
}

impl<'r, W: io::Write> DotGraph<'r, W> {
    fn new(report: &'r Report, out: W) -> Self {
        let mut cycle_edges = HashSet::new();
        for cycle in report.cycles() {
            let blocks: Vec<_> = cycle.links().map(|link| link.block().position()).collect();
            let next = blocks.iter().cycle().skip(1);
            cycle_edges.extend(blocks.iter().copied().zip(next.copied()));
        }
        let cyclic = cycle_edges.iter().map(|&(from, _)| from).collect();
        Self { report, names: Names::new(report), out, cycle_edges, cyclic, has_outside: false }
    }

    fn begin(&mut self) -> io::Result<()> {
        let report = self.report;
        let name = self.short(report.root().type_name());
        writeln!(self.out, "digraph \"{}\" {{", DotText(&name))?;
        writeln!(
            self.out,
            "  label=\"{}: {}; {}\";",
            DotText(&name),
            Bytes(report.deep_size()),
            DropSentence(report)
        )?;
        writeln!(self.out, "  labelloc=t; fontname=\"sans-serif\";")?;
        writeln!(
            self.out,
            "  node [shape=box, style=filled, fillcolor=\"#e8eef7\", fontname=\"sans-serif\"];"
        )?;
        writeln!(self.out, "  edge [fontname=\"sans-serif\", fontsize=9];")?;
        let listed =
            report.shared_allocations().fold(0_usize, |sum, block| sum.saturating_add(block.own_size()));
        let own = report.deep_size().saturating_sub(listed);
        writeln!(
            self.out,
            "  value [own={own}, retained={}, label=\"{}\\nowns {} alone\", tooltip=\"{}\", shape=ellipse, fontsize={}];",
            report.deep_size(),
            DotText(&name),
            Bytes(own),
            DotText(&tooltip(report.root().type_name())),
            self.font_size(own)
        )
    }

    fn block(&mut self, block: SharedAllocation<'r>) -> io::Result<()> {
        let (own, retained) = (block.own_size(), block.retained_size());
        write!(self.out, "  b{} [own={own}, retained={retained}, ", block.position())?;
        if let Some(dominator) = block.dominator() {
            write!(self.out, "dominator={}, ", Id(dominator.position()))?;
        }
        let (name, font_size) = (self.short(block.type_name()), self.font_size(retained));
        write!(self.out, "label=\"{}\\n{} own, {} retained", DotText(&name), Bytes(own), Bytes(retained))?;
        let kinds = [
            ("strong", block.inside_strong_count(), block.outside_strong_count()),
            ("weak", block.inside_weak_count(), block.outside_weak_count()),
        ];
        for (kind, inside, outside) in kinds {
            match outside {
                Some(0) if inside == 0 => {}
                Some(outside) => {
                    write!(self.out, "\\n{kind}: {} inside, {} outside", Count(inside), Count(outside))?
                }
                None => write!(self.out, "\\n{kind}: {} inside, unknown outside", Count(inside))?,
            }
        }
        let colour = match (block.contents_outcome(), block.block_outcome()) {
            (DropOutcome::Freed, DropOutcome::Freed) => "",
            (DropOutcome::Freed, _) => ", fillcolor=\"#fdf3d1\"",
            (DropOutcome::External, _) => ", fillcolor=\"#fbe3a2\"",
            (DropOutcome::Cyclic, _) => ", fillcolor=\"#f7c5c0\"",
        };
        write!(self.out, "\\n{}\", fontsize={font_size}{colour}", block.outcome())?;
        if self.cyclic.contains(&block.position()) {
            write!(self.out, ", color=\"#c5221f\", penwidth=2")?;
        }
        writeln!(self.out, ", tooltip=\"{}\"];", DotText(&tooltip(block.type_name())))
    }

    /// Draws all blocks from this position on as one node.
    fn rest(&mut self, first: usize) -> io::Result<()> {
        let (mut count, mut own) = (0, 0_usize);
        // Handles from the value, then from each block that is drawn.
        let mut handles = vec![(0_usize, 0_usize); first + 1];
        let mut outside = (0_usize, 0_usize);
        for block in self.report.shared_allocations().skip(first) {
            count += 1;
            own = own.saturating_add(block.own_size());
            for one in block.retainers() {
                let from = one.block().map_or(0, |from| from.position() + 1);
                if let Some((strong, weak)) = handles.get_mut(from) {
                    *strong = strong.saturating_add(one.strong_count());
                    *weak = weak.saturating_add(one.weak_count());
                }
            }
            outside.0 = outside.0.saturating_add(block.outside_strong_count().unwrap_or(0));
            outside.1 = outside.1.saturating_add(block.outside_weak_count().unwrap_or(0));
        }
        if count == 0 {
            return Ok(());
        }
        writeln!(
            self.out,
            "  rest [own={own}, blocks={count}, label=\"{}\\n{} own\", shape=box3d, fontsize={}];",
            plural(count, "more block", "more blocks"),
            Bytes(own),
            self.font_size(own)
        )?;
        for (from, (strong, weak)) in handles.into_iter().enumerate() {
            let from = from.checked_sub(1);
            self.edges(&Id::of(from), "rest", "", (strong, weak), false)?;
        }
        self.outside("rest", (Some(outside.0), Some(outside.1)))
    }

    /// Draws the handles on a block.
    fn holders(&mut self, block: SharedAllocation<'r>) -> io::Result<()> {
        let to = std::format!("{}", Id(block.position()));
        let mut rest = (0_usize, 0_usize);
        let is_drawn = |from: Option<usize>| from.is_none_or(|from| from < MOST_BLOCKS);
        let (mut drawn, mut left_out) = (0, 0);
        for one in block.retainers() {
            let from = one.block().map(|from| from.position());
            if !is_drawn(from) {
                rest = (rest.0.saturating_add(one.strong_count()), rest.1.saturating_add(one.weak_count()));
            } else if drawn < MOST_EDGES {
                drawn += 1;
                let is_hop = from.is_some_and(|from| self.cycle_edges.contains(&(from, block.position())));
                let path = one.node().path();
                self.edges(&Id::of(from), &to, &path, (one.strong_count(), one.weak_count()), is_hop)?;
            } else {
                left_out += 1;
            }
        }
        self.edges("rest", &to, "", rest, false)?;
        if left_out > 0 {
            let label = plural(left_out, "more holder", "more holders");
            writeln!(self.out, "  {to} [xlabel=\"{label}\", left_out={left_out}];")?;
        }
        self.outside(&to, (block.outside_strong_count(), block.outside_weak_count()))?;
        match block.dominator().map(|dominator| dominator.position()) {
            Some(by) if is_drawn(Some(by)) && block.retainers().len() > 1 => {
                let attributes = "style=dotted, arrowhead=empty, constraint=false, color=\"#5f6368\"";
                writeln!(self.out, "  {} -> {to} [dominates=1, {attributes}, tooltip=\"retains\"];", Id(by))
            }
            _ => Ok(()),
        }
    }

    fn outside(&mut self, to: &str, handles: (Option<usize>, Option<usize>)) -> io::Result<()> {
        if handles == (Some(0), Some(0)) {
            return Ok(());
        }
        if !self.has_outside {
            self.has_outside = true;
            writeln!(
                self.out,
                "  outside [own=0, label=\"handles outside\", shape=ellipse, style=\"filled,dashed\", fillcolor=\"#fbe3a2\"];"
            )?;
        }
        if let (None, _) | (_, None) = handles {
            writeln!(self.out, "  outside -> {to} [label=\"unknown\", tooltip=\"unknown number\"];")?;
        }
        let known = (handles.0.unwrap_or(0), handles.1.unwrap_or(0));
        self.edges("outside", to, "", known, false)
    }

    /// Draws an edge for the strong handles and one for the weak ones, if there are any.
    fn edges(
        &mut self,
        from: &str,
        to: &str,
        path: &str,
        (strong, weak): (usize, usize),
        is_hop: bool,
    ) -> io::Result<()> {
        let (shown, whole) = (end_of(path, MOST_COLUMNS), tooltip(path));
        let space = if path.is_empty() { "" } else { " " };
        let hop = if is_hop { ", color=\"#c5221f\", penwidth=2" } else { "" };
        for (kind, count, style) in [("strong", strong, hop), ("weak", weak, ", style=dashed")] {
            if count > 0 {
                writeln!(
                    self.out,
                    "  {from} -> {to} [{kind}={count}, label=\"{}{space}×{}\", tooltip=\"{} {kind}\"{style}];",
                    DotText(&shown),
                    Count(count),
                    DotText(&whole),
                )?;
            }
        }
        Ok(())
    }

    fn end(mut self) -> io::Result<()> {
        writeln!(self.out, "}}")?;
        self.out.flush()
    }

    fn short(&self, type_name: &'r str) -> String {
        clipped(self.names.of_type(type_name), MOST_COLUMNS)
    }

    fn font_size(&self, bytes: usize) -> u8 {
        // In a report read from a file, a block may claim to retain more than the deep size.
        let share = (bytes as f64 / self.report.deep_size().max(1) as f64).min(1.0);
        9 + (15.0 * share.sqrt()) as u8
    }
}

fn tooltip(text: &str) -> String {
    clipped(text, MOST_OF_TOOLTIP)
}

/// The name of a block's node.
struct Id(usize);

impl Id {
    /// The name of a block's node, or of the value's.
    fn of(position: Option<usize>) -> Cow<'static, str> {
        position.map_or("value".into(), |position| std::format!("{}", Self(position)).into())
    }
}

impl fmt::Display for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "b{}", self.0)
    }
}

/// A text between quotes, without escapes or entities for Graphviz.
struct DotText<'t>(&'t str);

impl fmt::Display for DotText<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in visible(self.0).chars() {
            match character {
                '\\' => formatter.write_str("\\\\")?,
                '"' => formatter.write_str("\\\"")?,
                '&' => formatter.write_str("&amp;")?,
                _ => formatter.write_char(character)?,
            }
        }
        Ok(())
    }
}
