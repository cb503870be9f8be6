//! Views of a report as `{:?}` shows them: what they are views of is not repeated for each.

use core::fmt;

use super::TreeNode;
use crate::advice::Advice;
use crate::diff::Change;
use crate::ownership::{Cycle, Retainer, SharedAllocation};

impl fmt::Debug for TreeNode<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("TreeNode")
            .field("path", &self.path())
            .field("type_name", &self.type_name())
            .field("count", &self.count())
            .field("deep", &self.deep())
            .field("own", &self.own())
            .finish_non_exhaustive()
    }
}

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

impl fmt::Debug for Advice<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Advice")
            .field("kind", &self.kind())
            .field("node", &self.node())
            .field("bytes", &self.bytes())
            .field("certainty", &self.certainty())
            .field("count", &self.count())
            .finish()
    }
}

impl fmt::Debug for Change<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Change")
            .field("kind", &self.kind())
            .field("path", &self.path())
            .field("type_name", &self.type_name())
            .field("before", &self.before())
            .field("after", &self.after())
            .finish_non_exhaustive()
    }
}
