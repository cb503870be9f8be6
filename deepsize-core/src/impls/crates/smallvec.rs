//! `smallvec` 1: exact.

use smallvec::{Array, SmallVec};

use crate::{Allocation, DeepSize, Totals, Walker};

/// Capacity × element size once it has spilled; before, the elements lie in the vector itself.
impl<A: Array<Item: DeepSize>> DeepSize for SmallVec<A> {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if self.spilled() {
            walker.block(&Allocation::of_buffer(self.as_ptr(), self.capacity(), self.len()));
        }
        walker.tell_bytes(self);
        walker.slice(self);
    }

    #[inline]
    fn sum_owned<'v>(&'v self, walker: &mut Walker<'v>) -> usize {
        let block = if self.spilled() { self.capacity() * size_of::<A::Item>() } else { 0 };
        if A::Item::is_flat() { block } else { block + A::Item::sum_slice(self, walker) }
    }

    #[inline]
    fn __count_onto<'v>(&'v self, before: Totals, walker: &mut Walker<'v>) -> Totals {
        let block = if self.spilled() { self.capacity() * size_of::<A::Item>() } else { 0 };
        before.and_block(block) + A::Item::__count_slice(self, walker)
    }

    #[inline]
    fn leads_to(&self) -> usize {
        match self.first() {
            Some(first) if !A::Item::is_flat() && !self.spilled() => first.leads_to(),
            Some(first) if !A::Item::is_flat() => core::ptr::from_ref(first).addr(),
            _ => 0,
        }
    }
}
