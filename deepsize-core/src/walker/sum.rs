//! The walk that nobody watches, or an observer that asks for totals: sums are returned, and nothing else is told.

use super::Walker;
use crate::DeepSize;
#[cfg(feature = "alloc")]
use crate::later::Hop;
#[cfg(feature = "alloc")]
use crate::machine::stack_pointer;
use crate::sum::Sum;
#[cfg(feature = "alloc")]
use crate::{SharedBlock, scatter};

impl<'w> Walker<'w> {
    /// All that a value owns, when nobody watches and nothing has been added up yet.
    #[inline]
    pub(crate) fn sum<T: DeepSize + ?Sized>(&mut self, value: &'w T) -> usize {
        let bytes = value.sum_owned(self);
        bytes.saturating_add(self.course.bytes)
    }

    /// The sum before, and what is behind a pointer.
    // Inlined always, so that what a glance tells needs no call.
    #[cfg(feature = "alloc")]
    #[inline(always)]
    pub(crate) fn sum_hop<S: Sum, H: Hop, T: DeepSize + ?Sized>(
        &mut self,
        before: S,
        pointer: &'w H,
        value: &'w T,
    ) -> S {
        // Written out, so that the compiler can make a loop of a list. A hop that may be put off is not looked behind, for that would be
        // to wait; nor is a trait object, of which nobody guesses where the call leads.
        if stack_pointer() < self.limit {
            self.hop_thoughtfully(before, pointer, value)
        } else if size_of::<&T>() == size_of::<usize>() && value.__is_bare() {
            before.and_block(size_of_val(value))
        } else {
            before.and_block(size_of_val(value)).onto(value, self)
        }
    }

    /// A hop that needs thought.
    // A function for each type of pointer, so that a loop over hops keeps neither the address of `hop` nor a table of methods at hand.
    #[cfg(feature = "alloc")]
    #[cold]
    #[inline(never)]
    fn hop_thoughtfully<S: Sum, H: Hop, T: ?Sized>(&mut self, before: S, pointer: &'w H, value: &T) -> S {
        before.hop(self, pointer, core::ptr::from_ref(value).cast::<()>().addr())
    }

    /// What the elements of a slice own, as `sum` says of each. What `sum` calls has stack enough.
    #[inline]
    pub(crate) fn sum_each<S: Sum, T: DeepSize>(
        &mut self,
        elements: &'w [T],
        sum: impl Fn(&'w T, &mut Walker<'w>) -> S,
    ) -> S {
        if T::is_flat() {
            return S::NONE;
        }
        self.on_a_stack(move |walker| {
            #[cfg(feature = "alloc")]
            if scatter::is_scattered(elements) {
                return scatter::sum_elements(walker, elements, sum);
            }
            elements.iter().fold(S::NONE, |before, element| before + sum(element, walker))
        })
    }

    /// What handles on shared blocks own: nothing, if the block at
    /// [`leads_to`](DeepSize::leads_to) was met before.
    ///
    /// `count` says how many strong handles a block has, and `sum` what a handle adds, given whether it is known to count.
    /// What `sum` calls has stack enough.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn sum_handles<S: Sum, T: DeepSize>(
        &mut self,
        handles: &'w [T],
        count: impl Fn(&T) -> usize,
        sum: impl Fn(&'w T, &mut Walker<'w>, bool) -> S,
    ) -> S {
        self.on_a_stack(move |walker| walker.sum_handles_here(handles, count, sum))
    }

    #[cfg(feature = "alloc")]
    #[inline]
    fn sum_handles_here<S: Sum, T: DeepSize>(
        &mut self,
        handles: &'w [T],
        count: impl Fn(&T) -> usize,
        sum: impl Fn(&'w T, &mut Walker<'w>, bool) -> S,
    ) -> S {
        let is_scattered = scatter::is_scattered(handles);
        let alone = self.alone();
        let (mut total, mut rest) = (S::NONE, handles);
        let sum_one = |handle, walker: &mut Walker<'w>| sum(handle, walker, count(handle) == alone);
        while !rest.is_empty() {
            // Up to the first that adds nothing.
            if is_scattered {
                let (added, left) = scatter::sum_handles(self, rest, sum_one);
                (total, rest) = (total + added, left);
            } else {
                // Those with one owner four at a time, with one branch for their counts.
                while let Some((four, others)) = rest.split_first_chunk::<4>() {
                    if !four.iter().fold(true, |all, handle| all & (count(handle) == alone)) {
                        break;
                    }
                    total = four.iter().fold(total, |before, handle| before + sum(handle, self, true));
                    rest = others;
                }
                let mut handles = rest.iter();
                for handle in handles.by_ref() {
                    let added = sum_one(handle, self);
                    total = total + added;
                    if added == S::NONE {
                        break;
                    }
                }
                rest = handles.as_slice();
            }
            let (added, left) = self.sum_known::<S, T>(rest, &count, &sum);
            (total, rest) = (total + added, left);
        }
        total
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
    fn sum_known<S: Sum, T: DeepSize>(
        &mut self,
        handles: &'w [T],
        count: impl Fn(&T) -> usize,
        sum: impl Fn(&'w T, &mut Walker<'w>, bool) -> S,
    ) -> (S, &'w [T]) {
        let alone = self.alone();
        let (mut total, mut rest) = (S::NONE, handles);
        loop {
            let known = self.seen.count_known(rest);
            rest = &rest[known..];
            match rest.split_first() {
                // One that is new may stand among them, but not two in a row.
                Some((handle, others)) if known > 0 => {
                    if count(handle) == alone || self.remember(handle.leads_to()) {
                        total = total + sum(handle, self, true);
                    }
                    rest = others;
                }
                _ => return (total, rest),
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
        self.sum_all(elements)
    }

    /// What the elements of a collection own.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn sum_all<S, T, I>(&mut self, elements: I) -> S
    where
        S: Sum,
        T: DeepSize + 'w,
        I: IntoIterator<Item = &'w T>,
    {
        if T::is_flat() {
            return S::NONE;
        }
        self.on_a_stack(move |walker| {
            elements.into_iter().fold(S::NONE, |before, element| before + S::of(element, walker))
        })
    }

    /// What a shared handle adds.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn sum_shared<S: Sum, T: DeepSize + ?Sized>(
        &mut self,
        block: &SharedBlock,
        value: &'w T,
    ) -> S {
        if !self.is_first(block) {
            return S::NONE;
        }
        let block = S::block(block.layout.size());
        if self.is_low() {
            self.on_a_fresh_stack(block, move |walker| block + S::of(value, walker))
        } else {
            block + S::of(value, self)
        }
    }

    /// The same for one of many handles, on a block of so many bytes, where there is stack enough. Of one that `counts` nothing more is to
    /// be remembered.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn sum_one_shared<S: Sum, H: DeepSize, T: DeepSize + ?Sized>(
        &mut self,
        handle: &H,
        counts: bool,
        size: usize,
        value: &'w T,
    ) -> S {
        if counts || self.is_new(handle.leads_to()) { S::block(size) + S::of(value, self) } else { S::NONE }
    }
}
