//! The parts of a printed report on who holds what, and on what to do.

use core::fmt::{self, Write};
use std::string::String;
use std::vec::Vec;

use super::super::names::{clipped, end_of, short};
use super::super::units::{Bytes, Count, percent, plural};
use super::{COLUMNS, Look, Printer};
use crate::advice::{Advice, Certainty, Kind};
use crate::ownership::{Cycle, SharedAllocation};

/// So many lines of each are printed, unless all are asked for.
const MOST_LINES: usize = 5;

impl Printer<'_> {
    /// What a drop would free, unless that is all.
    pub(super) fn drop_frees(&self, out: &mut dyn Write) -> fmt::Result {
        let report = self.report;
        let mut notes = Vec::new();
        for (bytes, why) in
            [(report.external(), "held outside"), (report.cyclic(), "leaked in cycles of handles")]
        {
            if bytes > 0 {
                notes.push(std::format!("{} stay, {why}", Bytes(bytes)));
            }
        }
        if notes.is_empty() {
            return Ok(());
        }
        if report.uncertain() > 0 {
            notes[0].push_str(&std::format!(" ({} perhaps not)", Bytes(report.uncertain())));
        }
        writeln!(out, "a drop frees {}; {}", Bytes(report.exclusive()), notes.join("; "))
    }

    pub(super) fn ownership(&self, out: &mut dyn Write) -> fmt::Result {
        let shared = self.shown(self.report.shared_allocations(), SharedAllocation::retained);
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
            shared.iter().try_for_each(|block| self.shared_allocation(out, block))?;
            self.more(out, shared.len(), self.report.shared_allocations().len())?;
        }
        let cycles = self.shown(self.report.cycles(), Cycle::bytes);
        if !cycles.is_empty() {
            self.heading(out, "cycles of strong handles, which a drop would leak")?;
            cycles.iter().try_for_each(|cycle| self.cycle(out, cycle))?;
            self.more(out, cycles.len(), self.report.cycles().len())?;
        }
        Ok(())
    }

    pub(super) fn advice(&self, out: &mut dyn Write) -> fmt::Result {
        let advice = self.shown(self.report.advice(), Advice::bytes);
        if advice.is_empty() {
            return Ok(());
        }
        self.heading(out, "advice, by what it would save")?;
        for advice in &advice {
            let about = match advice.certainty() {
                Certainty::Exact => "",
                Certainty::AtLeast => "≥ ",
                Certainty::About => "≈ ",
            };
            let bytes = std::format!("{about}{}", Bytes(advice.bytes()));
            let share = percent(advice.bytes(), self.report.deep());
            let node = advice.node().path();
            let path = if node == "." { "the value itself" } else { &node };
            let start = std::format!("{bytes:>12} {share:>6.1}  {}: ", end_of(path, 40));
            let room = COLUMNS.saturating_sub(start.chars().count());
            writeln!(out, "{start}{}", clipped(&brief(advice), room))?;
        }
        self.more(out, advice.len(), self.report.advice().len())
    }

    /// The first ones, of those that come largest first; only large ones, unless all are asked for.
    fn shown<T>(&self, all: impl Iterator<Item = T>, bytes: impl Fn(&T) -> usize) -> Vec<T> {
        if self.everything {
            return all.collect();
        }
        let least = self.view.smallest_share * self.report.deep() as f64;
        all.take(MOST_LINES).take_while(|one| bytes(one) as f64 >= least).collect()
    }

    fn more(&self, out: &mut dyn Write, shown: usize, all: usize) -> fmt::Result {
        if shown < all {
            writeln!(out, "{:>10}", std::format!("… {} more", Count(all - shown)))
        } else {
            Ok(())
        }
    }

    fn shared_allocation(&self, out: &mut dyn Write, block: &SharedAllocation<'_>) -> fmt::Result {
        let share = percent(block.retained(), self.report.deep());
        let outside = match (block.strong_outside(), block.weak_outside()) {
            (Some(strong), Some(0)) => std::format!("{}", Count(strong)),
            (Some(0), Some(weak)) => std::format!("{} weak", Count(weak)),
            (Some(strong), Some(weak)) => std::format!("{} + {} w", Count(strong), Count(weak)),
            _ => "?".into(),
        };
        let (own, inside) = (Bytes(block.own()), Count(block.strong_inside() + block.weak_inside()));
        let start = std::format!(
            "{:>10} {share:>6.1} {own:>10} {inside:>11} {outside:>9}  ",
            Bytes(block.retained())
        );
        let room = COLUMNS.saturating_sub(start.chars().count());
        let holders: Vec<String> = block.holders().map(|holder| holder.node().path()).collect();
        let others = if block.handles_elsewhere() > 0 { ", …" } else { "" };
        let name = clipped(&short(block.type_name()), room * 2 / 3);
        let line = std::format!("{name} ← {}{others}", holders.join(", "));
        writeln!(out, "{start}{}", clipped(&line, room))
    }

    fn cycle(&self, out: &mut dyn Write, cycle: &Cycle<'_>) -> fmt::Result {
        let share = percent(cycle.bytes(), self.report.deep());
        let start = std::format!(
            "{:>10} {share:>6.1}  {}: ",
            Bytes(cycle.bytes()),
            plural(cycle.blocks(), "block", "blocks")
        );
        let mut line = String::new();
        // A line has no room for more.
        for (block, node) in cycle.hops().take(8) {
            line += &std::format!("{} –{}→ ", short(block.type_name()), end_of(&node.path(), 30));
        }
        line += if cycle.hops().len() > 8 { "…" } else { "the first" };
        let room = COLUMNS.saturating_sub(start.chars().count());
        writeln!(out, "{start}{}", clipped(&line, room))
    }
}

/// What to do, in few words.
fn brief(advice: &Advice<'_>) -> String {
    let count = Count(advice.count());
    match advice.kind() {
        Kind::ShrinkToFit => std::format!("`shrink_to_fit` ({count})"),
        Kind::Rebuild => std::format!("rebuild by `into_iter().collect()` ({count})"),
        Kind::BoxedSlice => std::format!("full for good? box the slices ({count})"),
        Kind::Unbox => std::format!("hold without a box ({count})"),
        Kind::ShareEqual { distinct } => {
            std::format!("share equal ones ({count}, {} distinct)", Count(distinct))
        }
        Kind::BoxVariant { variant, .. } => std::format!("box the fields of `{variant}` ({count})"),
        Kind::BreakCycle { .. } => "leaks; make a handle weak".into(),
    }
}
