use alloc::boxed::Box;

use crate::later::Hop;
use crate::machine::ask_for_block;
use crate::{DeepSize, Totals, Walker, by_kind};

/// The block has exactly the layout of the value.
impl<T: DeepSize + ?Sized> DeepSize for Box<T> {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.pointee(&**self);
    }

    #[inline]
    fn sum_owned<'v>(&'v self, walker: &mut Walker<'v>) -> usize {
        walker.sum_hop(0, self, &**self)
    }

    #[inline(always)]
    fn __sum_onto<'v>(&'v self, before: usize, walker: &mut Walker<'v>) -> usize {
        walker.sum_hop(before, self, &**self)
    }

    #[inline]
    fn sum_slice<'v>(elements: &'v [Self], walker: &mut Walker<'v>) -> usize {
        if by_kind::is_mixed(elements) {
            return walker.on_a_stack(|walker| by_kind::sum_boxes(walker, elements));
        }
        walker
            .sum_each(elements, |element, walker| size_of_val(&**element) + T::__sum_onto(element, 0, walker))
    }

    #[inline(always)]
    fn __count_onto<'v>(&'v self, before: Totals, walker: &mut Walker<'v>) -> Totals {
        walker.sum_hop(before, self, &**self)
    }

    #[inline]
    fn __count_slice<'v>(elements: &'v [Self], walker: &mut Walker<'v>) -> Totals {
        if by_kind::is_mixed(elements) {
            return walker.on_a_stack(|walker| by_kind::sum_boxes(walker, elements));
        }
        walker.sum_each(elements, |element, walker| {
            T::__count_onto(element, Totals::NONE.and_block(size_of_val(&**element)), walker)
        })
    }

    #[inline]
    fn leads_to(&self) -> usize {
        core::ptr::from_ref::<T>(&**self).cast::<()>().addr()
    }

    #[inline]
    fn __ask_ahead(&self, further: bool) {
        if !further {
            ask_for_block(self.leads_to(), size_of_val(&**self));
        } else if size_of::<&T>() == size_of::<usize>() {
            // Not of a trait object, for the call would be guessed wrong.
            (**self).__ask_ahead(false);
        }
    }
}

impl<T: DeepSize + ?Sized> Hop for Box<T> {
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
