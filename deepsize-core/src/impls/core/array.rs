use core::array::{IntoIter, TryFromSliceError};

use crate::container::Container;
use crate::{DeepSize, Walker};

flat! { TryFromSliceError }

impl<T: DeepSize, const N: usize> DeepSize for [T; N] {
    built_in! { all_fields: [] }

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

impl<T, const N: usize> Container for [T; N] {
    type Element = T;

    fn walk_each<F: Fn(&T, &mut Walker<'_>)>(&self, walker: &mut Walker<'_>, walk: F) {
        walker.elements_with(self, walk);
    }
}

/// The remaining elements.
impl<T: DeepSize, const N: usize> DeepSize for IntoIter<T, N> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.slice(self.as_slice());
    }

    fn is_flat() -> bool {
        <[T; N]>::is_flat()
    }
}

impl<T, const N: usize> Container for IntoIter<T, N> {
    type Element = T;

    fn walk_each<F: Fn(&T, &mut Walker<'_>)>(&self, walker: &mut Walker<'_>, walk: F) {
        walker.elements_with(self.as_slice(), walk);
    }
}
