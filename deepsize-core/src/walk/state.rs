use super::{Stack, Visited};

/// What a walk has found and visited, and where its stack ends.
pub(crate) struct WalkState<'w> {
    /// The bytes that were added other than by returning them.
    pub(crate) bytes: usize,
    /// How many parts could not be measured, or only partly.
    pub(crate) opaque_parts: usize,
    pub(crate) stack: Stack,
    pub(crate) visited: &'w mut Visited,
}

impl<'w> WalkState<'w> {
    #[inline]
    pub(crate) fn new(visited: &'w mut Visited) -> Self {
        Self { bytes: 0, opaque_parts: 0, stack: Stack::of_caller(), visited }
    }

    /// Adds bytes. An impl may report any layout, so the sum saturates.
    #[inline]
    pub(crate) fn add(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_add(bytes);
    }
}
