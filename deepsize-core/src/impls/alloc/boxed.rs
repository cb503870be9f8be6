use alloc::boxed::Box;

use crate::{DeepSize, Walker};

/// The block has exactly the layout of the value.
impl<T: DeepSize + ?Sized> DeepSize for Box<T> {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.pointee(&**self);
    }

    #[inline]
    fn sum_owned(&self, walker: &mut Walker<'_>) -> usize {
        walker.sum_pointee(&**self)
    }
}
