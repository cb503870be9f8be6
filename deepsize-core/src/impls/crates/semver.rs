//! `semver` 1: exact.
//!
//! Source: `Identifier` in `src/identifier.rs` of 1.0.28. Up to eight bytes of a pre-release or of build metadata are stored
//! inline. A longer text has a block. Its length precedes it there, encoded with seven bits per byte.

use core::alloc::Layout;

use semver::{BuildMetadata, Comparator, Op, Prerelease, Version, VersionReq};

use crate::{DeepSize, Walker};

/// The length of the longest inline text, in bytes.
const INLINE: usize = 8;

flat! { Op }

macro_rules! identifiers {
    ($($type:ident)*) => {$(
        /// A block with the length and the text, if the text is longer than eight bytes.
        impl DeepSize for $type {
            built_in! {}

            #[inline]
            fn walk_owned(&self, walker: &mut Walker<'_>) {
                let size = block_size(self);
                if let (1.., Ok(layout)) = (size, Layout::from_size_align(size, 2)) {
                    let block = self.as_ptr().wrapping_sub(size - self.len());
                    walker.allocation(block, layout, size);
                }
            }
        }
    )*};
}

identifiers! { BuildMetadata Prerelease }

/// The size of the block of a text, or 0 if the text is inline.
#[inline]
fn block_size(text: &str) -> usize {
    if text.len() <= INLINE {
        return 0;
    }
    let bits = (usize::BITS - text.len().leading_zeros()) as usize;
    bits.div_ceil(7) + text.len()
}

impl DeepSize for Version {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("major", &self.major);
        walker.field("minor", &self.minor);
        walker.field("patch", &self.patch);
        walker.field("pre", &self.pre);
        walker.field("build", &self.build);
    }
}

impl DeepSize for VersionReq {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("comparators", &self.comparators);
    }
}

impl DeepSize for Comparator {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("op", &self.op);
        walker.field("major", &self.major);
        walker.field("minor", &self.minor);
        walker.field("patch", &self.patch);
        walker.field("pre", &self.pre);
    }
}
