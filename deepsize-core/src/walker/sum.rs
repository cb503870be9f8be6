//! The walk that nobody watches: sums are returned, and nothing is told.

use super::Walker;
use crate::DeepSize;
#[cfg(feature = "alloc")]
use crate::{SharedBlock, scatter};

impl Walker<'_> {
    /// All that a value owns, when nobody watches and nothing has been added up yet.
    #[inline]
    pub(crate) fn sum<T: DeepSize + ?Sized>(&mut self, value: &T) -> usize {
        let bytes = value.sum_owned(self);
        bytes.saturating_add(self.bytes)
    }

    /// What a value and the block it lies in take, when nobody watches.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn sum_pointee<T: DeepSize + ?Sized>(&mut self, value: &T) -> usize {
        // Written out, and added up in both branches, so that the compiler can make a loop of a list.
        if self.stack.is_low() {
            let size = size_of_val(value);
            self.on_a_fresh_stack(size, move |walker| size + value.sum_owned(walker))
        } else {
            size_of_val(value) + value.sum_owned(self)
        }
    }

    /// What the elements of a slice own, as `sum` says of each, when nobody watches. What `sum` calls has stack enough.
    #[inline]
    pub(crate) fn sum_each<T: DeepSize>(
        &mut self,
        elements: &[T],
        sum: impl Fn(&T, &mut Walker<'_>) -> usize,
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
    pub(crate) fn sum_elements<'e, T, I>(&mut self, elements: I) -> usize
    where
        T: DeepSize + 'e,
        I: IntoIterator<Item = &'e T>,
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
    pub(crate) fn sum_shared<T: DeepSize + ?Sized>(&mut self, block: &SharedBlock, value: &T) -> usize {
        if !self.is_first(block) {
            return 0;
        }
        let size = block.layout.size();
        if self.stack.is_low() {
            self.on_a_fresh_stack(size, move |walker| size + value.sum_owned(walker))
        } else {
            size + value.sum_owned(self)
        }
    }
}
