//! Where shared blocks were met first, and how much is behind shared handles.

use core::hash::{BuildHasherDefault, Hasher};
use std::collections::HashMap;

use deep_size_core::{Handle, Meeting};

use super::paths::PathId;

/// What is known of shared blocks.
#[derive(Debug, Default)]
pub(crate) struct SharedBlocks {
    /// Of blocks with several handles, by address: the place where they were met first.
    first_met: HashMap<usize, PathId, BuildHasherDefault<AddressHasher>>,
    /// The walk is in a shared block as long as it is at least as deep as this; 0 if it is in none. That is one deeper than
    /// the outermost handle.
    pub(crate) inside: usize,
    /// The bytes counted before that block.
    before: usize,
    /// The bytes of shared blocks, and of all that the values in them own.
    pub(crate) bytes: usize,
}

impl SharedBlocks {
    /// Notes a block that was counted, by a handle at this place and depth. So many bytes are counted with it.
    pub(crate) fn counted(&mut self, meeting: &Meeting, place: PathId, depth: usize, bytes: usize) {
        if self.inside == 0 {
            let block = meeting.block.layout.size();
            match meeting.handle {
                // The walk goes into the block next.
                Handle::Strong => (self.inside, self.before) = (depth + 1, bytes - block),
                Handle::Weak => self.bytes += block,
            }
        }
        // No other handle leads to the contents of the others.
        if meeting.block.strong != Some(1) {
            self.first_met.insert(meeting.block.address, place);
        }
    }

    /// Whether the block is there for this handle's sake too: a weak one alone keeps nothing as long as there are strong
    /// ones.
    pub(crate) fn keeps_block(meeting: &Meeting) -> bool {
        meeting.handle == Handle::Strong || meeting.block.strong == Some(0)
    }

    pub(crate) fn first_met(&self, address: usize) -> Option<PathId> {
        self.first_met.get(&address).copied()
    }

    /// The walk leaves the outermost block.
    #[cold]
    pub(crate) fn exit(&mut self, bytes: usize) {
        self.bytes += bytes - self.before;
        self.inside = 0;
    }
}

/// Hashes addresses: they are many, and nobody chooses them to collide.
#[derive(Debug, Default)]
pub(crate) struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_usize(byte.into());
        }
    }

    fn write_usize(&mut self, address: usize) {
        // As the core's own set does: the odd constant is 2^64 divided by the golden ratio.
        let product = u128::from(self.0 ^ address as u64) * 0x9E37_79B9_7F4A_7C15;
        self.0 = (product as u64) ^ ((product >> 64) as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
