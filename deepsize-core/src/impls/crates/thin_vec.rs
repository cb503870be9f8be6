//! `thin-vec` 0.2: exact without its feature `gecko-ffi`, which shrinks the header for Firefox.

use core::alloc::Layout;

use thin_vec::ThinVec;

use crate::container::Container;
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
        walk_block(self, walker);
        walker.slice(self);
    }
}

impl<T> Container for ThinVec<T> {
    type Element = T;

    fn walk_each<F: Fn(&T, &mut Walker<'_>)>(&self, walker: &mut Walker<'_>, walk: F) {
        walk_block(self, walker);
        walker.elements_with(self, walk);
    }
}

fn walk_block<T>(vector: &ThinVec<T>, walker: &mut Walker<'_>) {
    let align = align_of::<T>().max(align_of::<usize>());
    if let (1.., Ok(layout)) = (block_size(vector), Layout::from_size_align(block_size(vector), align)) {
        walker.allocation(vector.as_ptr(), layout, header::<T>() + size_of_val(vector.as_slice()));
    }
    walker.emit_shrunk_size(|| {
        if vector.is_empty() || size_of::<T>() == 0 {
            0
        } else {
            header::<T>() + size_of_val(vector.as_slice())
        }
    });
}

/// The size of the block in bytes, or 0 if there is no block.
#[inline]
fn block_size<T>(vector: &ThinVec<T>) -> usize {
    match vector.capacity() {
        0 => 0,
        _ if size_of::<T>() == 0 => 0,
        capacity => header::<T>() + capacity * size_of::<T>(),
    }
}
