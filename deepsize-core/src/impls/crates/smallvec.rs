//! `smallvec` 1: exact.

use smallvec::{Array, SmallVec};

use crate::container::Container;
use crate::prefetch::NextReads;
use crate::{DeepSize, Walker};

/// Capacity × element size after a spill. Before, the elements are in the vector itself.
impl<A: Array<Item: DeepSize>> DeepSize for SmallVec<A> {
    built_in! {}

    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_block(self, walker);
        walker.slice(self);
    }

    #[inline]
    fn __sum(&self, before: usize, walker: &mut Walker<'_>) -> usize {
        let block = if self.spilled() { self.capacity().wrapping_mul(size_of::<A::Item>()) } else { 0 };
        A::Item::__sum_slice(self, before.wrapping_add(block), walker)
    }

    #[inline]
    fn __next_reads(&self) -> NextReads {
        match self.first() {
            Some(first) if !A::Item::is_flat() && !self.spilled() => first.__next_reads(),
            Some(first) if !A::Item::is_flat() => [core::ptr::from_ref(first).addr(), 0],
            _ => [0; 2],
        }
    }
}

impl<A: Array> Container for SmallVec<A> {
    type Element = A::Item;

    fn walk_each<F: Fn(&A::Item, &mut Walker<'_>)>(&self, walker: &mut Walker<'_>, walk: F) {
        walk_block(self, walker);
        walker.elements_with(self, walk);
    }
}

#[inline]
fn walk_block<A: Array>(vector: &SmallVec<A>, walker: &mut Walker<'_>) {
    if vector.spilled() {
        walker.buffer(vector.as_ptr(), vector.capacity(), vector.len());
        // `shrink_to_fit` moves few elements back into the vector itself.
        let is_inline = vector.len() <= vector.inline_size();
        walker.emit_shrunk_size(|| if is_inline { 0 } else { size_of_val(vector.as_slice()) });
    }
}
