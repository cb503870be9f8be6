//! The sections of a printed report on sharing, cycles and advice.

use core::fmt::{self, Write};
use core::hash::Hash;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::string::String;
use std::vec::Vec;

use super::super::units::{Bytes, Count, percent, plural};
use super::legend::Mark;
use super::{COLUMNS, Look, MOST_LINES, Printer};
use crate::advice::{Advice, AdviceKind, Certainty};
use crate::ownership::{Cycle, SharedAllocation};
use crate::tree::names::short;

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
        let shared = self.large(self.report.shared_allocations(), SharedAllocation::retained_size);
        let shared = alike(shared, SharedAllocation::looks);
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
        let most = if self.everything { self.view.largest_values.max(MOST_LINES) } else { MOST_LINES };
        let lines = &shared[..shared.len().min(most)];
        lines.iter().try_for_each(|(block, times)| self.shared_allocation(out, block, *times))?;
        self.more(out, lines.iter().map(|line| line.1).sum(), self.report.shared_allocations().len())
    }

    pub(super) fn cycles(&self, out: &mut dyn Write) -> fmt::Result {
        let cycles = self.large(self.report.cycles(), Cycle::size);
        let cycles = alike(cycles.map(|cycle| self.cycle(&cycle)), String::clone);
        if cycles.is_empty() {
            return Ok(());
        }
        self.heading(out, "cycles of strong handles, leaked by a drop")?;
        let lines = &cycles[..self.lines(cycles.len())];
        for (line, times) in lines {
            let times = if *times > 1 { std::format!(", × {}", Count(*times)) } else { String::new() };
            let room = COLUMNS - times.chars().count();
            writeln!(out, "{}{times}", self.clipped(line, room))?;
        }
        self.more(out, lines.iter().map(|line| line.1).sum(), self.report.cycles().len())
    }

    pub(super) fn advice(&self, out: &mut dyn Write) -> fmt::Result {
        let advice: Vec<_> = self.large(self.report.advice(), Advice::saved_size).collect();
        let advice = &advice[..self.lines(advice.len())];
        if advice.is_empty() {
            return Ok(());
        }
        self.heading(out, "advice, by bytes saved")?;
        for advice in advice {
            let about = match advice.certainty() {
                Certainty::Exact => "",
                Certainty::AtLeast => "≥ ",
                Certainty::About => "≈ ",
            };
            let bytes = std::format!("{about}{}", Bytes(advice.saved_size()));
            let share = percent(advice.saved_size(), self.report.deep_size());
            let node = self.path_end(advice.node(), 40);
            let path = if node == "." { "the value itself" } else { &node };
            let start = std::format!("{bytes:>12} {share:>6.1}  {path}: ");
            let room = COLUMNS.saturating_sub(start.chars().count());
            writeln!(out, "{start}{}", self.clipped(&brief(advice), room))?;
        }
        self.more(out, advice.len(), self.report.advice().len())
    }

    /// The items that are large enough to print, from a list sorted by size.
    fn large<T>(&self, all: impl Iterator<Item = T>, bytes: impl Fn(&T) -> usize) -> impl Iterator<Item = T> {
        let share = if self.everything { 0.0 } else { self.view.smallest_share };
        let least = share * self.report.deep_size() as f64;
        all.take_while(move |one| bytes(one) as f64 >= least)
    }

    /// The number of rows to print.
    fn lines(&self, all: usize) -> usize {
        if self.everything { all } else { all.min(MOST_LINES) }
    }

    fn more(&self, out: &mut dyn Write, shown: usize, all: usize) -> fmt::Result {
        if shown < all {
            writeln!(out, "{:>10}", std::format!("… {} more", Count(all - shown)))
        } else {
            Ok(())
        }
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
    let count = Count(advice.count());
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
        AdviceKind::BoxVariant { variant, .. } => std::format!("box the fields of `{variant}` ({count})"),
        AdviceKind::BreakCycle { .. } => "make a handle weak, or this leaks".into(),
    }
}
