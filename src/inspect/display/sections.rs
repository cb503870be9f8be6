//! The contents of the tables of a printed report.

use core::fmt::{self, Write};
use core::hash::Hash;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::string::{String, ToString};
use std::vec::Vec;

use super::super::units::{Bytes, Count, percent, plural};
use super::legend::Mark;
use super::table::{Row, Table};
use super::{COLUMNS, Look, MOST_OBVIOUS_NODES, MOST_ROWS, Printer, amount};
use crate::advice::{Advice, AdviceKind, Certainty};
use crate::inspect::Report;
use crate::ownership::{Cycle, SharedAllocation};
use crate::tree::names::{short, whole};
use crate::visible::Visible;

/// The most blocks printed for a cycle.
const MOST_HOPS: usize = 100;

/// The outcome of a drop, in one sentence.
pub(crate) struct DropSentence<'r>(pub(crate) &'r Report);

impl fmt::Display for DropSentence<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(report) = self;
        let sharing = &report.sharing;
        let unless = |out: &mut fmt::Formatter<'_>, bytes: usize| match bytes {
            0 => Ok(()),
            _ => write!(out, " (unless others hold {} of it)", Bytes(bytes)),
        };
        write!(out, "dropping it frees {}", Bytes(sharing.exclusive))?;
        unless(out, sharing.uncertain_exclusive())?;
        let uncertain = sharing.uncertain_external;
        if sharing.external > uncertain {
            write!(out, "; {} stays alive (held elsewhere)", Bytes(sharing.external - uncertain))?;
        }
        if uncertain > 0 {
            write!(out, "; {} may stay alive ({})", Bytes(uncertain), sharing.doubt())?;
        }
        if sharing.cyclic > 0 {
            write!(out, "; {} leaks", Bytes(sharing.cyclic))?;
            unless(out, sharing.uncertain_cyclic)?;
        }
        Ok(())
    }
}

impl Printer<'_> {
    /// Writes the outcome of a drop, unless it frees everything.
    pub(super) fn drop_frees(&self, out: &mut dyn Write) -> fmt::Result {
        if self.report.exclusive_size() == self.report.deep_size() {
            return Ok(());
        }
        writeln!(out, "{}", DropSentence(self.report))
    }

    /// The histogram by type. Without `#`, it has no rows if the tree is small.
    pub(super) fn types(&self) -> Table {
        let report = self.report;
        let has_waste = report.types().iter().any(|total| total.padding > 0 || total.unused_by_variants > 0);
        let waste = |padding: &str, unused: &str| match has_waste {
            true => std::format!("{padding:>10} {unused:>10} "),
            false => String::new(),
        };
        let columns = std::format!(
            "{:>10} {:>6} {:>10} {:>10} {}{:>11}  type",
            "bytes",
            "%",
            "average",
            "spare",
            waste("padding", "unused"),
            "count"
        );
        let is_printed = self.everything || report.nodes().count() > MOST_OBVIOUS_NODES;
        let most = if is_printed { self.most_rows() } else { 0 };
        let large = report.types().iter().filter(|total| total.size >= self.least_size());
        let rows = large.take(most).map(|total| {
            let share = percent(total.size, report.deep_size());
            let average = std::format!("{:.1} B", total.average_size());
            let average = if total.average_size() < 1000.0 {
                average
            } else {
                std::format!("{}", Bytes(total.average_size() as usize))
            };
            let spare = amount(total.spare_size);
            let about = if total.is_estimate { "≈" } else { "" };
            if total.is_estimate {
                self.mark(Mark::Estimate);
            }
            let (bytes, count) = (Bytes(total.size), std::format!("{about}{}", Count(total.count)));
            let waste = waste(&amount(total.padding), &amount(total.unused_by_variants));
            let start =
                std::format!("{bytes:>10} {share:>6.1} {average:>10} {spare:>10} {waste}{count:>11}  ");
            let room = COLUMNS.saturating_sub(start.chars().count());
            self.row(start + &*self.type_name(&total.type_name, room), 1)
        });
        Table { heading: "by type".into(), columns, rows: rows.collect(), item_count: report.types().len() }
    }

    /// Writes all remarks with `{:#}`.
    pub(super) fn remarks(&self, out: &mut dyn Write) -> fmt::Result {
        let mut remarks = self.report.remarks().filter(|_| self.everything).peekable();
        if remarks.peek().is_some() {
            out.write_str("\nremarks\n")?;
        }
        remarks.try_for_each(|remark| {
            writeln!(out, "  {}", self.clipped(&std::format!("{remark}"), COLUMNS - 2))
        })
    }

    /// Writes the layouts of all types with `{:#}`.
    pub(super) fn layouts(&self, out: &mut dyn Write) -> fmt::Result {
        if !self.everything || self.report.layouts().is_empty() {
            return Ok(());
        }
        out.write_char('\n')?;
        self.put(out, Look::Bold, "layouts")?;
        out.write_char('\n')?;
        let text: String = self.report.layouts().iter().map(ToString::to_string).collect();
        text.lines().try_for_each(|line| writeln!(out, "{}", self.clipped(line, COLUMNS)))
    }

    /// The largest values. The table has rows only with `{:#}`.
    pub(super) fn largest(&self) -> Table {
        let values = if self.everything { self.report.largest_values() } else { &[] };
        let rows = values.iter().map(|value| {
            let share = percent(value.size, self.report.deep_size());
            // A very long path has `…` in its middle.
            if value.path.contains(".….") && !self.report.is_truncated() {
                self.mark(Mark::Cut);
            }
            let path = self.end_of(whole(&value.path), 60);
            let type_name = self.type_name(&value.type_name, COLUMNS - 21 - path.chars().count());
            self.row(std::format!("{:>10} {share:>6.1}  {path}: {type_name}", Bytes(value.size)), 1)
        });
        Table {
            heading: "largest values, by the heap blocks they own directly".into(),
            columns: String::new(),
            rows: rows.collect(),
            item_count: values.len(),
        }
    }

    pub(super) fn opaque(&self) -> Table {
        let parts = self.report.opaque_parts().iter();
        self.inexact(
            "not counted",
            parts.map(|part| (&*part.path, &*part.type_name, part.count, part.reason.to_string())),
        )
    }

    pub(super) fn lower_bounds(&self) -> Table {
        let bounds = self.report.lower_bounds().iter().map(|bound| {
            let more = match bound.missing_size {
                Some(most) => std::format!("at most {} more, ", Bytes(most)),
                None => String::new(),
            };
            (&*bound.path, &*bound.type_name, bound.count, std::format!("{more}{}", bound.reason))
        });
        self.inexact("counted as lower bounds", bounds)
    }

    /// A table of paths with their types, counts and notes.
    fn inexact<'p>(
        &self,
        heading: &'static str,
        parts: impl ExactSizeIterator<Item = (&'p str, &'p str, usize, String)>,
    ) -> Table {
        let item_count = parts.len();
        let rows = parts.take(self.most_rows()).map(|(path, type_name, count, note)| {
            let type_name = self.type_name(type_name, 24);
            let times = if count > 1 { std::format!(" × {}", Count(count)) } else { String::new() };
            let others: usize = [&type_name, &times, &note].map(|text| text.chars().count()).iter().sum();
            // Blanks and punctuation take six columns.
            let path = self.end_of(whole(path), COLUMNS.saturating_sub(6 + others).max(30));
            let line = std::format!("  {path}: {type_name}{times}, {note}");
            self.row(self.clipped(&line, COLUMNS), 1)
        });
        Table { heading: heading.into(), columns: String::new(), rows: rows.collect(), item_count }
    }

    pub(super) fn shared_allocations(&self) -> Table {
        let most = if self.everything { self.view.largest_values.max(MOST_ROWS) } else { MOST_ROWS };
        let all = self.report.shared_allocations();
        let item_count = all.len();
        let large = all.take_while(|block| block.retained_size() >= self.least_size());
        let rows = alike(large, SharedAllocation::looks).into_iter().take(most);
        let columns = std::format!(
            "{:>10} {:>6} {:>10} {:>11} {:>9}  type ← holders",
            "retained",
            "%",
            "own",
            "inside",
            "outside"
        );
        Table {
            heading: std::format!("shared {}, by retained size", self.report.allocation_names()[1]),
            columns,
            rows: rows.map(|(block, times)| self.shared_allocation(&block, times)).collect(),
            item_count,
        }
    }

    pub(super) fn cycles(&self) -> Table {
        let all = self.report.cycles();
        let item_count = all.len();
        let large = all.take_while(|cycle| cycle.size() >= self.least_size());
        let rows = alike(large.map(|cycle| self.row(self.cycle(&cycle), 1)), |row| row.text.clone());
        let rows = rows.into_iter().take(self.most_rows()).map(|(row, times)| {
            self.add_marks(row.marks);
            let end = if times > 1 { std::format!(", × {}", Count(times)) } else { String::new() };
            let room = COLUMNS - end.chars().count();
            self.row(self.clipped(&row.text, room) + &*end, times)
        });
        Table {
            heading: "cycles of strong handles, leaked by a drop".into(),
            columns: String::new(),
            rows: rows.collect(),
            item_count,
        }
    }

    pub(super) fn advice(&self) -> Table {
        let all = self.report.advice();
        let item_count = all.len();
        let large = all.take_while(|advice| advice.saved_size() >= self.least_size());
        let mut rows = Vec::new();
        for advice in large.take(self.most_rows()) {
            let about = match advice.certainty() {
                Certainty::Exact => "",
                Certainty::AtLeast => "≥ ",
                Certainty::Estimate => "≈ ",
            };
            let bytes = std::format!("{about}{}", Bytes(advice.saved_size()));
            let share = percent(advice.saved_size(), self.report.deep_size());
            let declaration = self.end_of(advice.declaration(), 40);
            let start = std::format!("{bytes:>12} {share:>6.1}  {}: ", whole(&declaration));
            let room = COLUMNS.saturating_sub(start.chars().count());
            rows.push(self.row(start + &*self.clipped(&brief(&advice), room), 1));
        }
        Table { heading: "advice, by bytes saved".into(), columns: String::new(), rows, item_count }
    }

    /// One row for `times` similar blocks.
    fn shared_allocation(&self, block: &SharedAllocation<'_>, times: usize) -> Row {
        let share = percent(block.retained_size(), self.report.deep_size());
        let unseen = block.unseen_counts();
        let outside = match (unseen.strong, unseen.weak) {
            (Some(strong), Some(0)) => std::format!("{}", Count(strong)),
            (Some(0), Some(weak)) => std::format!("{} weak", Count(weak)),
            (Some(strong), Some(weak)) => std::format!("{} + {} w", Count(strong), Count(weak)),
            _ => "?".into(),
        };
        // Hidden parts of the value may hold some of these handles.
        let is_bound =
            (block.outside_strong_count(), block.outside_weak_count()) != (unseen.strong, unseen.weak);
        let outside = if is_bound { std::format!("≤ {outside}") } else { outside };
        let (own, inside) =
            (Bytes(block.own_size()), Count(block.inside_strong_count() + block.inside_weak_count()));
        let start = std::format!(
            "{:>10} {share:>6.1} {own:>10} {inside:>11} {outside:>9}  ",
            Bytes(block.retained_size())
        );
        let room = COLUMNS.saturating_sub(start.chars().count());
        // A bound, because there may be many and each takes at least one column.
        let holders: Vec<String> =
            block.holders().take(room).map(|holder| self.path(holder.node())).collect();
        let others = if block.unlisted_handle_count() > 0 { ", …" } else { "" };
        if !others.is_empty() {
            self.mark(Mark::Cut);
        }
        let name = self.type_name(block.type_name(), room * 2 / 3);
        let number = if times > 1 { std::format!("{} × ", Count(times)) } else { String::new() };
        let line = std::format!("{number}{name} ← {}{others}", holders.join(", "));
        self.row(start + &*self.clipped(&line, room), times)
    }

    fn cycle(&self, cycle: &Cycle<'_>) -> String {
        let share = percent(cycle.size(), self.report.deep_size());
        let start = std::format!(
            "{:>10} {share:>6.1}  {}: ",
            Bytes(cycle.size()),
            plural(cycle.block_count(), "block", "blocks")
        );
        // Equal steps in a row are merged.
        let mut steps: Vec<(String, usize)> = Vec::new();
        for link in cycle.links().take(MOST_HOPS) {
            let step =
                std::format!("{} –{}→ ", short(link.block().type_name()), self.path_end(link.node(), 40));
            match steps.last_mut().filter(|(last, _)| *last == step) {
                Some((_, times)) => *times += 1,
                None => steps.push((step, 1)),
            }
        }
        let mut line = String::new();
        for (step, times) in steps {
            line += &step;
            if times > 1 {
                line += &std::format!("(× {times}) ");
            }
        }
        line += match cycle.links().len() {
            1 => "itself",
            hops if hops > MOST_HOPS => {
                self.mark(Mark::Cut);
                "…"
            }
            _ => "the first",
        };
        start + line.as_str()
    }
}

/// Groups similar items: the first of each group, with the size of the group.
fn alike<T, L: Hash + Eq>(all: impl Iterator<Item = T>, look: impl Fn(&T) -> L) -> Vec<(T, usize)> {
    let mut found: Vec<(T, usize)> = Vec::new();
    let mut places: HashMap<L, usize> = HashMap::new();
    for one in all {
        match places.entry(look(&one)) {
            Entry::Occupied(place) => found[*place.get()].1 += 1,
            Entry::Vacant(place) => {
                place.insert(found.len());
                found.push((one, 1));
            }
        }
    }
    found
}

/// The instruction, in few words.
fn brief(advice: &Advice<'_>) -> String {
    let count = match advice.place_count() {
        0 | 1 => std::format!("{}", Count(advice.count())),
        places => std::format!("{} in {} places", Count(advice.count()), Count(places)),
    };
    match advice.kind() {
        AdviceKind::ShrinkToFit => std::format!("call `shrink_to_fit` ({count})"),
        AdviceKind::Rebuild => std::format!("rebuild with `into_iter().collect()` ({count})"),
        AdviceKind::BoxedSlice => {
            std::format!("use `{}` if these never grow again ({count})", advice.boxed_form())
        }
        AdviceKind::Unbox => std::format!("store inline, without a box ({count})"),
        AdviceKind::ShareEqual { distinct_count } => {
            std::format!("share as `{}` ({count}, {} distinct)", advice.shared_form(), Count(distinct_count))
        }
        AdviceKind::BoxOption { none_count, .. } => {
            std::format!("box the contents ({count}, {} `None`)", Count(none_count))
        }
        AdviceKind::BoxVariants { ref variants, ref unseen, box_count, .. } => {
            let variants = match (&**variants, &**unseen) {
                ([one], _) | ([], [one]) => std::format!("`{}`", Visible(one)),
                ([], _) => String::from("large variants without values"),
                (_, []) => std::format!("{} variants", Count(variants.len())),
                _ => String::from("large variants"),
            };
            let boxes = match box_count {
                0 => String::new(),
                boxes => std::format!(", {}", plural(boxes, "box", "boxes")),
            };
            std::format!("box the fields of {variants} ({count}{boxes})")
        }
        AdviceKind::ReorderFields { .. } => std::format!("sort the fields by alignment ({count})"),
        AdviceKind::BreakCycle { .. } => "make these handles weak, or this leaks".into(),
    }
}
