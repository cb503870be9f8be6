//! `ecow` 0.3: exact.
//!
//! A block of two words and the capacity, once, whichever handle leads to it; short strings lie in the handle. How many
//! handles there are is not shown, so a report takes some to be outside the value.
//!
//! Source: `layout` in `vec.rs` of `ecow` 0.3.1.

use core::alloc::Layout;

use ecow::{EcoBytes, EcoString, EcoVec};

use crate::{DeepSize, SharedBlock, Walker};

/// The block around the elements at `data`, if there is one.
#[inline]
fn block<T>(data: *const T, capacity: usize) -> Option<SharedBlock> {
    // Count and capacity.
    let header = Layout::new::<[usize; 2]>();
    let offset = header.size().max(align_of::<T>());
    let size = size_of::<T>().checked_mul(capacity)?.checked_add(offset)?;
    let layout = Layout::from_size_align(size, header.align().max(align_of::<T>())).ok()?;
    (capacity > 0)
        .then(|| SharedBlock::new(data.cast::<u8>().wrapping_sub(offset), layout).with_weak_count(0))
}

impl<T: DeepSize> DeepSize for EcoVec<T> {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if let Some(block) = block(self.as_ptr(), self.capacity()) {
            walker.shared(block, self.as_slice());
        }
    }
}

/// Implements `DeepSize` for texts of which short ones lie in the handle.
macro_rules! texts {
    ($($type:ident)*) => {$(
        impl DeepSize for $type {
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
