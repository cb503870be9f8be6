//! What is known of a live block.

use crate::sites::Site;

/// A live block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record {
    pub(crate) address: usize,
    pub(crate) size: usize,
    /// The thread that allocated it, or resized it last.
    pub(crate) thread: usize,
    /// How many were recorded before it.
    pub(crate) serial: u64,
    /// When it was allocated, in microseconds since the recording began.
    pub(crate) born: u64,
    /// For how much of its size it stands.
    pub(crate) weight: f32,
    /// For how many blocks it stands.
    pub(crate) blocks: u32,
    pub(crate) site: &'static Site,
}

impl Record {
    /// Whether this address lies in the block.
    #[cfg(feature = "audit")]
    pub(crate) fn contains(&self, address: usize) -> bool {
        address.wrapping_sub(self.address) < self.size
    }

    /// For how many blocks it stands.
    pub(crate) fn blocks(&self) -> i64 {
        i64::from(self.blocks)
    }

    /// For how many bytes it stands.
    pub(crate) fn bytes(&self) -> i64 {
        (self.size as f64 * f64::from(self.weight)).round() as i64
    }
}
