//! Rows of amounts by group, the contents of statistics and comparisons, and their text.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::fmt;

use super::group::{Key, write_trace};
use super::notes::Notes;
use super::{Ages, Amount, By, Metric, Statistics};
use crate::sites::SiteSums;
use crate::units::{Bytes, Count, Plural, SignedBytes, SignedCount};

/// The number of rows that are printed by default.
pub(super) const TOP: usize = 10;

#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) key: Key,
    pub(super) sums: Sums,
    pub(super) ages: Option<Ages>,
}

/// Figures and, in a comparison, the earlier figures.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums {
    pub(super) now: SiteSums,
    pub(super) before: Option<SiteSums>,
}

impl Sums {
    pub(super) fn change(&self, metric: Metric) -> Change {
        let before = self.before.as_ref().map(|before| metric.amount(before));
        Change { now: metric.amount(&self.now), before }
    }
}

#[derive(Clone, Debug)]
pub(super) struct RankedRows {
    pub(super) rows: Vec<Row>,
    pub(super) sum: Sums,
    pub(super) by: By,
    pub(super) metric: Metric,
    pub(super) is_cumulative: bool,
    pub(super) notes: Notes,
}

impl RankedRows {
    pub(super) fn sorted(mut self, metric: Metric) -> Self {
        self.metric = metric;
        self.rows.sort_unstable_by(|left, right| {
            let order = |row: &Row| Reverse(row.sums.change(metric).order(metric));
            order(left).cmp(&order(right)).then_with(|| left.key.cmp(&right.key))
        });
        self
    }

    pub(super) fn sum(&self) -> Change {
        self.sum.change(self.metric)
    }

    /// The rows that meet a condition, and their sum.
    pub(super) fn filtered(mut self, is_wanted: impl Fn(&Row) -> bool) -> Self {
        self.rows.retain(is_wanted);
        self.sum.now = SiteSums::default();
        self.rows.iter().for_each(|row| self.sum.now.add(&row.sums.now));
        if let Some(sum) = &mut self.sum.before {
            *sum = SiteSums::default();
            self.rows.iter().flat_map(|row| &row.sums.before).for_each(|before| sum.add(before));
        }
        self
    }

    pub(super) fn compared_to(&self, earlier: &Self) -> Self {
        let mut before: HashMap<&Key, &Row> = earlier.rows.iter().map(|row| (&row.key, row)).collect();
        let mut changed = self.clone();
        for row in &mut changed.rows {
            row.sums.before =
                Some(before.remove(&row.key).map(|row| row.sums.now.clone()).unwrap_or_default());
        }
        changed.rows.extend(before.into_values().map(|row| {
            let sums = Sums { before: Some(row.sums.now.clone()), ..Sums::default() };
            Row { key: row.key.clone(), sums, ages: None }
        }));
        changed.sum.before = Some(earlier.sum.now.clone());
        changed.is_cumulative |= earlier.is_cumulative || self.by != earlier.by;
        changed.notes = self.notes.compared_to(&earlier.notes);
        changed.sorted(self.metric)
    }
}

/// An amount and, in a comparison, the earlier amount.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Change {
    pub(super) now: Amount,
    before: Option<Amount>,
}

pub(super) fn difference(now: u64, before: u64) -> i64 {
    let most = |difference: u64| i64::try_from(difference).unwrap_or(i64::MAX);
    if now >= before { most(now - before) } else { -most(before - now) }
}

impl Change {
    pub(super) fn size(self) -> i64 {
        difference(self.now.size, self.before.unwrap_or_default().size)
    }

    pub(super) fn count(self) -> i64 {
        difference(self.now.blocks, self.before.unwrap_or_default().blocks)
    }

    pub(super) fn average_size(self) -> f64 {
        let Amount { size, blocks } = self.now;
        if blocks == 0 { 0.0 } else { size as f64 / blocks as f64 }
    }

    /// The order of Python's `tracemalloc`.
    fn order(self, metric: Metric) -> impl Ord {
        metric.ordered((self.size().abs(), self.now.size), (self.count().abs(), self.now.blocks))
    }

    fn is_zero(self) -> bool {
        self.now == Amount::default() && self.before.unwrap_or_default() == self.now
    }

    fn add(&mut self, other: Self) {
        self.now.add(other.now);
        if let Some(before) = other.before {
            self.before.get_or_insert_default().add(before);
        }
    }

    /// Writes the figure that the metric names.
    fn write(self, out: &mut fmt::Formatter<'_>, metric: Metric) -> fmt::Result {
        if metric.is_size() {
            self.write_size(out)
        } else {
            self.write_count(out, Plural(self.now.blocks, "block"))
        }
    }

    fn write_size(self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", Bytes(self.now.size))?;
        self.before.map_or(Ok(()), |_| write!(out, " ({})", SignedBytes(self.size())))
    }

    fn write_count(self, out: &mut fmt::Formatter<'_>, count: impl fmt::Display) -> fmt::Result {
        write!(out, "{count}")?;
        self.before.map_or(Ok(()), |_| write!(out, " ({})", SignedCount(self.count())))
    }
}

impl fmt::Display for Change {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("size=")?;
        self.write_size(out)?;
        out.write_str(", count=")?;
        self.write_count(out, Count(self.now.blocks))?;
        if self.now.blocks > 0 {
            write!(out, ", average={}", Bytes(self.average_size().round() as u64))?;
        }
        Ok(())
    }
}

/// Prints the first rows, and the sum of the others.
pub(super) struct Top<'r> {
    pub(super) all: &'r Statistics,
    pub(super) rows: usize,
}

impl fmt::Display for Top<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RankedRows { notes, metric, is_cumulative, .. } = &*self.all.inner;
        if let Some(reason) = notes.instead(self.all.rows().len()) {
            return out.write_str(reason);
        }
        let rows = || self.all.rows().filter(|row| !row.change.is_zero());
        for row in rows().take(self.rows) {
            writeln!(out, "{row}")?;
            write_trace(out, row.group())?;
        }
        let others = rows().skip(self.rows);
        let count = others.clone().count();
        if count > 0 {
            write!(out, "{}", Plural(count, "other"))?;
            // Cumulative rows overlap, so they have no sum.
            if !is_cumulative {
                let mut sum = Change::default();
                others.for_each(|row| sum.add(row.change));
                out.write_str(": ")?;
                sum.write(out, *metric)?;
            }
            out.write_str("\n")?;
        }
        out.write_str("total: ")?;
        self.all.inner.sum().write(out, *metric)?;
        write!(out, "\ntracker's own memory: {}", Bytes(notes.tracker_size))?;
        if let Some(before) = notes.tracker_size_before {
            write!(out, " ({})", SignedBytes(difference(notes.tracker_size, before)))?;
        }
        notes.fmt(out)
    }
}
