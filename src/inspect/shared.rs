//! How much is behind shared handles.

use deep_size_core::observer::{Handle, SharedEvent};

/// What is known of shared blocks.
#[derive(Debug, Default)]
pub(crate) struct SharedBlocks {
    /// The walk is in a shared block as long as it is at least as deep as this; 0 if it is in none. That is one deeper than
    /// the outermost handle.
    pub(crate) inside: usize,
    /// The bytes counted before that block.
    before: usize,
    /// The bytes of shared blocks, and of all that the values in them own.
    pub(crate) bytes: usize,
}

impl SharedBlocks {
    /// Notes a block that was counted, by a handle at this depth. So many bytes are counted with it.
    pub(crate) fn counted(&mut self, event: &SharedEvent, depth: usize, bytes: usize) {
        if self.inside == 0 {
            let block = event.block.layout.size();
            match event.handle {
                // The walk goes into the block next.
                Handle::Strong => (self.inside, self.before) = (depth + 1, bytes - block),
                Handle::Weak => self.bytes += block,
            }
        }
    }

    /// Whether this handle keeps the block. A weak one does not while there are strong ones.
    pub(crate) fn keeps_block(event: &SharedEvent) -> bool {
        event.handle == Handle::Strong || event.block.strong_count == Some(0)
    }

    /// The walk leaves the outermost block.
    #[cold]
    pub(crate) fn exit(&mut self, bytes: usize) {
        self.bytes += bytes - self.before;
        self.inside = 0;
    }
}
