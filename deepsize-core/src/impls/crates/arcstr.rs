//! `arcstr` 1: exact.
//!
//! A block with two words and the text, counted once for all handles and substrings. Literals and leaked texts are never freed
//! and belong to no value.
//!
//! Source: `ThinInner` in `arc_str.rs` of `arcstr` 1.2.0.

use core::alloc::Layout;

use arcstr::{ArcStr, Substr};

use crate::{DeepSize, SharedBlock, Walker};

/// The length and the count, each with a flag.
const HEADER: usize = size_of::<[usize; 2]>();

/// The block, or `None` if it is static or leaked.
#[inline]
fn block(text: &ArcStr) -> Option<SharedBlock> {
    let strong = ArcStr::strong_count(text)?;
    // The alignment is 8 even on targets with smaller words.
    let layout = Layout::from_size_align(HEADER + text.len(), 8).ok()?;
    let block = SharedBlock::new(text.as_ptr().wrapping_sub(HEADER), layout);
    Some(block.with_strong_count(strong).with_weak_count(0))
}

impl DeepSize for ArcStr {
    built_in! {}

    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if let Some(block) = block(self) {
            walker.shared(block, self.as_str());
        }
    }
}

/// The whole text that contains the substring.
impl DeepSize for Substr {
    built_in! {}

    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.inner(self.parent());
    }
}
