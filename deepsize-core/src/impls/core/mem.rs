use core::mem::{Discriminant, ManuallyDrop, MaybeUninit};

use crate::{DeepSize, Walker};

flat! {
    Discriminant<T> where [T],
}

unseen! {
    Uninit:
    /// Opaque unless the value is flat: safe code cannot check whether it is initialised.
    MaybeUninit<T> where [T: DeepSize] => T;
}

/// The contents, which stay allocated until they are dropped explicitly.
impl<T: DeepSize> DeepSize for ManuallyDrop<T> {
    built_in! {}

    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.inner(&**self);
    }

    #[inline]
    fn is_flat() -> bool {
        T::is_flat()
    }
}
