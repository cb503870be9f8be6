//! The observer of a walk, and the periodic calls of [`Observer::progress`].

use super::Walker;
use crate::observer::{Observer, Reason};
use crate::walk::Visited;

/// The maximum number of values between two calls of [`Observer::progress`].
const VALUES_PER_CALL: u32 = 1024;

/// The observer of a walk.
pub(crate) enum Watch<'w> {
    None,
    /// Receives each value.
    Values(&'w mut (dyn Observer + 'w)),
    /// Receives only shared blocks, from a plain walk whose addresses are in this set.
    Blocks(&'w mut (dyn Observer + 'w), &'w mut Visited),
}

impl<'w> Watch<'w> {
    #[inline(always)]
    pub(super) fn wants_content(&self) -> bool {
        matches!(self, Self::Values(observer) if observer.wants_content())
    }

    #[inline(always)]
    pub(super) fn is_some(&self) -> bool {
        !matches!(self, Self::None)
    }

    #[inline(always)]
    pub(super) fn has_values(&self) -> bool {
        matches!(self, Self::Values(_))
    }

    #[inline(always)]
    pub(super) fn has_blocks(&self) -> bool {
        matches!(self, Self::Blocks(..))
    }

    /// The observer, if it receives each value.
    #[inline(always)]
    pub(super) fn values(&mut self) -> Option<&mut (dyn Observer + 'w)> {
        match self {
            Self::Values(observer) => Some(*observer),
            _ => None,
        }
    }

    /// The observer of blocks, and the set of their addresses.
    #[inline(always)]
    pub(super) fn blocks(&mut self) -> Option<(&mut (dyn Observer + 'w), &mut Visited)> {
        match self {
            Self::Blocks(observer, addresses) => Some((*observer, addresses)),
            _ => None,
        }
    }

    #[inline(always)]
    pub(super) fn any(&mut self) -> Option<&mut (dyn Observer + 'w)> {
        match self {
            Self::Values(observer) | Self::Blocks(observer, _) => Some(*observer),
            Self::None => None,
        }
    }
}

impl<'w> Walker<'w> {
    /// Returns the observer for an event of shared memory. An observer of blocks receives only counted memory, and first the bytes so far.
    // Out of line, so that a plain walk only checks whether there is an observer.
    #[inline(never)]
    pub(super) fn next_event(&mut self, counted: bool) -> Option<&mut (dyn Observer + 'w)> {
        match &mut self.observer {
            Watch::Values(observer) => Some(*observer),
            Watch::Blocks(observer, _) if counted => {
                _ = observer.progress(self.state.size.deep_size);
                Some(*observer)
            }
            _ => None,
        }
    }

    /// Walks over the contents of a counted block, and reports their end to an observer of blocks.
    #[inline]
    pub(crate) fn in_block(&mut self, walk: impl FnOnce(&mut Self)) {
        walk(InBlock(self).0);
    }

    /// Reports the ends of nested counted blocks.
    #[inline(never)]
    pub(super) fn end_blocks(&mut self, count: usize) {
        for _ in 0..count {
            if let Some(observer) = self.next_event(true) {
                observer.exit();
            }
        }
    }

    /// Reports all bytes to an observer of blocks.
    #[inline(never)]
    pub(super) fn end_walk(&mut self) {
        if let Watch::Blocks(observer, _) = &mut self.observer {
            _ = observer.progress(self.state.size.deep_size);
        }
    }

    /// Counts a value that an observed walk is about to visit, and returns whether the observer stopped the walk.
    #[inline(always)]
    pub(super) fn is_stopping(&mut self) -> bool {
        match self.state.until_progress.checked_sub(1) {
            Some(left) => {
                self.state.until_progress = left;
                false
            }
            None => self.call_progress(),
        }
    }

    /// Invariant: once the walk is stopped, `until_progress` stays 0.
    #[inline(never)]
    fn call_progress(&mut self) -> bool {
        let bytes = self.state.size.deep_size;
        if let Some(observer) = self.observer.values() {
            self.is_stopped |= observer.progress(bytes).is_break();
        }
        self.state.until_progress = if self.is_stopped { 0 } else { VALUES_PER_CALL - 1 };
        self.is_stopped
    }

    /// Visits each item. If the observer stops the walk, the remaining items are one opaque part.
    #[inline(always)]
    pub(super) fn for_each<I>(
        &mut self,
        items: impl Iterator<Item = I>,
        mut visit: impl FnMut(&mut Self, I),
    ) {
        if !self.is_observed {
            return items.for_each(|item| visit(self, item));
        }
        for item in items {
            if self.is_stopped {
                return self.opaque(Reason::Stopped);
            }
            visit(self, item);
        }
    }
}

/// A walk over the contents of a block. Dropping this reports the end, even if an impl panics.
struct InBlock<'a, 'w>(&'a mut Walker<'w>);

impl Drop for InBlock<'_, '_> {
    #[inline]
    fn drop(&mut self) {
        if self.0.observer.has_blocks() {
            self.0.end_blocks(1);
        }
    }
}
