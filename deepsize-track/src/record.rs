//! The record of a live block.

use crate::sites::Site;

/// A live block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record {
    pub(crate) address: usize,
    pub(crate) size: usize,
    /// The thread that allocated it, or resized it last.
    pub(crate) thread: usize,
    /// How many blocks were recorded before it.
    pub(crate) serial: u64,
    /// When it was allocated, in microseconds since the recording began.
    pub(crate) born: u64,
    /// The factor from its size to the bytes it represents.
    pub(crate) weight: f32,
    /// How many blocks it represents.
    pub(crate) blocks: u32,
    pub(crate) site: &'static Site,
}

impl Record {
    /// Whether this address lies in the block.
    #[cfg(feature = "audit")]
    pub(crate) fn contains(&self, address: usize) -> bool {
        address.wrapping_sub(self.address) < self.size
    }

    /// How many blocks it represents.
    pub(crate) fn blocks(&self) -> i64 {
        i64::from(self.blocks)
    }

    /// How many bytes it represents.
    pub(crate) fn bytes(&self) -> i64 {
        (self.size as f64 * f64::from(self.weight)).round() as i64
    }
}
