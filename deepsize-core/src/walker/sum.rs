//! The walk that nobody watches: sums are returned, and nothing is told.

use super::Walker;
use crate::DeepSize;
use crate::later::Hop;
use crate::machine::stack_pointer;
#[cfg(feature = "alloc")]
use crate::{SharedBlock, scatter};

impl<'w> Walker<'w> {
    /// All that a value owns, when nobody watches and nothing has been added up yet.
    #[inline]
    pub(crate) fn sum<T: DeepSize + ?Sized>(&mut self, value: &'w T) -> usize {
        let bytes = value.sum_owned(self);
        bytes.saturating_add(self.course.bytes)
    }

    /// What is behind a pointer, when nobody watches.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn sum_hop<H: Hop, T: DeepSize + ?Sized>(&mut self, pointer: &'w H, value: &'w T) -> usize {
        // Written out, so that the compiler can make a loop of a list.
        if stack_pointer() < self.limit {
            self.hop(pointer)
        } else {
            size_of_val(value) + value.sum_owned(self)
        }
    }

    /// What the elements of a slice own, as `sum` says of each, when nobody watches. What `sum` calls has stack enough.
    #[inline]
    pub(crate) fn sum_each<T: DeepSize>(
        &mut self,
        elements: &'w [T],
        sum: impl Fn(&'w T, &mut Walker<'w>) -> usize,
    ) -> usize {
        if T::is_flat() {
            return 0;
        }
        self.on_a_stack(move |walker| {
            #[cfg(feature = "alloc")]
            if scatter::is_scattered(elements) {
                return scatter::sum_elements(walker, elements, sum);
            }
            elements.iter().fold(0, |bytes, element| bytes + sum(element, walker))
        })
    }

    /// What the elements of a collection own, when nobody watches.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn sum_elements<T, I>(&mut self, elements: I) -> usize
    where
        T: DeepSize + 'w,
        I: IntoIterator<Item = &'w T>,
    {
        if T::is_flat() {
            return 0;
        }
        self.on_a_stack(move |walker| {
            elements.into_iter().fold(0, |bytes, element| bytes + element.sum_owned(walker))
        })
    }

    /// What a shared handle adds, when nobody watches.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn sum_shared<T: DeepSize + ?Sized>(&mut self, block: &SharedBlock, value: &'w T) -> usize {
        if !self.is_first(block) {
            return 0;
        }
        let size = block.layout.size();
        if self.is_low() {
            self.on_a_fresh_stack(size, move |walker| size + value.sum_owned(walker))
        } else {
            size + value.sum_owned(self)
        }
    }
}
