//! How much is behind shared handles.

use deep_size_core::{Handle, Meeting};

/// What is known of shared blocks.
#[derive(Debug)]
pub(crate) struct SharedBlocks {
    /// How deep the outermost block lies that the walk is in; `usize::MAX` if it is in none.
    pub(crate) outermost: usize,
    /// The bytes counted when it went in.
    before: usize,
    /// The bytes of shared blocks, and of all that the values in them own.
    pub(crate) bytes: usize,
}

impl Default for SharedBlocks {
    fn default() -> Self {
        Self { outermost: usize::MAX, before: 0, bytes: 0 }
    }
}

impl SharedBlocks {
    /// Notes a block that was counted.
    pub(crate) fn counted(&mut self, meeting: &Meeting) {
        if self.outermost == usize::MAX {
            self.bytes += meeting.block.layout.size();
        }
    }

    /// Whether the block is there for this handle's sake too: a weak one alone keeps nothing as long as there are strong
    /// ones.
    pub(crate) fn keeps_block(meeting: &Meeting) -> bool {
        meeting.handle == Handle::Strong || meeting.block.strong == Some(0)
    }

    /// The walk goes into a block; so many values are around it, and so many bytes are counted.
    pub(crate) fn enter(&mut self, depth: usize, bytes: usize) {
        if self.outermost == usize::MAX {
            (self.outermost, self.before) = (depth, bytes);
        }
    }

    /// The walk leaves the outermost block.
    #[cold]
    pub(crate) fn exit(&mut self, bytes: usize) {
        self.bytes += bytes - self.before;
        self.outermost = usize::MAX;
    }
}
