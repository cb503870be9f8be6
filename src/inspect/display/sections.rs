//! The parts of a printed report on who holds what, and on what to do.

use core::fmt::{self, Write};
use core::hash::Hash;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::string::String;
use std::vec::Vec;

use super::super::units::{Bytes, Count, percent, plural};
use super::{COLUMNS, Look, Printer};
use crate::advice::{Advice, AdviceKind, Certainty};
use crate::ownership::{Cycle, SharedAllocation};
use crate::tree::names::{clipped, short};

/// So many blocks of a cycle are looked at.
const MOST_HOPS: usize = 100;

/// So many lines of each are printed, unless all are asked for.
const MOST_LINES: usize = 5;

impl Printer<'_> {
    /// What a drop would free, unless that is all.
    pub(super) fn drop_frees(&self, out: &mut dyn Write) -> fmt::Result {
        let report = self.report;
        if report.exclusive_size() == report.deep_size() {
            return Ok(());
        }
        write!(out, "a drop frees {}", Bytes(report.exclusive_size()))?;
        if report.external_size() > 0 {
            write!(out, ", leaves {} that are held outside", Bytes(report.external_size()))?;
        }
        if report.uncertain_size() > 0 {
            write!(out, " ({} uncertain)", Bytes(report.uncertain_size()))?;
        }
        if report.cyclic_size() > 0 {
            write!(out, ", leaks {}", Bytes(report.cyclic_size()))?;
        }
        out.write_char('\n')
    }

    pub(super) fn ownership(&self, out: &mut dyn Write) -> fmt::Result {
        let shared = self.large(self.report.shared_allocations(), SharedAllocation::retained_size);
        let shared = alike(shared, SharedAllocation::looks);
        if !shared.is_empty() {
            self.heading(out, "shared allocations, by what they retain")?;
            let heading = std::format!(
                "{:>10} {:>6} {:>10} {:>11} {:>9}  type, and who holds it",
                "retained",
                "%",
                "own",
                "inside",
                "outside"
            );
            self.put(out, Look::Dim, &heading)?;
            out.write_char('\n')?;
            let lines = &shared[..self.lines(shared.len())];
            lines.iter().try_for_each(|(block, times)| self.shared_allocation(out, block, *times))?;
            self.more(out, lines.iter().map(|line| line.1).sum(), self.report.shared_allocations().len())?;
        }
        let cycles = self.large(self.report.cycles(), Cycle::size);
        let cycles = alike(cycles.map(|cycle| self.cycle(&cycle)), String::clone);
        if !cycles.is_empty() {
            self.heading(out, "cycles of strong handles, which a drop would leak")?;
            let lines = &cycles[..self.lines(cycles.len())];
            for (line, times) in lines {
                let times = if *times > 1 { std::format!(", × {}", Count(*times)) } else { String::new() };
                let room = COLUMNS - times.chars().count();
                writeln!(out, "{}{times}", clipped(line, room))?;
            }
            self.more(out, lines.iter().map(|line| line.1).sum(), self.report.cycles().len())?;
        }
        Ok(())
    }

    pub(super) fn advice(&self, out: &mut dyn Write) -> fmt::Result {
        let advice: Vec<_> = self.large(self.report.advice(), Advice::saved_size).collect();
        let advice = &advice[..self.lines(advice.len())];
        if advice.is_empty() {
            return Ok(());
        }
        self.heading(out, "advice, by what it would save")?;
        for advice in advice {
            let about = match advice.certainty() {
                Certainty::Exact => "",
                Certainty::AtLeast => "≥ ",
                Certainty::About => "≈ ",
            };
            let bytes = std::format!("{about}{}", Bytes(advice.saved_size()));
            let share = percent(advice.saved_size(), self.report.deep_size());
            let node = advice.node().path_end(40);
            let path = if node == "." { "the value itself" } else { &node };
            let start = std::format!("{bytes:>12} {share:>6.1}  {path}: ");
            let room = COLUMNS.saturating_sub(start.chars().count());
            writeln!(out, "{start}{}", clipped(&brief(advice), room))?;
        }
        self.more(out, advice.len(), self.report.advice().len())
    }

    /// Of those that come largest first the large ones, or all if all are asked for.
    fn large<T>(&self, all: impl Iterator<Item = T>, bytes: impl Fn(&T) -> usize) -> impl Iterator<Item = T> {
        let share = if self.everything { 0.0 } else { self.view.smallest_share };
        let least = share * self.report.deep_size() as f64;
        all.take_while(move |one| bytes(one) as f64 >= least)
    }

    /// How many of so many lines are printed.
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

    /// The line for so many blocks that look alike.
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
        // A line has no room for more of them, and there may be many.
        let holders: Vec<String> = block.holders().take(room).map(|holder| holder.node().path()).collect();
        let others = if block.unlisted_handle_count() > 0 { ", …" } else { "" };
        let name = clipped(&short(block.type_name()), room * 2 / 3);
        let times = if times > 1 { std::format!("{} × ", Count(times)) } else { String::new() };
        let line = std::format!("{times}{name} ← {}{others}", holders.join(", "));
        writeln!(out, "{start}{}", clipped(&line, room))
    }

    fn cycle(&self, cycle: &Cycle<'_>) -> String {
        let share = percent(cycle.size(), self.report.deep_size());
        let start = std::format!(
            "{:>10} {share:>6.1}  {}: ",
            Bytes(cycle.size()),
            plural(cycle.block_count(), "block", "blocks")
        );
        // Equal ones on the way are put together, and a line has no room for many.
        let mut steps: Vec<(String, usize)> = Vec::new();
        for link in cycle.links().take(MOST_HOPS) {
            let step = std::format!("{} –{}→ ", short(link.block().type_name()), link.node().path_end(40));
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
            hops if hops > MOST_HOPS => "…",
            _ => "the first",
        };
        start + &line
    }
}

/// What looks alike once, with how many there are of it.
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

/// What to do, in few words.
fn brief(advice: &Advice<'_>) -> String {
    let count = Count(advice.count());
    match advice.kind() {
        AdviceKind::ShrinkToFit => std::format!("`shrink_to_fit` ({count})"),
        AdviceKind::Rebuild => std::format!("rebuild by `into_iter().collect()` ({count})"),
        AdviceKind::BoxedSlice => std::format!("full for good? box the slices ({count})"),
        AdviceKind::Unbox => std::format!("hold without a box ({count})"),
        AdviceKind::ShareEqual { distinct_count: distinct } => {
            std::format!("share equal ones ({count}, {} distinct)", Count(distinct))
        }
        AdviceKind::BoxVariant { variant, .. } => std::format!("box the fields of `{variant}` ({count})"),
        AdviceKind::BreakCycle { .. } => "leaks; make a handle weak".into(),
    }
}
