//! `thin-vec` 0.2: exact, if the crate is built without its feature `gecko-ffi`, with which Firefox makes headers smaller.

use core::alloc::Layout;

use thin_vec::ThinVec;

use crate::{DeepSize, Walker};

/// The length and the capacity, padded so that the elements after them are aligned.
///
/// Source: `Header`, `padding` and `alloc_size` in `lib.rs`, version 0.2.21.
#[inline]
fn header<T>() -> usize {
    size_of::<[usize; 2]>().max(align_of::<T>())
}

/// A header, and capacity × element size, in one block; none if it is empty and nothing was reserved, or if the elements have no
/// size.
impl<T: DeepSize> DeepSize for ThinVec<T> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let align = align_of::<T>().max(align_of::<usize>());
        if let (1.., Ok(layout)) = (block::<T>(self), Layout::from_size_align(block::<T>(self), align)) {
            walker.allocation(self.as_ptr(), layout, header::<T>() + size_of_val(self.as_slice()));
        }
        walker.slice(self);
    }
}

/// The bytes of the block.
#[inline]
fn block<T>(vector: &ThinVec<T>) -> usize {
    match vector.capacity() {
        0 => 0,
        _ if size_of::<T>() == 0 => 0,
        capacity => header::<T>() + capacity * size_of::<T>(),
    }
}
