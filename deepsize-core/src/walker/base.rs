//! What all the ways of walking build on.

use core::alloc::Layout;

use super::Walker;
use crate::course::Course;
use crate::{Allocation, DeepSize, Detail, Handle, Meeting, Observer, Reason, Role, Seen, SharedBlock};

impl<'w> Walker<'w> {
    #[inline]
    pub(crate) fn new(seen: &'w mut Seen, course: &'w mut Course) -> Self {
        let limit = course.limit();
        Self::with_limit(seen, course, limit)
    }

    /// At the beginning of a walk.
    #[inline]
    pub(crate) fn first(seen: &'w mut Seen, course: &'w mut Course) -> Self {
        let limit = course.first_limit();
        Self::with_limit(seen, course, limit)
    }

    #[inline]
    fn with_limit(seen: &'w mut Seen, course: &'w mut Course, limit: usize) -> Self {
        Self { floor: course.floor, limit, later: None, course, seen, observer: None, detail: Detail::Values }
    }

    pub(crate) fn observed(
        seen: &'w mut Seen,
        course: &'w mut Course,
        observer: &'w mut (dyn Observer + 'w),
    ) -> Self {
        let detail = observer.detail();
        Self { observer: Some(observer), detail, ..Self::new(seen, course) }
    }

    /// The same walk, for values that live shorter.
    #[inline]
    pub(crate) fn apart<'v>(&'v mut self) -> Walker<'v> {
        Walker::new(self.seen, self.course)
    }

    /// The same walk, for an observer that asks for totals; nothing, if nobody watches.
    #[inline]
    pub(crate) fn counting_apart<'v>(&'v mut self) -> Option<Walker<'v>> {
        let limit = self.course.limit();
        let observer: &mut dyn Observer = &mut **self.observer.as_mut()?;
        // What is known of it when it is compiled lets a loop over hand-written impls keep its sums in registers.
        let walker = Walker::with_limit(self.seen, self.course, limit);
        Some(Walker { observer: Some(observer), detail: Detail::Totals, ..walker })
    }

    #[inline]
    pub(crate) fn add(&mut self, bytes: usize) {
        self.course.bytes = self.course.bytes.saturating_add(bytes);
    }

    /// Adds blocks whose bytes were added, for an observer that asks for totals.
    #[inline]
    pub(super) fn count_blocks(&mut self, blocks: usize) {
        self.course.blocks = self.course.blocks.wrapping_add(blocks);
    }

    /// Reports a block.
    #[inline]
    pub(crate) fn block(&mut self, block: &Allocation) {
        self.add(block.layout.size());
        if self.is_observed() {
            if self.detail == Detail::Totals {
                self.count_blocks(usize::from(block.layout.size() > 0));
            } else {
                self.tell_allocation(block);
            }
        }
    }

    /// Goes into a value that lies inside, or right behind, memory already counted.
    #[inline]
    pub(crate) fn visit<T: DeepSize + ?Sized>(&mut self, role: impl FnOnce() -> Role, value: &T) {
        if self.observer.is_none() {
            let bytes = value.__sum_onto(0, &mut self.apart());
            self.add(bytes);
        } else if self.detail == Detail::Totals {
            self.count(value);
        } else {
            self.visit_observed(role, value);
        }
    }

    /// Goes into a value where recursion may have no end but the stack's: behind a pointer, or wherever a hand-written impl
    /// may have gone behind one.
    #[inline]
    pub(super) fn descend<T: DeepSize + ?Sized>(&mut self, role: impl FnOnce() -> Role, value: &T) {
        self.on_a_stack(move |walker| walker.visit(role, value));
    }

    /// Counts the block unless it was met before, and says whether it did.
    #[inline]
    pub(crate) fn meet(&mut self, block: SharedBlock, handle: Handle) -> bool {
        let counted = self.is_first(&block);
        if counted {
            self.add(block.layout.size());
        }
        if self.is_observed() && block.layout.size() > 0 {
            self.tell_shared(&Meeting { block, handle, counted });
        }
        counted
    }

    /// Whether a handle on the block is met for the first time; from now on it is not.
    #[inline]
    pub(crate) fn is_first(&mut self, block: &SharedBlock) -> bool {
        // The only handle on a block cannot be followed by another, so there is nothing to remember.
        let is_unique = block.strong == Some(1) && !self.seen.remembers_unique();
        block.layout.size() > 0 && (is_unique || self.is_new(block.address))
    }

    pub(super) fn is_new(&mut self, address: usize) -> bool {
        match self.seen.insert(address) {
            Some(is_new) => is_new,
            None => self.cannot_remember(),
        }
    }

    /// Remembers a block that is not known, and says whether there was memory for that; else it is reported as opaque.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(super) fn remember(&mut self, address: usize) -> bool {
        self.seen.insert_unknown(address).is_some() || self.cannot_remember()
    }

    #[cold]
    #[inline(never)]
    fn cannot_remember(&mut self) -> bool {
        self.opaque(Reason::Unremembered);
        false
    }
}

/// Memory at an address, of which null is none.
pub(super) fn memory<P: ?Sized>(block: *const P, layout: Layout, used: usize) -> Allocation {
    let address = block.cast::<()>().addr();
    Allocation { address: (address != 0).then_some(address), layout, used }
}
