//! `bit-vec` 0.10: exact.

use bit_vec::{BitBlock, BitVec};

use crate::{DeepSize, Walker};

/// Capacity × block size.
impl<B: BitBlock> DeepSize for BitVec<B> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let blocks = self.storage();
        walker.buffer(blocks.as_ptr(), self.capacity() / B::bits(), blocks.len());
    }
}
