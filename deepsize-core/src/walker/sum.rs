//! The walk that nobody watches: sums are returned, and nothing is told.

use super::Walker;
use crate::DeepSize;
#[cfg(feature = "alloc")]
use crate::later::Hop;
#[cfg(feature = "alloc")]
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

    /// The bytes before, and what is behind a pointer, when nobody watches.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn sum_hop<H: Hop, T: DeepSize + ?Sized>(
        &mut self,
        before: usize,
        pointer: &'w H,
        value: &'w T,
    ) -> usize {
        // Written out, so that the compiler can make a loop of a list.
        if stack_pointer() < self.limit {
            self.hop(before, pointer, core::ptr::from_ref(value).cast::<()>().addr())
        } else {
            value.sum_onto(before.wrapping_add(size_of_val(value)), self)
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

    /// What handles on shared blocks own, when nobody watches: nothing, if the block at
    /// [`leads_to`](DeepSize::leads_to) was met before.
    ///
    /// `sum` says what a handle adds, given the strong count of blocks that need not be remembered. What it calls has stack enough.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn sum_handles<T: DeepSize>(
        &mut self,
        handles: &'w [T],
        sum: impl Fn(&'w T, &mut Walker<'w>, usize) -> usize,
    ) -> usize {
        self.on_a_stack(move |walker| walker.sum_handles_here(handles, sum))
    }

    #[cfg(feature = "alloc")]
    #[inline]
    fn sum_handles_here<T: DeepSize>(
        &mut self,
        handles: &'w [T],
        sum: impl Fn(&'w T, &mut Walker<'w>, usize) -> usize,
    ) -> usize {
        let is_scattered = scatter::is_scattered(handles);
        let alone = self.alone();
        let (mut bytes, mut rest) = (0, handles);
        while !rest.is_empty() {
            // Up to the first that adds nothing.
            if is_scattered {
                let (added, left) =
                    scatter::sum_handles(self, rest, |handle, walker| sum(handle, walker, alone));
                (bytes, rest) = (bytes + added, left);
            } else {
                let mut handles = rest.iter();
                for handle in handles.by_ref() {
                    let added = sum(handle, self, alone);
                    bytes += added;
                    if added == 0 {
                        break;
                    }
                }
                rest = handles.as_slice();
            }
            let (added, left) = self.sum_known(rest);
            (bytes, rest) = (bytes + added, left);
        }
        bytes
    }

    /// The strong count of blocks that need not be remembered.
    #[cfg(feature = "alloc")]
    #[inline]
    fn alone(&self) -> usize {
        // No handle leads to a block without any.
        usize::from(!self.seen.remembers_unique())
    }

    /// What handles add, most of which lead to blocks met before; and the handles that are left at the end.
    ///
    /// The pointer is enough to pass over such a handle, so their blocks are not read.
    #[cfg(feature = "alloc")]
    #[inline(never)]
    fn sum_known<T: DeepSize>(&mut self, handles: &'w [T]) -> (usize, &'w [T]) {
        let (mut bytes, mut rest) = (0, handles);
        loop {
            let known = self.seen.count_known(rest);
            rest = &rest[known..];
            match rest.split_first() {
                // One that is new may stand among them, but not two in a row.
                Some((handle, others)) if known > 0 => {
                    (bytes, rest) = (bytes + handle.sum_onto(0, self), others)
                }
                _ => return (bytes, rest),
            }
        }
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
            elements.into_iter().fold(0, |bytes, element| bytes + element.sum_onto(0, walker))
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
            self.on_a_fresh_stack(size, move |walker| size + value.sum_onto(0, walker))
        } else {
            size + value.sum_onto(0, self)
        }
    }

    /// The same for one of many handles, on a block of so many bytes, where there is stack enough. One that is `alone` need not be
    /// remembered.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn sum_one_shared<H: DeepSize, T: DeepSize + ?Sized>(
        &mut self,
        handle: &H,
        is_alone: bool,
        size: usize,
        value: &'w T,
    ) -> usize {
        if is_alone || self.is_new(handle.leads_to()) { size + value.sum_onto(0, self) } else { 0 }
    }
}
