//! `bitvec` 1: exact.

use bitvec::array::BitArray;
use bitvec::boxed::BitBox;
use bitvec::order::BitOrder;
use bitvec::store::BitStore;
use bitvec::vec::BitVec;
use bitvec::view::BitViewSized;

use crate::{DeepSize, Walker};

/// Capacity × storage integer size.
impl<T: BitStore, O: BitOrder> DeepSize for BitVec<T, O> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let bits = self.as_raw_slice();
        walker.growable_buffer(bits.as_ptr(), capacity(self), bits.len());
    }
}

/// The capacity in integers. `BitVec::capacity` counts bits, without the unused bits before the first.
#[inline]
fn capacity<T: BitStore, O: BitOrder>(vector: &BitVec<T, O>) -> usize {
    vector.capacity().div_ceil(size_of::<T>() * 8)
}

/// The storage integers.
impl<T: BitStore, O: BitOrder> DeepSize for BitBox<T, O> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let bits = self.as_raw_slice();
        walker.buffer(bits.as_ptr(), bits.len(), bits.len());
    }
}

flat! { BitArray<A, O> where [A: BitViewSized, O: BitOrder] }
