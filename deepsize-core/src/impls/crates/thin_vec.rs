//! `thin-vec` 0.2: exact without its feature `gecko-ffi`, which shrinks the header for Firefox.

use core::alloc::Layout;

use thin_vec::ThinVec;

use crate::{DeepSize, Walker};

/// The size in bytes of the header: length and capacity, padded to align the elements.
///
/// Source: `Header`, `padding` and `alloc_size` in `lib.rs`, version 0.2.21.
#[inline]
fn header<T>() -> usize {
    size_of::<[usize; 2]>().max(align_of::<T>())
}

/// One block with a header and capacity × element size. No block if the capacity is 0 or the elements are zero-sized.
impl<T: DeepSize> DeepSize for ThinVec<T> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let align = align_of::<T>().max(align_of::<usize>());
        if let (1.., Ok(layout)) = (block::<T>(self), Layout::from_size_align(block::<T>(self), align)) {
            walker.allocation(self.as_ptr(), layout, header::<T>() + size_of_val(self.as_slice()));
        }
        walker.emit_shrunk_size(|| {
            if self.is_empty() || size_of::<T>() == 0 {
                0
            } else {
                header::<T>() + size_of_val(self.as_slice())
            }
        });
        walker.slice(self);
    }
}

/// The size of the block in bytes, or 0 if there is no block.
#[inline]
fn block<T>(vector: &ThinVec<T>) -> usize {
    match vector.capacity() {
        0 => 0,
        _ if size_of::<T>() == 0 => 0,
        capacity => header::<T>() + capacity * size_of::<T>(),
    }
}
