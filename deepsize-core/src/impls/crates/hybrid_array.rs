//! `hybrid-array` 0.4: exact.

use hybrid_array::{Array, ArraySize, TryFromIteratorError};

use crate::{DeepSize, Walker};

flat! { TryFromIteratorError }

/// The elements, which are in the value itself.
impl<T: DeepSize, N: ArraySize> DeepSize for Array<T, N> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.slice(self.as_slice());
    }

    #[inline]
    fn is_flat() -> bool {
        N::USIZE == 0 || T::is_flat()
    }
}
