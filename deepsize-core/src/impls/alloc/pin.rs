use alloc::boxed::Box;
use alloc::rc::Rc;
use core::alloc::Layout;
use core::pin::Pin;

use super::counted::block;
use crate::{DeepSize, Walker};

impl<T: DeepSize + ?Sized> DeepSize for Pin<Box<T>> {
    built_in! {}

    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.pointee(&**self);
    }
}

/// Like `Rc`, except that a pinned handle does not expose its counts.
impl<T: DeepSize + ?Sized> DeepSize for Pin<Rc<T>> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.shared(block::<T>(&**self, Layout::for_value(&**self)), &**self);
    }
}

/// Like `Arc`, except that a pinned handle does not expose its counts.
#[cfg(target_has_atomic = "ptr")]
impl<T: DeepSize + ?Sized> DeepSize for Pin<alloc::sync::Arc<T>> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.shared(block::<T>(&**self, Layout::for_value(&**self)), &**self);
    }
}
