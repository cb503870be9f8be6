//! `generic-array` 1: exact.

use generic_array::{ArrayLength, GenericArray, LengthError};

use crate::{DeepSize, Walker};

flat! { LengthError }

/// The elements, which are in the value itself.
impl<T: DeepSize, N: ArrayLength> DeepSize for GenericArray<T, N> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.slice(self.as_slice());
    }

    #[inline]
    fn is_flat() -> bool {
        N::USIZE == 0 || T::is_flat()
    }
}
