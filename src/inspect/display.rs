//! Prints reports as text.

mod legend;
mod outline;
pub(crate) mod sections;
mod table;

use core::fmt::{self, Write};
use std::string::String;
use std::vec::Vec;

use self::legend::Legend;
use self::table::Table;
use super::report::{Report, View};
use super::units::{Bytes, percent, plural};
use deep_size_core::Size;

/// The longest line.
const COLUMNS: usize = 100;

/// The most lines without `#` and without [`min_share`](crate::Inspector::min_share).
const MOST_LINES: usize = 40;

/// The most rows of a table without `#`.
const MOST_ROWS: usize = 5;

/// Without `#`, the histogram by type is omitted if the tree has at most this many nodes.
const MOST_OBVIOUS_NODES: usize = 20;

/// Writes a report as text.
pub(crate) struct Printer<'r> {
    pub(crate) report: &'r Report,
    pub(crate) view: View,
    /// `{:#}`: every node and all tables.
    pub(crate) everything: bool,
    pub(crate) colours: bool,
    legend: Legend,
}

/// Prints totals, tree, histogram by type, inexact parts, shared allocations, leaked cycles and advice.
///
/// Without `#`, at most about 40 lines are printed:
///
/// - The tree has the largest nodes, down to 1 % of all bytes. Lines like `… 12 more` add up the others, unless the sum is small.
/// - A node and its only large part share a line, as in `items.0::Text.0`. It has the bytes of the node and the type of the part.
/// - Tables have at most five rows. The histogram is omitted if the tree has at most 20 nodes.
///
/// If [`min_share`](crate::Inspector::min_share) was set, the tree has all nodes with this share, in any number of lines.
///
/// With `{:#}`, the tree and all tables are complete, and the largest values are added. Only the table of shared allocations is
/// limited, by [`largest_values`](crate::Inspector::largest_values).
///
/// Siblings are sorted by size. The last lines explain the marks in use.
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

impl<'r> Printer<'r> {
    pub(crate) fn new(report: &'r Report, everything: bool, colours: bool) -> Self {
        Self { report, view: report.view, everything, colours, legend: Legend::default() }
    }
}

/// A note on the certainty of a size, unless it is exact.
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
        let mut tables = [
            self.types(),
            self.largest(),
            self.opaque(),
            self.lower_bounds(),
            self.shared_allocations(),
            self.cycles(),
            self.advice(),
        ];
        let mut totals = String::new();
        self.totals(&mut totals)?;
        out.write_str(&totals)?;
        out.write_char('\n')?;
        self.tree(out, self.distribute(totals.lines().count(), &mut tables))?;
        tables.iter().try_for_each(|table| self.table(out, table))?;
        self.remarks(out)?;
        self.layouts(out)?;
        self.legend(out)
    }

    /// Writes the first line of totals, and the tree.
    pub(crate) fn top(&self, out: &mut dyn Write) -> fmt::Result {
        self.total(out)?;
        self.tree(out, usize::MAX)?;
        self.legend(out)
    }

    /// Truncates the tables to a common number of rows. Returns the number of lines left for the tree.
    ///
    /// If it needs them, the tree gets at least four lines for each row of a table. Each table keeps at least one row.
    fn distribute(&self, totals: usize, tables: &mut [Table]) -> usize {
        if self.everything || self.view.smallest_share.is_some() {
            return usize::MAX;
        }
        // A blank line, the tree's heading and two lines of legend.
        let fixed: usize = totals + 4 + tables.iter().map(Table::fixed_lines).sum::<usize>();
        let room = MOST_LINES.saturating_sub(fixed);
        let wanted = self.outline(room).lines.len();
        let rows = |most: usize| tables.iter().map(|table| table.rows.len().min(most)).sum::<usize>();
        let fits = |most: &usize| rows(*most) + wanted.min(4 * most) <= room;
        let most = (2..=MOST_ROWS).rev().find(fits).unwrap_or(1);
        let tree = room.saturating_sub(rows(most)).max(1);
        tables.iter_mut().for_each(|table| table.rows.truncate(most));
        tree
    }

    fn total(&self, out: &mut dyn Write) -> fmt::Result {
        let report = self.report;
        let type_name = self.type_name(report.root().type_name(), 40);
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
        let [one, several] = report.allocation_names();
        writeln!(out, " in {})", plural(report.allocation_count(), one, several))
    }

    fn totals(&self, out: &mut dyn Write) -> fmt::Result {
        self.total(out)?;
        let report = self.report;
        let waste = |bytes| if bytes < self.least_size() { 0 } else { bytes };
        for sizes in [
            [("spare", report.spare_size()), ("behind shared handles", report.shared_size())],
            [
                ("padding", waste(report.padding())),
                ("unused by variants", waste(report.unused_by_variants())),
            ],
        ] {
            let notes = sizes.iter().filter(|(_, bytes)| *bytes > 0).map(|(name, bytes)| {
                let share = percent(*bytes, report.deep_size());
                std::format!("{name} {} ({share:.1} %)", Bytes(*bytes))
            });
            let notes: Vec<_> = notes.collect();
            if !notes.is_empty() {
                writeln!(out, "{}", notes.join(", "))?;
            }
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
            writeln!(out, "holds up to {pointers}, not followed")?;
        }
        if report.is_truncated() {
            writeln!(out, "truncated: too many paths, the rest is added up in nodes named `…`")?;
        }
        Ok(())
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
