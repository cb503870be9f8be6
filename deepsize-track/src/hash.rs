//! A fast hasher for keys that no attacker controls.

use std::hash::Hasher;

/// An odd number near 2^64 divided by the golden ratio, after Knuth (The Art of Computer Programming, 6.4).
const RATIO: u64 = 0x9E37_79B9_7F4A_7C15;

/// Hashes addresses, other hashes and short names.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        // Hash tables use the lowest bits first, which a product mixes least.
        self.0 ^ self.0 >> 32
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(RATIO);
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(number.into());
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(byte.into()));
    }
}
