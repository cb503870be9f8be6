//! A hasher for addresses and for the few other keys of the tracker.

use std::hash::Hasher;

/// Multiplicative hashing by the golden ratio, after Knuth (The Art of Computer Programming, 6.4).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write_usize(&mut self, address: usize) {
        // Blocks are aligned, so the lowest bits of their addresses are equal.
        let product = ((address as u64) >> 4).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        // The upper bits are well mixed, unlike the lower ones.
        self.0 = product ^ (product >> 32);
    }

    // The key is a hash already. Its upper bits choose a shard, so other bits choose the place in the table.
    fn write_u64(&mut self, hash: u64) {
        self.0 = hash.rotate_left(20);
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0.rotate_left(8) ^ u64::from(byte)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        }
    }
}
