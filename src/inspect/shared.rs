//! The bytes behind shared handles.

use deep_size_core::observer::{Handle, SharedEvent};

#[derive(Debug, Default)]
pub(crate) struct SharedBlocks {
    /// While the depth is at least this, the walk is inside a shared block: one more than the depth of the outermost handle.
    /// 0 outside shared blocks.
    pub(crate) inside: usize,
    /// The bytes counted before the outermost block.
    before: usize,
    /// The bytes of shared blocks, and of everything that the values in them own.
    pub(crate) bytes: usize,
}

impl SharedBlocks {
    /// Records a counted block. `bytes` is the total, including the block.
    pub(crate) fn counted(&mut self, event: &SharedEvent, depth: usize, bytes: usize) {
        if self.inside == 0 {
            let block = event.block.layout.size();
            match event.handle {
                // The walk enters the block next.
                Handle::Strong => (self.inside, self.before) = (depth + 1, bytes - block),
                Handle::Weak => self.bytes += block,
            }
        }
    }

    /// Excludes the bytes of the root, which are not counted again in a block that contains it.
    pub(crate) fn contains_root(&mut self, shallow_size: usize) {
        if self.inside > 0 {
            self.before = self.before.saturating_add(shallow_size);
        }
    }

    /// Whether this handle keeps the block alive. A weak handle does so only after the last strong one is gone.
    pub(crate) fn keeps_block(event: &SharedEvent) -> bool {
        event.handle == Handle::Strong || event.block.strong_count == Some(0)
    }

    #[cold]
    pub(crate) fn exit(&mut self, bytes: usize) {
        // A hand-written impl may claim to contain the root, with fewer bytes.
        self.bytes += bytes.saturating_sub(self.before);
        self.inside = 0;
    }
}
