use alloc::boxed::Box;
use alloc::rc::Rc;
use core::alloc::Layout;
use core::pin::Pin;

use super::counted::block;
use crate::container::Container;
use crate::observer::Role;
use crate::{DeepSize, Walker};

impl<T: DeepSize + ?Sized> DeepSize for Pin<Box<T>> {
    built_in! {}

    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.pointee(&**self);
    }
}

impl<T: ?Sized> Container for Pin<Box<T>> {
    type Element = T;

    fn walk_each<F: Fn(&T, &mut Walker<'_>)>(&self, walker: &mut Walker<'_>, walk: F) {
        walker.report_target(&**self);
        walker.descend_with(Role::Pointee, &**self, walk);
    }
}

/// Implements `DeepSize` and `Container` for a pinned handle.
macro_rules! pinned_handle {
    ($handle:ty) => {
        /// Like the handle, except that a pinned handle does not expose its counts.
        impl<T: DeepSize + ?Sized> DeepSize for Pin<$handle> {
            built_in! {}

            fn walk_owned(&self, walker: &mut Walker<'_>) {
                walker.shared(block::<T>(&**self, Layout::for_value(&**self)), &**self);
            }
        }

        impl<T: ?Sized> Container for Pin<$handle> {
            type Element = T;

            fn walk_each<F: Fn(&T, &mut Walker<'_>)>(&self, walker: &mut Walker<'_>, walk: F) {
                walker.shared_value_with(block::<T>(&**self, Layout::for_value(&**self)), &**self, walk);
            }
        }
    };
}

pinned_handle! { Rc<T> }
#[cfg(target_has_atomic = "ptr")]
pinned_handle! { alloc::sync::Arc<T> }
