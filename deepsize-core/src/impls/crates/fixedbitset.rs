//! `fixedbitset` 0.5: a lower bound, reported as one; exact unless the set has grown.
//!
//! The blocks that its bits take are counted. When it grows, the vector of blocks doubles, and nothing tells its capacity.

use core::alloc::Layout;

use fixedbitset::FixedBitSet;

use crate::{DeepSize, Reason, Walker};

/// How many bytes it takes at a time.
///
/// Source: `block/mod.rs`, version 0.5.9.
const BLOCK: usize = if cfg!(target_feature = "avx") {
    32
} else if cfg!(any(target_feature = "sse2", all(target_arch = "wasm32", target_feature = "simd128"))) {
    16
} else {
    size_of::<usize>()
};

/// The blocks that the bits take.
impl DeepSize for FixedBitSet {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if let (1.., Ok(layout)) = (self.len(), Layout::from_size_align(blocks(self), BLOCK)) {
            walker.allocation(self.as_slice().as_ptr(), layout, layout.size());
            walker.opaque(Reason::Hidden);
        }
    }
}

/// The bytes of those blocks.
#[inline]
fn blocks(set: &FixedBitSet) -> usize {
    set.len().div_ceil(BLOCK * 8) * BLOCK
}
