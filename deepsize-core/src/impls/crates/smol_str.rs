//! `smol_str` 0.3: exact.
//!
//! Texts of up to 23 bytes are stored inline, and static texts take no memory. Other texts are an `Arc<str>`, which counts once.

use alloc::sync::Arc;

use smol_str::{SmolStr, SmolStrBuilder};

use crate::{DeepSize, Reason, SharedBlock, Walker};

/// The block of a text on the heap, or `None` if a conversion to `Arc<str>` copies the text.
///
/// The strong count comes from a temporary handle and excludes it. The handle is dropped before the walk continues, and `text`
/// keeps the block alive.
fn block(text: &SmolStr) -> Option<SharedBlock> {
    let handle: Arc<str> = text.clone().into();
    let is_same = core::ptr::eq(handle.as_ptr(), text.as_ptr());
    let block = SharedBlock::of_arc(&handle);
    is_same.then(|| block.with_strong_count(Arc::strong_count(&handle) - 1))
}

impl DeepSize for SmolStr {
    built_in! {}

    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if !self.is_heap_allocated() {
            return;
        }
        match block(self) {
            Some(block) => walker.shared(block, self.as_str()),
            // No version copies the text so far.
            None => walker.opaque(Reason::Hidden),
        }
    }
}

/// Opaque: a text that is too long for inline storage is a `String`, and its capacity is not exposed.
impl DeepSize for SmolStrBuilder {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.opaque(Reason::Hidden);
    }
}
