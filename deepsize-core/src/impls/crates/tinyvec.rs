//! `tinyvec` 1: exact.

use tinyvec::{Array, ArrayVec, SliceVec, TinyVec};

use crate::{DeepSize, Walker};

/// The heap size of the elements, which are in the vector itself.
///
/// The spare places count too. They hold default values, or values from the array that the vector was made from, and these
/// may own memory.
impl<A: Array<Item: DeepSize>> DeepSize for ArrayVec<A> {
    built_in! {}

    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.elements(self.iter().chain(self.grab_spare_slice()));
    }

    #[inline]
    fn is_flat() -> bool {
        A::CAPACITY == 0 || A::Item::is_flat()
    }
}

/// The active variant: an inline vector or a `Vec`.
impl<A: Array<Item: DeepSize>> DeepSize for TinyVec<A> {
    built_in! {}

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
