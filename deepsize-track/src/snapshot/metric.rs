use std::fmt;

use super::amount::Amount;
use super::blocks::Ages;
use super::trace::Trace;
use crate::sites::SiteSums;
use crate::units::{Bytes, Plural, SignedBytes, SignedCount};

/// A figure of a trace. Rows of [`Statistics`](super::Statistics) are ordered by one, and [folded stacks](crate::Export::metric) show one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Metric {
    /// The live bytes.
    #[default]
    LiveSize,
    /// The number of live blocks.
    LiveBlocks,
    /// The bytes allocated since the recording began.
    TotalSize,
    /// The number of blocks allocated since the recording began.
    TotalBlocks,
    /// The live bytes at the peak of all traces.
    PeakSize,
    /// The number of live blocks at the peak of all traces.
    PeakBlocks,
    /// The bytes [freed before the same thread allocated again](Trace::temporary_amount).
    TemporarySize,
    /// The number of blocks freed before the same thread allocated again.
    TemporaryBlocks,
}

impl Metric {
    /// The figure of a trace.
    #[must_use]
    pub fn of(self, trace: Trace<'_>) -> u64 {
        let Amount { size, blocks } = Amounts::from(trace.0).by(self);
        self.ordered(size, blocks).0
    }

    fn is_size(self) -> bool {
        matches!(self, Self::LiveSize | Self::TotalSize | Self::PeakSize | Self::TemporarySize)
    }

    /// The start of the names of its columns.
    pub(super) fn column(self) -> &'static str {
        match self {
            Self::LiveSize | Self::LiveBlocks => "live",
            Self::TotalSize | Self::TotalBlocks => "total",
            Self::PeakSize | Self::PeakBlocks => "peak",
            Self::TemporarySize | Self::TemporaryBlocks => "temporary",
        }
    }

    /// The figures of an amount, most important first.
    pub(super) fn ordered<T>(self, size: T, blocks: T) -> (T, T) {
        if self.is_size() { (size, blocks) } else { (blocks, size) }
    }

    /// Writes the most important figure of an amount, and its change.
    pub(super) fn write(
        self,
        out: &mut fmt::Formatter<'_>,
        amount: Amount,
        change: Option<(i64, i64)>,
    ) -> fmt::Result {
        if self.is_size() {
            write!(out, "{}", Bytes(amount.size))?;
            change.map_or(Ok(()), |(size, _)| write!(out, " ({})", SignedBytes(size)))
        } else {
            write!(out, "{}", Plural(amount.blocks, "block"))?;
            change.map_or(Ok(()), |(_, blocks)| write!(out, " ({})", SignedCount(blocks)))
        }
    }
}

/// All figures of some traces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Amounts {
    pub(super) live: Amount,
    pub(super) total: Amount,
    pub(super) peak: Amount,
    pub(super) temporary: Amount,
    /// The sum of the lifetimes of the freed blocks, in microseconds.
    pub(super) lifetimes: u64,
    pub(super) ages: Option<Ages>,
}

impl From<&SiteSums> for Amounts {
    fn from(sums: &SiteSums) -> Self {
        Self {
            live: Amount::of(sums.live),
            total: Amount::of(sums.total),
            peak: Amount::of(sums.at_peak),
            temporary: Amount::of(sums.temporary),
            lifetimes: sums.lifetimes,
            ages: None,
        }
    }
}

impl Amounts {
    pub(super) fn by(&self, metric: Metric) -> Amount {
        match metric {
            Metric::LiveSize | Metric::LiveBlocks => self.live,
            Metric::TotalSize | Metric::TotalBlocks => self.total,
            Metric::PeakSize | Metric::PeakBlocks => self.peak,
            Metric::TemporarySize | Metric::TemporaryBlocks => self.temporary,
        }
    }

    /// Adds all figures except the ages.
    pub(super) fn add(&mut self, other: &Self) {
        self.live.add(other.live);
        self.total.add(other.total);
        self.peak.add(other.peak);
        self.temporary.add(other.temporary);
        self.lifetimes = self.lifetimes.wrapping_add(other.lifetimes);
    }
}
