//! `smallvec` 1: exact.

use smallvec::{Array, SmallVec};

use crate::prefetch::NextReads;
use crate::{DeepSize, Walker};

/// Capacity × element size after a spill. Before, the elements are in the vector itself.
impl<A: Array<Item: DeepSize>> DeepSize for SmallVec<A> {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if self.spilled() {
            walker.buffer(self.as_ptr(), self.capacity(), self.len());
            // Few elements move back into the vector itself.
            let is_inline = self.len() <= self.inline_size();
            walker.emit_shrunk_size(|| if is_inline { 0 } else { size_of_val(self.as_slice()) });
        }
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
