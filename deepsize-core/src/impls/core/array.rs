use core::array::{IntoIter, TryFromSliceError};

use crate::evident::Evident;
use crate::{DeepSize, Totals, Walker};

flat! { TryFromSliceError }

impl<T: DeepSize, const N: usize> DeepSize for [T; N] {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.slice(self);
    }

    #[inline]
    fn sum_owned<'v>(&'v self, walker: &mut Walker<'v>) -> usize {
        T::sum_slice(self, walker)
    }

    #[inline]
    fn __count_onto<'v>(&'v self, before: Totals, walker: &mut Walker<'v>) -> Totals {
        before + T::__count_slice(self, walker)
    }

    #[inline]
    fn __evident_sum(&self, before: Evident) -> Option<Evident> {
        Self::is_flat().then_some(before)
    }

    #[inline]
    fn is_flat() -> bool {
        N == 0 || T::is_flat()
    }
}

/// The elements not yet handed out, which are all it still owns.
impl<T: DeepSize, const N: usize> DeepSize for IntoIter<T, N> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.slice(self.as_slice());
    }

    fn is_flat() -> bool {
        <[T; N]>::is_flat()
    }
}
