use super::{Amount, Trace};
use crate::sites::SiteSums;

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
    pub fn of(self, trace: Trace<'_>) -> u64 {
        let Amount { size, blocks } = self.amount(trace.0);
        self.ordered(size, blocks).0
    }

    pub(super) fn is_size(self) -> bool {
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

    pub(super) fn amount(self, sums: &SiteSums) -> Amount {
        Amount::of(match self {
            Self::LiveSize | Self::LiveBlocks => sums.live,
            Self::TotalSize | Self::TotalBlocks => sums.total,
            Self::PeakSize | Self::PeakBlocks => sums.at_peak,
            Self::TemporarySize | Self::TemporaryBlocks => sums.temporary,
        })
    }
}
