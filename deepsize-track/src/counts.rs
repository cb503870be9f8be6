//! Sums of allocations and frees.

/// Sums since the program began. They only grow, and wrap around.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) allocated: u64,
    pub(crate) freed: u64,
    pub(crate) blocks_allocated: u64,
    pub(crate) blocks_freed: u64,
    pub(crate) reallocations: u64,
}

impl Counts {
    pub(crate) fn since(self, start: Self) -> Self {
        Self {
            allocated: self.allocated.wrapping_sub(start.allocated),
            freed: self.freed.wrapping_sub(start.freed),
            blocks_allocated: self.blocks_allocated.wrapping_sub(start.blocks_allocated),
            blocks_freed: self.blocks_freed.wrapping_sub(start.blocks_freed),
            reallocations: self.reallocations.wrapping_sub(start.reallocations),
        }
    }

    #[cfg(feature = "sites")]
    pub(crate) fn add(&mut self, other: Self) {
        // Subtracts the negative.
        *self = self.since(Self::default().since(other));
    }

    pub(crate) fn live(self) -> i64 {
        self.allocated.wrapping_sub(self.freed) as i64
    }
}
