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

    #[inline]
    fn sum_slice(elements: &[Self], walker: &mut Walker<'_>) -> usize {
        walker.sum_each(elements, |element, walker| size_of_val(&**element) + T::sum_owned(element, walker))
    }

    #[inline]
    fn leads_to(&self) -> usize {
        core::ptr::from_ref::<T>(&**self).cast::<()>().addr()
    }
}
