//! The record of a live block.

use crate::sites::SiteKey;
use crate::{counters, records};

/// A live block, as it was recorded.
#[derive(Clone, Copy, Debug, Default)]
#[cfg_attr(feature = "json", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub(crate) struct Record {
    pub(crate) address: usize,
    pub(crate) size: usize,
    /// The thread that allocated it, or resized it last.
    #[cfg_attr(feature = "json", serde(skip))]
    pub(crate) thread: u32,
    /// The number of its [name](crate::threads::names).
    pub(crate) thread_name: u32,
    /// The number of blocks recorded before it.
    pub(crate) serial: u64,
    /// The time of its allocation, in microseconds on the clock of recordings.
    pub(crate) born: u64,
    /// The factor from its size to the bytes it represents.
    pub(crate) weight: f32,
    /// The number of blocks it represents.
    pub(crate) blocks: u32,
    /// In a saved snapshot, the position of the trace.
    #[cfg_attr(feature = "json", serde(rename = "trace"))]
    pub(crate) site: SiteKey,
}

impl Record {
    /// The record of a block that was sampled with the probability `1 / weight`.
    #[cfg(all(test, feature = "audit"))]
    pub(crate) fn sampled(size: usize, weight: f32, blocks: u32) -> Self {
        Self { size, weight, blocks, ..Self::default() }
    }

    /// Whether this address is in the block.
    pub(crate) fn contains(&self, address: usize) -> bool {
        address.wrapping_sub(self.address) < self.size
    }

    /// The bytes and the number of blocks that it represents.
    pub(crate) fn amount(&self) -> (i64, i64) {
        ((self.size as f64 * f64::from(self.weight)).round() as i64, self.blocks.into())
    }
}

/// A block that was freed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Freed {
    pub(crate) record: Record,
    /// In microseconds since the first recording began.
    pub(crate) died: u64,
    /// Whether the thread has not allocated since.
    pub(crate) is_temporary: bool,
}

impl Freed {
    /// The sum of the lifetimes, in microseconds.
    pub(crate) fn lifetimes(&self) -> u64 {
        self.died.saturating_sub(self.record.born).saturating_mul(self.record.blocks.into())
    }
}

/// Selects live blocks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Demand {
    /// The first serial.
    pub(crate) since: u64,
    /// The thread that recorded the block. `None` for any.
    pub(crate) thread: Option<u32>,
}

impl Demand {
    /// The blocks that this thread records from now on.
    pub(crate) fn here() -> Self {
        Self { since: records::serial(), thread: Some(counters::slot().thread()) }
    }

    pub(crate) fn includes(&self, record: &Record) -> bool {
        record.serial >= self.since && self.thread.is_none_or(|thread| thread == record.thread)
    }
}
