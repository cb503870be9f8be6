/// A number of bytes in a number of blocks. Estimates, if blocks were sampled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[must_use]
#[non_exhaustive]
pub struct Amount {
    /// The bytes, as requested from the allocator.
    pub size: u64,
    /// The number of blocks.
    pub blocks: u64,
}

impl Amount {
    pub(crate) fn add(&mut self, other: Self) {
        self.size = self.size.saturating_add(other.size);
        self.blocks = self.blocks.saturating_add(other.blocks);
    }

    /// A pair of bytes and blocks. It is negative only for a moment, while threads run.
    pub(crate) fn of((size, blocks): (i64, i64)) -> Self {
        Self { size: size.max(0).unsigned_abs(), blocks: blocks.max(0).unsigned_abs() }
    }
}
