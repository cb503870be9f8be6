use core::array::{IntoIter, TryFromSliceError};

use crate::{DeepSize, Walker};

flat! { TryFromSliceError }

impl<T: DeepSize, const N: usize> DeepSize for [T; N] {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.slice(self);
    }

    #[inline]
    fn __sum(&self, before: usize, walker: &mut Walker<'_>) -> usize {
        T::__sum_slice(self, before, walker)
    }

    #[inline]
    fn is_flat() -> bool {
        N == 0 || T::is_flat()
    }
}

/// The remaining elements.
impl<T: DeepSize, const N: usize> DeepSize for IntoIter<T, N> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.slice(self.as_slice());
    }

    fn is_flat() -> bool {
        <[T; N]>::is_flat()
    }
}
