//! Views of a report as `{:?}` shows them, without the report itself.

use core::fmt;

use super::view::{Cycle, Retainer, SharedAllocation};

impl fmt::Debug for SharedAllocation<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("SharedAllocation")
            .field("position", &self.position())
            .field("type_name", &self.type_name())
            .field("own", &self.own())
            .field("retained", &self.retained())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Retainer<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Retainer")
            .field("block", &self.block())
            .field("node", &self.node())
            .field("strong", &self.strong())
            .field("weak", &self.weak())
            .finish()
    }
}

impl fmt::Debug for Cycle<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Cycle")
            .field("bytes", &self.bytes())
            .field("blocks", &self.blocks())
            .finish_non_exhaustive()
    }
}
