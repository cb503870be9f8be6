//! A place, and the sums over the values there.

use deep_size_core::observer::Role;

use super::step::Step;

/// Stands for no place.
pub(crate) const NONE: u32 = u32::MAX;

/// The place of the root.
pub(crate) const ROOT: u32 = 0;

/// A place, by its position among all places of a walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PathId(pub(crate) u32);

/// A place, and the sums over the values there.
// Aligned so that finding one takes no multiplication, and what every value needs comes from one or two cache lines.
#[derive(Debug)]
#[repr(C, align(64))]
pub(crate) struct PathStats {
    pub(crate) type_name: &'static str,
    pub(crate) step: Step,
    /// The values that came this way.
    pub(crate) count: usize,
    /// The sum of their shallow sizes.
    pub(crate) shallow: usize,
    /// Predicted places: of the first part of such a value, and of the part that follows such a value.
    pub(crate) predicted_child: u32,
    pub(crate) predicted_next: u32,
    /// Where the values that came this way are counted: here, or for a recursive type at a place around this one. For
    /// references the place where the blocks were met first.
    pub(crate) target: u32,
    pub(crate) parent: u32,
    /// The bytes and the number of the blocks that values here own themselves, and their spare part.
    pub(crate) blocks: usize,
    pub(crate) allocations: usize,
    pub(crate) spare: usize,
    /// Those of the blocks' bytes that are in shared blocks to which handles here were the first to lead.
    pub(crate) shared: usize,
    pub(crate) first_child: u32,
    pub(super) last_child: u32,
    pub(crate) next_sibling: u32,
    /// Whether other places lead back to this one.
    pub(crate) is_recursive: bool,
}

impl PathStats {
    /// Whether the values here are counted elsewhere.
    pub(crate) fn is_elsewhere(&self, id: u32) -> bool {
        self.target != id
    }

    /// Whether a part of this role and type belongs here, judged by the addresses of the names alone. `false` may be wrong;
    /// `true` is certain.
    #[inline(always)]
    pub(crate) fn is_surely(&self, role: &Role, type_name: &'static str) -> bool {
        let is_same = core::ptr::eq(self.type_name, type_name) && self.step.tag() == Step::of(*role).tag();
        match (role, self.step) {
            (Role::Field(name), Step::Field(ours)) => is_same && core::ptr::eq(*name, ours),
            _ => is_same,
        }
    }
}
