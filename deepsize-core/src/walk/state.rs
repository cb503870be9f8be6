use super::{Stack, Visited};
use crate::Size;

/// The state of a walk.
pub(crate) struct WalkState<'w> {
    /// The bytes that are not in a returned sum, and the numbers of inexact parts.
    pub(crate) size: Size,
    pub(crate) stack: Stack,
    pub(crate) visited: &'w mut Visited,
    /// The address of the root and its shallow size.
    root: (usize, usize),
    /// The address of the root once the walk has followed a shared handle, `NO_ROOT` before.
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

    /// Records that the walk follows a shared handle. Only behind one can it reach the root again.
    #[inline(always)]
    pub(crate) fn follow_shared(&mut self) {
        self.reachable_root = self.root.0;
    }

    /// Whether the walk reaches the root again: the `size` bytes at `address` contain all of it.
    ///
    /// Invariant: a part of the root that is as large as the root is visited before any shared handle.
    #[inline(always)]
    pub(crate) fn is_root_in(&self, address: usize, size: usize) -> bool {
        // The first comparison suffices in walks without shared handles.
        self.reachable_root != NO_ROOT
            && self.reachable_root.wrapping_sub(address) < size.saturating_sub(self.root.1.wrapping_sub(1))
    }

    /// Whether the walk reaches the root again, at this address.
    #[inline(always)]
    pub(crate) fn is_root_at(&self, address: usize) -> bool {
        self.reachable_root == address
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
