//! The values around the one where the walk is.

use deep_size_core::observer::Role;

use crate::tree::stats::{NONE, ROOT};

/// A value that was entered and not yet left.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    /// The place on the way to it.
    pub(crate) step: u32,
    /// The place where it and what it owns are counted.
    pub(crate) place: u32,
    /// Where its next part should lie.
    pub(crate) expected: u32,
    /// The place of the part met last, or `NONE`.
    pub(crate) last: u32,
    /// The bytes of the blocks it owns itself.
    pub(crate) blocks: usize,
    /// Its position in the collection around it.
    pub(crate) index: usize,
}

impl Frame {
    /// Around the root.
    pub(crate) const OUTSIDE: Self =
        Self { step: ROOT, place: ROOT, expected: NONE, last: NONE, blocks: 0, index: 0 };
}

/// The position of an element, a key or a value.
#[inline(always)]
pub(crate) fn index(role: &Role) -> usize {
    match *role {
        Role::Element(index) | Role::Key(index) | Role::Value(index) => index,
        _ => 0,
    }
}
