use core::mem::{Discriminant, ManuallyDrop, MaybeUninit};

use crate::{DeepSize, Walker};

flat! {
    Discriminant<T> where [T],
    /// Whether there is a value is not known, so none is counted.
    MaybeUninit<T> where [T],
}

/// The contents, which stay allocated until they are dropped by hand.
impl<T: DeepSize> DeepSize for ManuallyDrop<T> {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.inner(&**self);
    }

    #[inline]
    fn is_flat() -> bool {
        T::is_flat()
    }
}
