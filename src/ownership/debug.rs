//! `{:?}` for the views of a report, without the report itself.

use core::fmt;

use super::view::{Cycle, Retainer, SharedAllocation};

impl fmt::Debug for SharedAllocation<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("SharedAllocation")
            .field("position", &self.position())
            .field("type_name", &self.type_name())
            .field("own", &self.own_size())
            .field("retained", &self.retained_size())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Retainer<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Retainer")
            .field("block", &self.block())
            .field("node", &self.node())
            .field("strong", &self.strong_count())
            .field("weak", &self.weak_count())
            .finish()
    }
}

impl fmt::Debug for Cycle<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Cycle")
            .field("bytes", &self.size())
            .field("blocks", &self.block_count())
            .finish_non_exhaustive()
    }
}
