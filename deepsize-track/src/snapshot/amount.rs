/// So many bytes in so many blocks.
///
/// Of a sample these are estimates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Amount {
    /// The bytes, as requested from the allocator.
    pub bytes: u64,
    /// The blocks.
    pub blocks: u64,
}

impl Amount {
    pub(super) fn add(&mut self, other: Self) {
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.blocks = self.blocks.saturating_add(other.blocks);
    }
}

impl From<(i64, i64)> for Amount {
    fn from((bytes, blocks): (i64, i64)) -> Self {
        // Below 0 for a moment only, while threads run.
        Self { bytes: bytes.max(0).unsigned_abs(), blocks: blocks.max(0).unsigned_abs() }
    }
}
