//! The stack of values that the walk has entered.

use deep_size_core::observer::Role;

use crate::tree::stats::{NONE, ROOT};

/// A value that was entered and not yet left.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    /// The place of the value on its path.
    pub(crate) step: u32,
    /// The place that counts the value: `step`, the active variant, or the place into which the path folds.
    pub(crate) place: u32,
    /// The predicted place of the next part.
    pub(crate) expected: u32,
    /// The place of the last part, or `NONE`.
    pub(crate) last: u32,
    /// The bytes of the blocks that the value owns directly.
    pub(crate) blocks: usize,
    /// The position in the collection around the value.
    pub(crate) index: usize,
    pub(crate) address: usize,
    /// Whether the value waits only for its exit, because its last part was entered.
    pub(crate) is_closed: bool,
    /// The number of closed frames merged into this one. Their values are around this one, and exit after it.
    pub(crate) merged: usize,
    /// Whether the value is a sample.
    pub(crate) is_sample: bool,
}

impl Frame {
    /// The frame around the root.
    pub(crate) const OUTSIDE: Self = Self::new(ROOT, ROOT, NONE, 0, 0);

    /// The frame of a value without events.
    #[inline(always)]
    pub(crate) const fn new(step: u32, place: u32, expected: u32, index: usize, address: usize) -> Self {
        Self {
            step,
            place,
            expected,
            last: NONE,
            blocks: 0,
            index,
            address,
            is_closed: false,
            merged: 0,
            is_sample: false,
        }
    }
}

/// The position of an element, a key or a value.
#[inline(always)]
pub(crate) fn index(role: &Role) -> usize {
    match *role {
        Role::Element(index) | Role::Key(index) | Role::Value(index) => index,
        _ => 0,
    }
}
