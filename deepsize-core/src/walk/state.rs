use super::{Stack, Visited};

/// The state of a walk.
pub(crate) struct WalkState<'w> {
    /// The bytes that were added here, and not to a returned sum.
    pub(crate) bytes: usize,
    /// The number of parts that could not be measured, or only as a lower bound.
    pub(crate) opaque_parts: usize,
    pub(crate) stack: Stack,
    pub(crate) visited: &'w mut Visited,
}

impl<'w> WalkState<'w> {
    #[inline]
    pub(crate) fn new(visited: &'w mut Visited) -> Self {
        Self { bytes: 0, opaque_parts: 0, stack: Stack::of_caller(), visited }
    }

    /// Adds bytes. The sum saturates, because an impl can report any layout.
    #[inline]
    pub(crate) fn add(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_add(bytes);
    }
}
