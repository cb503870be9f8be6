//! The sections of a printed report on sharing, cycles and advice.

use core::fmt::{self, Write};
use core::hash::Hash;
use core::iter;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::string::String;
use std::vec::Vec;

use super::super::units::{Bytes, Count, percent, plural};
use super::legend::Mark;
use super::{COLUMNS, Look, MOST_LINES, Printer};
use crate::advice::{Advice, AdviceKind, Certainty};
use crate::ownership::{Cycle, SharedAllocation};
use crate::tree::names::{end_of, short};

/// The most blocks printed for a cycle.
const MOST_HOPS: usize = 100;

impl Printer<'_> {
    /// Writes the outcome of a drop, unless it frees everything.
    pub(super) fn drop_frees(&self, out: &mut dyn Write) -> fmt::Result {
        let report = self.report;
        if report.exclusive_size() == report.deep_size() {
            return Ok(());
        }
        write!(out, "dropping it frees {}", Bytes(report.exclusive_size()))?;
        if report.external_size() > 0 {
            write!(out, "; {} stays alive (held elsewhere", Bytes(report.external_size()))?;
            if report.uncertain_size() > 0 {
                write!(out, ", {} uncertain", Bytes(report.uncertain_size()))?;
            }
            out.write_char(')')?;
        }
        if report.cyclic_size() > 0 {
            write!(out, "; {} leaks", Bytes(report.cyclic_size()))?;
        }
        out.write_char('\n')
    }

    pub(super) fn shared_allocations(&self, out: &mut dyn Write) -> fmt::Result {
        let most = if self.everything { self.view.largest_values.max(MOST_LINES) } else { MOST_LINES };
        let all = self.report.shared_allocations();
        let (shared, rest) =
            self.rows(all, SharedAllocation::retained_size, most, |all| alike(all, SharedAllocation::looks));
        if shared.is_empty() {
            return Ok(());
        }
        self.heading(out, "shared allocations, by retained size")?;
        let heading = std::format!(
            "{:>10} {:>6} {:>10} {:>11} {:>9}  type ← holders",
            "retained",
            "%",
            "own",
            "inside",
            "outside"
        );
        self.put(out, Look::Dim, &heading)?;
        out.write_char('\n')?;
        shared.iter().try_for_each(|(block, times)| self.shared_allocation(out, block, *times))?;
        self.more(out, rest)
    }

    pub(super) fn cycles(&self, out: &mut dyn Write) -> fmt::Result {
        let (cycles, rest) = self.rows(self.report.cycles(), Cycle::size, self.most_lines(), |all| {
            alike(all.map(|cycle| self.cycle(&cycle)), String::clone)
        });
        if cycles.is_empty() {
            return Ok(());
        }
        self.heading(out, "cycles of strong handles, leaked by a drop")?;
        for (line, times) in cycles {
            let times = if times > 1 { std::format!(", × {}", Count(times)) } else { String::new() };
            let room = COLUMNS - times.chars().count();
            writeln!(out, "{}{times}", self.clipped(&line, room))?;
        }
        self.more(out, rest)
    }

    pub(super) fn advice(&self, out: &mut dyn Write) -> fmt::Result {
        let (advice, rest) = self.rows(self.report.advice(), Advice::saved_size, self.most_lines(), |all| {
            all.map(|advice| (advice, 1)).collect()
        });
        if advice.is_empty() {
            return Ok(());
        }
        self.heading(out, "advice, by bytes saved")?;
        for (advice, _) in advice {
            let about = match advice.certainty() {
                Certainty::Exact => "",
                Certainty::AtLeast => "≥ ",
            };
            let bytes = std::format!("{about}{}", Bytes(advice.saved_size()));
            let share = percent(advice.saved_size(), self.report.deep_size());
            let declaration = end_of(advice.declaration(), 40);
            if declaration != advice.declaration() {
                self.mark(Mark::Cut);
            }
            let what = if declaration == "." { "the value itself" } else { &declaration };
            let start = std::format!("{bytes:>12} {share:>6.1}  {what}: ");
            let room = COLUMNS.saturating_sub(start.chars().count());
            writeln!(out, "{start}{}", self.clipped(&brief(&advice), room))?;
        }
        self.more(out, rest)
    }

    /// At most `most` groups of the items that are large enough to print, and the number of other items.
    ///
    /// A single other item has a row, because the line `… 1 more` would be no shorter. `all` is sorted by size.
    fn rows<T, R>(
        &self,
        all: impl ExactSizeIterator<Item = T>,
        bytes: impl Fn(&T) -> usize,
        most: usize,
        group: impl Fn(&mut dyn Iterator<Item = T>) -> Vec<(R, usize)>,
    ) -> (Vec<(R, usize)>, usize) {
        let share = if self.everything { 0.0 } else { self.view.smallest_share };
        let least = share * self.report.deep_size() as f64;
        let count = all.len();
        let mut all = all.peekable();
        let mut rows = group(&mut iter::from_fn(|| all.next_if(|one| bytes(one) as f64 >= least)));
        let rest = count - rows.iter().take(most).map(|row| row.1).sum::<usize>();
        if rest == 1 && !rows.is_empty() {
            // Either it is the row after `most`, or too small.
            rows.extend(group(&mut all));
            return (rows, 0);
        }
        rows.truncate(most);
        (rows, rest)
    }

    /// The most rows of a table that `{:#}` prints completely.
    pub(super) fn most_lines(&self) -> usize {
        if self.everything { usize::MAX } else { MOST_LINES }
    }

    fn more(&self, out: &mut dyn Write, rest: usize) -> fmt::Result {
        if rest > 0 { writeln!(out, "{:>10}", std::format!("… {} more", Count(rest))) } else { Ok(()) }
    }

    /// Writes one row for `times` similar blocks.
    fn shared_allocation(
        &self,
        out: &mut dyn Write,
        block: &SharedAllocation<'_>,
        times: usize,
    ) -> fmt::Result {
        let share = percent(block.retained_size(), self.report.deep_size());
        let outside = match (block.outside_strong_count(), block.outside_weak_count()) {
            (Some(strong), Some(0)) => std::format!("{}", Count(strong)),
            (Some(0), Some(weak)) => std::format!("{} weak", Count(weak)),
            (Some(strong), Some(weak)) => std::format!("{} + {} w", Count(strong), Count(weak)),
            _ => "?".into(),
        };
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
        let name = self.clipped(&short(block.type_name()), room * 2 / 3);
        let times = if times > 1 { std::format!("{} × ", Count(times)) } else { String::new() };
        let line = std::format!("{times}{name} ← {}{others}", holders.join(", "));
        writeln!(out, "{start}{}", self.clipped(&line, room))
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
        start + &line
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
        AdviceKind::BreakCycle { .. } => "make these handles weak, or this leaks".into(),
    }
}
