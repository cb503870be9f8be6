//! Where shared blocks were met first, and how much is behind shared handles.

use core::hash::{BuildHasherDefault, Hasher};
use std::collections::HashMap;

use deep_size_core::{Handle, Meeting};

/// What is known of shared blocks.
#[derive(Debug)]
pub(crate) struct SharedBlocks {
    /// Of blocks with several handles, by address: the place where they were met first.
    first_met: HashMap<usize, u32, BuildHasherDefault<AddressHasher>>,
    /// How deep the outermost block lies that the walk is in; `usize::MAX` if it is in none.
    pub(crate) outermost: usize,
    /// The bytes counted when it went in.
    before: usize,
    /// The bytes of shared blocks, and of all that the values in them own.
    pub(crate) bytes: usize,
}

impl Default for SharedBlocks {
    fn default() -> Self {
        Self { first_met: HashMap::default(), outermost: usize::MAX, before: 0, bytes: 0 }
    }
}

impl SharedBlocks {
    /// Notes a block that was counted, by a handle at this place.
    pub(crate) fn counted(&mut self, meeting: &Meeting, place: u32) {
        if self.outermost == usize::MAX {
            self.bytes += meeting.block.layout.size();
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

    pub(crate) fn first_met(&self, address: usize) -> Option<u32> {
        self.first_met.get(&address).copied()
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
