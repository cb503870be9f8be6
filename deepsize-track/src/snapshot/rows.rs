//! The rows of a table, in the order in which they are printed.

use std::cmp::Reverse;

use super::group::{Amounts, By, Key, Rank};
use super::tracemalloc::Notes;

/// How many rows are printed by default.
pub(super) const TOP: usize = 10;

#[derive(Clone, Debug)]
pub(super) struct RankedRows {
    pub(super) rows: Vec<(Key, Amounts)>,
    pub(super) total: Amounts,
    pub(super) by: By,
    pub(super) rank: Rank,
    pub(super) is_cumulative: bool,
    pub(super) notes: Notes,
}

impl RankedRows {
    pub(super) fn sorted(mut self, rank: Rank) -> Self {
        self.rank = rank;
        self.rows.sort_unstable_by(|(key, left), (other, right)| {
            let (left, right) = (left.by(rank), right.by(rank));
            Reverse((left.bytes, left.blocks))
                .cmp(&Reverse((right.bytes, right.blocks)))
                .then_with(|| key.cmp(other))
        });
        self
    }
}
