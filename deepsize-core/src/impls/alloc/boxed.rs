use alloc::boxed::Box;

use crate::container::Container;
use crate::observer::Role;
use crate::prefetch::{NextReads, dyn_batch};
use crate::walker::{LastPart, Part};
use crate::{DeepSize, Walker};

/// A block with the layout of the value.
impl<T: DeepSize + ?Sized> DeepSize for Box<T> {
    built_in! { leaves |this| Some(&**this) }

    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.pointee(&**self);
    }

    #[inline]
    fn __walk_but_last(&self, walker: &mut Walker<'_>) -> LastPart<'_> {
        walker.report_target(&**self);
        Some(Part::new(Role::Pointee, &**self))
    }

    #[inline(always)]
    fn __sum(&self, before: usize, walker: &mut Walker<'_>) -> usize {
        walker.sum_target(before, size_of_val(&**self), &**self)
    }

    #[inline]
    fn __sum_slice(boxes: &[Self], before: usize, walker: &mut Walker<'_>) -> usize {
        // Only behind `dyn` does the value's type differ from `T`.
        let is_dyn = |value: &T| value.__type_info().name != core::any::type_name::<T>();
        if const { size_of::<&T>() > size_of::<usize>() } && dyn_batch::is_mixed(boxes) && is_dyn(&boxes[0]) {
            if walker.needs_care(boxes) {
                return walker.sum_slow(before, boxes);
            }
            return dyn_batch::fold_objects(boxes, before, |sum, object| Self::__sum(object, sum, walker));
        }
        walker.sum_elements(boxes, before)
    }

    #[inline]
    fn __next_reads(&self) -> NextReads {
        [core::ptr::from_ref::<T>(&**self).addr(), 0]
    }
}

impl<T: ?Sized> Container for Box<T> {
    type Element = T;

    fn walk_each<F: Fn(&T, &mut Walker<'_>)>(&self, walker: &mut Walker<'_>, walk: F) {
        walker.report_target(&**self);
        walker.descend_with(Role::Pointee, &**self, walk);
    }
}
