//! The plain walk, which passes sums in registers, and its branches to the observed walk.

use super::Walker;
use super::observed::{node, range};
use crate::DeepSize;
use crate::observer::{Reason, Role};
use crate::prefetch::Ahead;
use crate::type_info::TypeInfo;
use crate::walk;

/// The number of handles that are prefetched together.
#[cfg(feature = "alloc")]
const BATCH: usize = 32;

impl Walker<'_> {
    /// Visits a value whose memory is already counted.
    #[inline(always)]
    pub(crate) fn visit<T: DeepSize + ?Sized>(&mut self, role: Role, value: &T) {
        if self.is_observed() {
            self.visit_observed(role, value);
        } else {
            let bytes = value.__sum(0, self);
            self.state.add(bytes);
        }
    }

    /// Visits a value in a block of its owner.
    #[inline]
    pub(crate) fn visit_element<T: DeepSize + ?Sized>(&mut self, role: Role, value: &T) {
        if self.state.root_begins_in(range(value)) {
            self.visit_slow(role, value);
        } else {
            self.visit(role, value);
        }
    }

    /// Visits a value in a block of its owner. `walk` reports its memory.
    #[inline]
    pub(super) fn visit_element_with<T: ?Sized>(
        &mut self,
        role: Role,
        value: &T,
        walk: impl FnOnce(&T, &mut Walker<'_>),
    ) {
        let was_observed = self.is_observed;
        self.is_observed |= self.state.root_begins_in(range(value));
        self.visit_with(role, value, walk);
        self.is_observed = was_observed;
    }

    /// Visits a value whose memory is already counted. `walk` reports its memory.
    #[inline]
    pub(super) fn visit_with<T: ?Sized>(
        &mut self,
        role: Role,
        value: &T,
        walk: impl FnOnce(&T, &mut Walker<'_>),
    ) {
        if !self.is_observed() || self.is_in_flat_run {
            return walk(value, self);
        }
        if let Some(entered) = self.enter(&node(role, TypeInfo::manual::<T>(), value)) {
            walk(value, entered.0);
        }
    }

    /// Visits a value as `descend` does. `walk` reports its memory.
    #[inline]
    pub(crate) fn descend_with<T: ?Sized>(
        &mut self,
        role: Role,
        value: &T,
        walk: impl FnOnce(&T, &mut Walker<'_>),
    ) {
        self.on_stack((), move |walker| walker.visit_element_with(role, value, walk));
    }

    /// Visits a value after a check of the stack. Required where recursion is unbounded: behind any pointer.
    // Fields too, because a hand-written impl may follow a pointer to reach one.
    #[inline]
    pub(super) fn descend<T: DeepSize + ?Sized>(&mut self, role: Role, value: &T) {
        if self.needs_care(value) { self.visit_slow(role, value) } else { self.visit(role, value) }
    }

    /// Whether `visit_slow` must visit the value: the stack is low, or the root begins in the value.
    #[inline(always)]
    pub(crate) fn needs_care<T: ?Sized>(&self, value: &T) -> bool {
        self.state.stack.is_low() || self.state.root_begins_in(range(value))
    }

    /// Visits a value on a fresh stack if the stack is low. Finds the root inside the value, as an observed walk does.
    #[cold]
    #[inline(never)]
    pub(crate) fn visit_slow<T: DeepSize + ?Sized>(&mut self, role: Role, value: &T) {
        self.on_stack((), |walker| {
            let was_observed = walker.is_observed;
            walker.is_observed |= walker.state.root_begins_in(range(value));
            walker.visit(role, value);
            walker.is_observed = was_observed;
        });
    }

    /// Adds the size of a pointer's block, and the heap size of the value in it, to `before`.
    #[cfg(feature = "alloc")]
    #[inline(always)]
    pub(crate) fn sum_target<T: DeepSize + ?Sized>(
        &mut self,
        before: usize,
        block: usize,
        value: &T,
    ) -> usize {
        let before = before.wrapping_add(block);
        // Not a call of `on_stack`, so that the compiler can turn the recursion over a list into a loop.
        if self.needs_care(value) { self.sum_slow(before, value) } else { value.__sum(before, self) }
    }

    /// Adds the heap size of a value for which [`needs_care`](Self::needs_care) holds to `before`.
    // Out of line, so that callers need not keep `before`.
    #[cold]
    #[inline(never)]
    pub(crate) fn sum_slow<T: DeepSize + ?Sized>(&mut self, before: usize, value: &T) -> usize {
        self.visit_slow(Role::Inner, value);
        before
    }

    /// Adds the heap size of an entry of a collection to `before`.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn sum_entry<T: DeepSize>(&mut self, before: usize, value: &T) -> usize {
        if !T::is_flat() && self.state.root_begins_in(range(value)) {
            return self.sum_slow(before, value);
        }
        value.__sum(before, self)
    }

    /// Adds the heap sizes of the elements to `before`.
    // Out of line, so that sums of recursive types stay small enough to be inlined here.
    #[inline(never)]
    pub(crate) fn sum_elements<T: DeepSize>(&mut self, elements: &[T], before: usize) -> usize {
        if self.needs_care(elements) {
            return self.sum_slow(before, elements);
        }
        let mut ahead = Ahead::of(elements);
        let mut sum = before;
        for element in elements {
            ahead.advance();
            sum = element.__sum(sum, self);
        }
        sum
    }

    /// Adds the heap sizes of shared handles to `before`. The first of a handle's `__next_reads` must be its block.
    ///
    /// A handle to a visited block is skipped without reading the block. The other blocks are prefetched in batches.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn sum_handles<T: DeepSize>(&mut self, handles: &[T], before: usize) -> usize {
        if self.needs_care(handles) {
            return self.sum_slow(before, handles);
        }
        if self.observer.has_blocks() {
            self.record_handles(handles);
            return before;
        }
        handles.chunks(BATCH).fold(before, |sum, batch| {
            let (mut unknown, mut count) = ([None; BATCH], 0);
            for handle in batch {
                let [block, _] = handle.__next_reads();
                if !self.state.visited.contains(block) {
                    crate::prefetch::prefetch_block(block);
                    unknown[count % BATCH] = Some(handle);
                    count += 1;
                }
            }
            let unknown = unknown.iter().take(count).flatten();
            unknown.fold(sum, |sum, handle| T::__sum(handle, sum, self))
        })
    }

    /// Visits shared handles in a walk with an observer of blocks.
    #[cfg(feature = "alloc")]
    #[inline(never)]
    fn record_handles<T: DeepSize>(&mut self, handles: &[T]) {
        for batch in handles.chunks(BATCH) {
            let (mut unknown, mut count) = ([None; BATCH], 0);
            if let Some((observer, visited)) = self.observer.blocks() {
                let (mut known, mut known_count) = ([0; BATCH], 0);
                for handle in batch {
                    let [block, _] = handle.__next_reads();
                    if visited.contains(block) {
                        known[known_count % BATCH] = block;
                        known_count += 1;
                    } else {
                        crate::prefetch::prefetch_block(block);
                        unknown[count % BATCH] = Some(handle);
                        count += 1;
                    }
                }
                observer.known_handles(known.get(..known_count).unwrap_or_default());
            }
            for handle in unknown.iter().take(count).flatten() {
                let bytes = T::__sum(handle, 0, self);
                self.state.add(bytes);
            }
        }
    }

    /// Descends into the contents of a counted block. For an observer of blocks, a linked list of blocks is visited in a loop.
    #[inline]
    pub(super) fn descend_into<T: DeepSize + ?Sized>(&mut self, role: Role, value: &T) {
        if self.observer.has_blocks() && value.__type_info().begins_chain() {
            self.visit_chain(Role::Inner, value);
        } else {
            self.descend(role, value);
        }
    }

    /// Visits the elements of a slice.
    #[inline]
    pub(crate) fn slice<T: DeepSize>(&mut self, elements: &[T]) {
        if self.is_observed() {
            self.observe_slice(elements);
        } else {
            let bytes = T::__sum_slice(elements, 0, self);
            self.state.add(bytes);
        }
    }

    /// Runs `walk` here if the stack suffices, or else on a fresh stack. Without a fresh stack, reports an opaque part and
    /// returns `otherwise`.
    #[inline]
    pub(crate) fn on_stack<R>(&mut self, otherwise: R, walk: impl FnOnce(&mut Self) -> R) -> R {
        if self.state.stack.is_low() { self.walk_on_fresh_stack(otherwise, walk) } else { walk(self) }
    }

    // Out of line, so that the frames of a walk hold no locals of the switch.
    #[cold]
    #[inline(never)]
    pub(crate) fn walk_on_fresh_stack<R>(&mut self, otherwise: R, walk: impl FnOnce(&mut Self) -> R) -> R {
        let (mut walk, mut result) = (Some(walk), otherwise);
        self.on_fresh_stack(&mut |walker| {
            if let Some(walk) = walk.take() {
                result = walk(walker);
            }
        });
        result
    }

    /// Runs `walk` on a fresh stack. Without one, reports an opaque part.
    pub(super) fn on_fresh_stack(&mut self, walk: &mut dyn FnMut(&mut Self)) {
        if !walk::switch(self, |walker| &mut walker.state.stack, walk) {
            self.opaque(Reason::TooDeep);
        }
    }
}
