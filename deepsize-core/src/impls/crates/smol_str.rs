//! `smol_str` 0.3: exact.
//!
//! Up to 23 bytes lie in the handle, static texts nowhere, all others in an `Arc<str>`, which is counted once.

use alloc::sync::Arc;

use smol_str::{SmolStr, SmolStrBuilder};

use crate::{DeepSize, Reason, SharedBlock, Walker};

/// The block of a text that lies on the heap, if it can be learnt.
///
/// The count comes from a second handle, which is not counted. It is gone before the walk goes on, and nobody can free the
/// block meanwhile, since `text` holds it.
fn block(text: &SmolStr) -> Option<SharedBlock> {
    let handle: Arc<str> = text.clone().into();
    let is_same = core::ptr::eq(handle.as_ptr(), text.as_ptr());
    let block = SharedBlock::of_arc(&handle);
    is_same.then(|| block.with_strong_count(Arc::strong_count(&handle) - 1))
}

impl DeepSize for SmolStr {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if !self.is_heap_allocated() {
            return;
        }
        match block(self) {
            Some(block) => walker.shared(block, self.as_str()),
            // No version does, so far.
            None => walker.opaque(Reason::Hidden),
        }
    }
}

/// A `String`, once the text is too long to lie in the builder; its capacity is not shown.
impl DeepSize for SmolStrBuilder {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.opaque(Reason::Hidden);
    }
}
