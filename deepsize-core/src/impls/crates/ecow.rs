//! `ecow` 0.3: exact.
//!
//! A block with two words and the capacity, counted once for all handles. Short strings are stored inline. The number of handles
//! is not exposed, so reports assume that some are outside the value.
//!
//! Source: `layout` in `vec.rs` of `ecow` 0.3.1.

use core::alloc::Layout;

use ecow::{EcoBytes, EcoString, EcoVec};

use crate::{DeepSize, SharedBlock, Walker};

/// The block around the elements at `data`, if there is one.
#[inline]
fn block<T>(data: *const T, capacity: usize) -> Option<SharedBlock> {
    // The count and the capacity.
    let header = Layout::new::<[usize; 2]>();
    let offset = header.size().max(align_of::<T>());
    let size = size_of::<T>().checked_mul(capacity)?.checked_add(offset)?;
    let layout = Layout::from_size_align(size, header.align().max(align_of::<T>())).ok()?;
    (capacity > 0)
        .then(|| SharedBlock::new(data.cast::<u8>().wrapping_sub(offset), layout).with_weak_count(0))
}

impl<T: DeepSize> DeepSize for EcoVec<T> {
    built_in! {}

    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if let Some(block) = block(self.as_ptr(), self.capacity()) {
            walker.shared(block, self.as_slice());
        }
    }
}

/// Implements `DeepSize` for text types that store short texts inline.
macro_rules! texts {
    ($($type:ident)*) => {$(
        impl DeepSize for $type {
            built_in! {}

            #[inline]
            fn walk_owned(&self, walker: &mut Walker<'_>) {
                if self.is_inline() {
                    return;
                }
                if let Some(block) = block(self.as_ptr(), self.capacity()) {
                    walker.shared(block, &**self);
                }
            }
        }
    )*};
}

texts! { EcoBytes EcoString }
