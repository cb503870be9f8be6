//! The rows of a table, in printing order.

use std::cmp::Reverse;

use super::group::{Amounts, By, Key, Rank};
use super::notes::Notes;

/// The number of rows that are printed by default.
pub(super) const TOP: usize = 10;

#[derive(Clone, Debug)]
pub(super) struct RankedRows {
    pub(super) rows: Vec<(Key, Amounts)>,
    pub(super) sum: Amounts,
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
            Reverse(rank.ordered(left.size, left.blocks))
                .cmp(&Reverse(rank.ordered(right.size, right.blocks)))
                .then_with(|| key.cmp(other))
        });
        self
    }
}
