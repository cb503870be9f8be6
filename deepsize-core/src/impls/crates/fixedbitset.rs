//! `fixedbitset` 0.5: reported as a lower bound; exact unless the set has grown.
//!
//! The storage blocks of its bits are counted. When the set grows, the vector of these blocks doubles, and its capacity is not
//! exposed. `clone_from` can shorten the set and keeps its vector, so there is no limit.

use core::alloc::Layout;

use fixedbitset::FixedBitSet;

use crate::{DeepSize, Reason, Walker};

/// The size of a storage block in bytes.
///
/// Source: `block/mod.rs`, version 0.5.9.
const BLOCK: usize = if cfg!(target_feature = "avx") {
    32
} else if cfg!(any(target_feature = "sse2", all(target_arch = "wasm32", target_feature = "simd128"))) {
    16
} else {
    size_of::<usize>()
};

/// The storage blocks of the bits.
impl DeepSize for FixedBitSet {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let address = self.as_slice().as_ptr();
        // The address of a set without a block (see `is_dangling`).
        if address.addr() == BLOCK {
            return;
        }
        if self.is_empty() {
            walker.uncounted_block(address);
        }
        if let Ok(layout) = Layout::from_size_align(blocks(self), BLOCK) {
            walker.allocation(address, layout, layout.size());
        }
        walker.lower_bound(Reason::Capacity, None);
    }
}

/// The size of the storage blocks in bytes.
#[inline]
fn blocks(set: &FixedBitSet) -> usize {
    set.len().div_ceil(BLOCK * 8) * BLOCK
}
