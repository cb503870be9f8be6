//! `tinyvec` 1: exact.

use tinyvec::{Array, ArrayVec, SliceVec, TinyVec};

use crate::{DeepSize, Walker};

/// What the elements own; they lie in the vector itself. The places behind them are in use as well: they hold default values, or what
/// was there when the vector was made of an array, and all that may own memory.
impl<A: Array<Item: DeepSize>> DeepSize for ArrayVec<A> {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.elements(self.iter().chain(self.grab_spare_slice()));
    }

    #[inline]
    fn is_flat() -> bool {
        A::CAPACITY == 0 || A::Item::is_flat()
    }
}

/// As the variants: a vector in place, or a `Vec`.
impl<A: Array<Item: DeepSize>> DeepSize for TinyVec<A> {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        match self {
            Self::Inline(vector) => {
                walker.variant("Inline");
                walker.inner(vector);
            }
            Self::Heap(vector) => {
                walker.variant("Heap");
                walker.inner(vector);
            }
        }
    }
}

// Borrows its slice.
flat! { SliceVec<'_, T> where [T] }
