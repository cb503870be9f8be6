use super::{Stack, Visited};
use crate::Size;

/// The state of a walk.
pub(crate) struct WalkState<'w> {
    /// The bytes that are not in a returned sum, and the numbers of inexact parts.
    pub(crate) size: Size,
    pub(crate) stack: Stack,
    pub(crate) visited: &'w mut Visited,
    /// The depth of the recursion. Last parts do not add to it, because they are visited in a loop.
    pub(crate) recursion_depth: u32,
    /// The number of values until an observed walk calls `Observer::progress`.
    pub(crate) until_progress: u32,
    /// The address of the root and its shallow size.
    root: (usize, usize),
    /// The address of the root once the walk has followed a shared handle, `NO_ROOT` before.
    reachable_root: usize,
    /// The number of entered values, from the outermost one that contains the root to the current one.
    depth_around_root: usize,
    /// The value of `depth_around_root` at the innermost value that contains the root.
    innermost_around_root: usize,
    /// Whether a cycle led back to the root, so a counted block contains it.
    is_root_found: bool,
}

/// An address in no block.
const NO_ROOT: usize = usize::MAX;

impl<'w> WalkState<'w> {
    #[inline]
    pub(crate) fn new(visited: &'w mut Visited) -> Self {
        Self {
            size: Size::ZERO,
            stack: Stack::of_caller(),
            visited,
            recursion_depth: 0,
            until_progress: 0,
            root: (NO_ROOT, 0),
            reachable_root: NO_ROOT,
            depth_around_root: 0,
            innermost_around_root: 0,
            is_root_found: false,
        }
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

    /// Records that the walk visits a value outside the block of a handle.
    pub(crate) fn leave_shared(&mut self) {
        self.reachable_root = NO_ROOT;
    }

    // The parameter `value` is the address and the size of a value.

    /// Whether the walk can reach the root, and the root begins inside the value.
    #[inline(always)]
    pub(crate) fn root_begins_in(&self, value: (usize, usize)) -> bool {
        // The first comparison suffices in walks without shared handles.
        self.reachable_root != NO_ROOT && self.begins_in(value)
    }

    /// Whether the value may be the root, contain it, or be a part of it.
    #[inline(always)]
    pub(crate) fn is_near_root(&self, value: (usize, usize)) -> bool {
        self.reachable_root != NO_ROOT && (self.is_around_root() || self.begins_in(value))
    }

    #[inline(always)]
    fn begins_in(&self, (address, size): (usize, usize)) -> bool {
        self.reachable_root.wrapping_sub(address) < size
    }

    /// Whether a cycle led to the value, and it is the root or a part of it.
    ///
    /// Invariant: a part of the root that is as large as the root is visited before any shared handle.
    pub(crate) fn is_in_root(&self, value: (usize, usize)) -> bool {
        (self.is_around_root() || value.1 == self.root.1) && is_in(value, self.root)
    }

    /// Whether the walk is inside a value that contains the root.
    #[inline(always)]
    pub(crate) fn is_around_root(&self) -> bool {
        self.depth_around_root > 0
    }

    /// Enters a value near the root.
    pub(crate) fn surround_root(&mut self, value: (usize, usize)) {
        let contains_root = is_in(self.root, value);
        self.depth_around_root += usize::from(contains_root || self.is_around_root());
        if contains_root {
            self.innermost_around_root = self.depth_around_root;
        }
    }

    /// Leaves a value near the root. Returns whether it is the innermost value that contains the root.
    pub(crate) fn leave_root(&mut self) -> bool {
        let is_innermost = self.is_around_root() && self.depth_around_root == self.innermost_around_root;
        self.depth_around_root = self.depth_around_root.saturating_sub(1);
        is_innermost
    }

    /// Records that a counted block contains the root. Returns the size of the root the first time.
    pub(crate) fn find_root(&mut self) -> Option<usize> {
        (!core::mem::replace(&mut self.is_root_found, true)).then_some(self.root.1)
    }

    /// The counted bytes outside the root.
    pub(crate) fn heap_size(&self) -> Size {
        let in_block = if self.is_root_found { self.root.1 } else { 0 };
        Size { deep_size: self.size.deep_size.saturating_sub(in_block), ..self.size }
    }

    /// Adds bytes. The sum saturates, because an impl can report any layout.
    #[inline]
    pub(crate) fn add(&mut self, bytes: usize) {
        self.size.deep_size = self.size.deep_size.saturating_add(bytes);
    }
}

/// Whether the first range, an address and a size, is inside the second.
fn is_in((address, size): (usize, usize), (around, room): (usize, usize)) -> bool {
    address >= around && address - around <= room && size <= room - (address - around)
}
