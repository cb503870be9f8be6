//! The rows of a table, in printing order.

use std::cmp::Reverse;

use super::group::{By, Key};
use super::metric::{Amounts, Metric};
use super::notes::Notes;

/// The number of rows that are printed by default.
pub(super) const TOP: usize = 10;

#[derive(Clone, Debug)]
pub(super) struct RankedRows {
    pub(super) rows: Vec<(Key, Amounts)>,
    pub(super) sum: Amounts,
    pub(super) by: By,
    pub(super) metric: Metric,
    pub(super) is_cumulative: bool,
    pub(super) notes: Notes,
}

impl RankedRows {
    pub(super) fn sorted(mut self, metric: Metric) -> Self {
        self.metric = metric;
        self.rows.sort_unstable_by(|(key, left), (other, right)| {
            let (left, right) = (left.by(metric), right.by(metric));
            Reverse(metric.ordered(left.size, left.blocks))
                .cmp(&Reverse(metric.ordered(right.size, right.blocks)))
                .then_with(|| key.cmp(other))
        });
        self
    }
}
