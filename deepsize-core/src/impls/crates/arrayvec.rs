//! `arrayvec` 0.7: exact.

use arrayvec::{ArrayString, ArrayVec, CapacityError, IntoIter};

use crate::container::Container;
use crate::{DeepSize, Walker};

/// The heap size of the elements, which are in the vector itself.
impl<T: DeepSize, const CAP: usize> DeepSize for ArrayVec<T, CAP> {
    built_in! {}

    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.slice(self);
    }

    #[inline]
    fn is_flat() -> bool {
        CAP == 0 || T::is_flat()
    }
}

impl<T, const CAP: usize> Container for ArrayVec<T, CAP> {
    type Element = T;

    fn walk_each<F: Fn(&T, &mut Walker<'_>)>(&self, walker: &mut Walker<'_>, walk: F) {
        walker.elements_with(self, walk);
    }
}

/// The heap size of the remaining elements.
impl<T: DeepSize, const CAP: usize> DeepSize for IntoIter<T, CAP> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.slice(self.as_slice());
    }

    #[inline]
    fn is_flat() -> bool {
        CAP == 0 || T::is_flat()
    }
}

flat! { ArrayString<CAP> where [const CAP: usize], CapacityError }
