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

    /// The deep sizes of the elements of a slice, when nobody watches.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn sum_slice<T: DeepSize>(&mut self, elements: &[T]) -> usize {
        self.on_a_stack(move |walker| {
            if T::is_handle() {
                return walker.sum_handles(elements);
            }
            if scatter::is_scattered(elements) {
                return scatter::sum_elements(walker, elements);
            }
            elements.iter().fold(0, |bytes, element| bytes + size_of::<T>() + element.sum_owned(walker))
        })
    }

    /// The deep sizes of handles on shared blocks, when nobody watches.
    #[cfg(feature = "alloc")]
    #[inline]
    fn sum_handles<T: DeepSize>(&mut self, handles: &[T]) -> usize {
        let is_scattered = scatter::is_scattered(handles);
        let mut bytes = size_of_val(handles);
        let mut rest = handles.iter();
        while !rest.as_slice().is_empty() {
            // Up to the first that adds nothing.
            if is_scattered {
                bytes += scatter::sum_handles(self, &mut rest);
            } else {
                for handle in rest.by_ref() {
                    let added = handle.sum_owned(self);
                    bytes += added;
                    if added == 0 {
                        break;
                    }
                }
            }
            let (added, left) = self.sum_known(rest.as_slice());
            (bytes, rest) = (bytes + added, left.iter());
        }
        bytes
    }

    /// What handles add most of which lead to blocks met before; and the handles that are left at the end.
    ///
    /// The pointer is enough to pass over such a handle, so their blocks are not read.
    #[cfg(feature = "alloc")]
    #[inline(never)]
    fn sum_known<'h, T: DeepSize>(&mut self, handles: &'h [T]) -> (usize, &'h [T]) {
        let (mut bytes, mut rest) = (0, handles);
        loop {
            let known = self.seen.count_known(rest);
            rest = &rest[known..];
            match rest.split_first() {
                // One that is new may stand among them, but not two in a row.
                Some((handle, others)) if known > 0 => {
                    (bytes, rest) = (bytes + handle.sum_owned(self), others)
                }
                _ => return (bytes, rest),
            }
        }
    }

    /// What the elements of a collection own, when nobody watches.
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
