use core::mem::{Discriminant, ManuallyDrop, MaybeUninit};

use crate::{DeepSize, Walker};

flat! {
    Discriminant<T> where [T],
    /// Whether it is initialised is unknown, so the value does not count.
    MaybeUninit<T> where [T],
}

/// The contents, which stay allocated until they are dropped explicitly.
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
