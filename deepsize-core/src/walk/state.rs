use super::{Stack, Visited};
use crate::Size;

/// The state of a walk.
pub(crate) struct WalkState<'w> {
    /// The bytes that were added here and not to a returned sum, and the parts that are not exact.
    pub(crate) size: Size,
    pub(crate) stack: Stack,
    pub(crate) visited: &'w mut Visited,
    /// The address of the root and its shallow size.
    root: (usize, usize),
    /// The address of the root once the walk can reach it again, before that `NO_ROOT`.
    reachable_root: usize,
}

/// An address in no block.
const NO_ROOT: usize = usize::MAX;

impl<'w> WalkState<'w> {
    #[inline]
    pub(crate) fn new(visited: &'w mut Visited) -> Self {
        let (root, reachable_root) = ((NO_ROOT, 0), NO_ROOT);
        Self { size: Size::ZERO, stack: Stack::of_caller(), visited, root, reachable_root }
    }

    #[inline]
    pub(crate) fn set_root<T: ?Sized>(&mut self, root: &T) {
        let size = size_of_val(root);
        self.root = (if size > 0 { core::ptr::from_ref(root).addr() } else { NO_ROOT }, size);
    }

    /// The walk follows a shared handle. Only behind one can it reach the root again.
    #[inline(always)]
    pub(crate) fn follow_shared(&mut self) {
        self.reachable_root = self.root.0;
    }

    /// Whether the walk reaches the root again: the `size` bytes at `address` contain all of it.
    ///
    /// Invariant: the parts of the root that are not smaller than the root are visited before a shared handle.
    #[inline(always)]
    pub(crate) fn is_root_in(&self, address: usize, size: usize) -> bool {
        self.reachable_root.wrapping_sub(address) < size.saturating_sub(self.root.1.wrapping_sub(1))
    }

    pub(crate) fn root_size(&self) -> usize {
        self.root.1
    }

    /// Adds bytes. The sum saturates, because an impl can report any layout.
    #[inline]
    pub(crate) fn add(&mut self, bytes: usize) {
        self.size.deep_size = self.size.deep_size.saturating_add(bytes);
    }
}
