//! `arcstr` 1: exact.
//!
//! A block of two words and the text, once, whichever handle or substring leads to it. Literals and leaked texts are never
//! freed and belong to nobody.
//!
//! Source: `ThinInner` in `arc_str.rs` of `arcstr` 1.2.0.

use core::alloc::Layout;

use arcstr::{ArcStr, Substr};

use crate::{DeepSize, SharedBlock, Walker};

/// Length and count, each with a flag.
const HEADER: usize = size_of::<[usize; 2]>();

/// The block, unless it lives forever.
#[inline]
fn block(text: &ArcStr) -> Option<SharedBlock> {
    let strong = ArcStr::strong_count(text)?;
    // The source says 8, also where words are shorter.
    let layout = Layout::from_size_align(HEADER + text.len(), 8).ok()?;
    let block = SharedBlock::new(text.as_ptr().wrapping_sub(HEADER), layout);
    Some(block.with_strong_count(strong).with_weak_count(0))
}

impl DeepSize for ArcStr {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if let Some(block) = block(self) {
            walker.shared(block, self.as_str());
        }
    }
}

/// The whole text of which it is a part.
impl DeepSize for Substr {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.inner(self.parent());
    }
}
