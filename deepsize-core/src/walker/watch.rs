//! The observer of a walk, and the periodic calls of [`Observer::progress`].

use super::Walker;
use crate::observer::{Node, Observer, Reason, Role, SharedEvent};

/// The maximum number of values between two calls of [`Observer::progress`].
pub(super) const VALUES_PER_CALL: u32 = 1024;

/// The observer of a walk.
pub(super) enum Watch<'w> {
    None,
    /// Receives each value.
    Values(&'w mut (dyn Observer + 'w)),
    /// Receives only shared blocks, and values that several handles may reach.
    Blocks(&'w mut (dyn Observer + 'w)),
}

impl<'w> Watch<'w> {
    #[inline]
    pub(super) fn new(observer: Option<&'w mut (dyn Observer + 'w)>) -> Self {
        match observer {
            None => Self::None,
            Some(observer) if observer.wants_values() => Self::Values(observer),
            Some(observer) => Self::Blocks(observer),
        }
    }

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

    /// The observer, if it receives each value.
    #[inline(always)]
    pub(super) fn values(&mut self) -> Option<&mut (dyn Observer + 'w)> {
        match self {
            Self::Values(observer) => Some(*observer),
            _ => None,
        }
    }

    #[inline(always)]
    pub(super) fn any(&mut self) -> Option<&mut (dyn Observer + 'w)> {
        match self {
            Self::Values(observer) | Self::Blocks(observer) => Some(*observer),
            Self::None => None,
        }
    }

    /// Whether the observer does not receive a value in this role.
    #[inline(always)]
    pub(super) fn leaves_out(&self, role: Role) -> bool {
        matches!(self, Self::Blocks(_)) && !matches!(role, Role::Root | Role::Shared | Role::Borrowed)
    }
}

impl<'w> Walker<'w> {
    /// Returns the observer for the next event. An observer that does not want values first receives the bytes so far.
    #[inline]
    pub(super) fn emit_progress(&mut self) -> Option<&mut (dyn Observer + 'w)> {
        if matches!(self.observer, Watch::Blocks(_)) {
            self.call_progress();
        }
        self.observer.any()
    }

    // Out of line, so that a plain walk only checks whether there is an observer.
    #[inline(never)]
    pub(super) fn emit_shared(&mut self, event: &SharedEvent) {
        if let Some(observer) = self.emit_progress() {
            observer.shared(event);
        }
    }

    /// Reports a value to an observer that does not want values.
    #[inline(never)]
    pub(super) fn emit_enter(&mut self, node: &Node) {
        if let Some(observer) = self.observer.any() {
            observer.enter(node);
        }
    }

    /// Reports the exit from a value to an observer that does not want values.
    #[inline(never)]
    pub(super) fn emit_exit(&mut self) {
        if let Some(observer) = self.emit_progress() {
            observer.exit();
        }
    }

    /// Counts a value that an observed walk is about to visit, and returns whether the observer stopped the walk.
    #[inline(always)]
    pub(super) fn is_stopping(&mut self) -> bool {
        self.is_stopping_within(1)
    }

    /// The `is_stopping` of several values at once.
    #[inline(always)]
    pub(super) fn is_stopping_within(&mut self, values: u32) -> bool {
        match self.state.until_progress.checked_sub(values) {
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
        if let Some(observer) = self.observer.any() {
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
