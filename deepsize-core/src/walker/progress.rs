//! Observers of every kind: those that want each value, and those that want only shared blocks.

use super::Walker;
use crate::observer::{Observer, SharedEvent};

/// The most values between two calls of [`Observer::progress`].
const VALUES_PER_CALL: u32 = 1024;

impl<'w> Walker<'w> {
    #[inline(always)]
    pub(super) fn has_observer(&self) -> bool {
        self.observer.is_some() || self.quiet.is_some()
    }

    #[inline(always)]
    pub(super) fn any_observer(&mut self) -> Option<&mut (dyn Observer + 'w)> {
        match &mut self.observer {
            Some(observer) => Some(*observer),
            None => self.quiet.as_deref_mut(),
        }
    }

    /// Returns the observer for the next event. An observer that does not want values first receives the bytes so far.
    #[inline]
    pub(super) fn emit_progress(&mut self) -> Option<&mut (dyn Observer + 'w)> {
        if let Some(quiet) = &mut self.quiet {
            self.is_stopped |= quiet.progress(self.state.size.deep_size).is_break();
        }
        self.any_observer()
    }

    // Out of line, so that a plain walk only checks whether there is an observer.
    #[cold]
    #[inline(never)]
    pub(super) fn emit_shared(&mut self, event: &SharedEvent) {
        if let Some(observer) = self.emit_progress() {
            observer.shared(event);
        }
    }

    /// Counts a value that an observed walk is about to visit, and returns whether the observer stopped the walk.
    #[inline(always)]
    pub(super) fn is_stopping(&mut self) -> bool {
        match self.state.until_progress.checked_sub(1) {
            Some(left) => self.state.until_progress = left,
            None => self.call_progress(),
        }
        self.is_stopped
    }

    #[cold]
    #[inline(never)]
    fn call_progress(&mut self) {
        self.state.until_progress = VALUES_PER_CALL - 1;
        let bytes = self.state.size.deep_size;
        if let Some(observer) = self.any_observer() {
            self.is_stopped |= observer.progress(bytes).is_break();
        }
    }

    /// Visits each item, or those up to the one where the observer stops the walk.
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
            visit(self, item);
            if self.is_stopped {
                break;
            }
        }
    }
}
