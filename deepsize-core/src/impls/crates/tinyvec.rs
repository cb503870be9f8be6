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
    fn sum_owned<'v>(&'v self, walker: &mut Walker<'v>) -> usize {
        A::Item::sum_slice(self, walker) + A::Item::sum_slice(self.grab_spare_slice(), walker)
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

    #[inline]
    fn sum_owned<'v>(&'v self, walker: &mut Walker<'v>) -> usize {
        match self {
            Self::Inline(vector) => vector.sum_owned(walker),
            Self::Heap(vector) => vector.sum_owned(walker),
        }
    }
}

// Borrows its slice.
flat! { SliceVec<'_, T> where [T] }
