use alloc::boxed::Box;
use alloc::rc::Rc;
use core::alloc::Layout;
use core::pin::Pin;

use super::counted::block;
use crate::later::Hop;
use crate::{DeepSize, Totals, Walker};

impl<T: DeepSize + ?Sized> DeepSize for Pin<Box<T>> {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.pointee(&**self);
    }

    #[inline]
    fn sum_owned<'v>(&'v self, walker: &mut Walker<'v>) -> usize {
        walker.sum_hop(0, self, &**self)
    }

    #[inline]
    fn __count_onto<'v>(&'v self, before: Totals, walker: &mut Walker<'v>) -> Totals {
        walker.sum_hop(before, self, &**self)
    }
}

impl<T: DeepSize + ?Sized> Hop for Pin<Box<T>> {
    fn block(&self) -> usize {
        size_of_val(&**self)
    }

    #[inline(never)]
    fn sum_behind<'v>(&'v self, walker: &mut Walker<'v>) -> usize {
        size_of_val(&**self) + T::sum_owned(self, walker)
    }

    #[inline(never)]
    fn count_behind<'v>(&'v self, walker: &mut Walker<'v>) -> Totals {
        T::__count_onto(self, Totals::NONE.and_block(size_of_val(&**self)), walker)
    }
}

/// As `Rc`; a pinned handle does not tell its counts.
impl<T: DeepSize + ?Sized> DeepSize for Pin<Rc<T>> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.shared(block::<T>(&**self, Layout::for_value(&**self)), &**self);
    }
}

/// As `Arc`; a pinned handle does not tell its counts.
#[cfg(target_has_atomic = "ptr")]
impl<T: DeepSize + ?Sized> DeepSize for Pin<alloc::sync::Arc<T>> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.shared(block::<T>(&**self, Layout::for_value(&**self)), &**self);
    }
}
