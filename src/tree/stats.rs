//! A place, and the sums over its values.

use deep_size_core::observer::{ImplKind, Role};

use super::step::Step;

/// No place.
pub(crate) const NONE: u32 = u32::MAX;

pub(crate) const ROOT: u32 = 0;

/// The number of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PathId(pub(crate) u32);

/// A place, and the sums over its values.
// The alignment makes indexing a shift, and keeps the fields that each value needs within two cache lines.
#[derive(Debug)]
#[repr(C, align(64))]
pub(crate) struct PathStats {
    pub(crate) type_name: &'static str,
    pub(crate) step: Step,
    /// The number of values on this path.
    pub(crate) count: usize,
    /// The sum of their shallow sizes.
    pub(crate) shallow: usize,
    /// The predicted places of the first part of a value, and of the part after a value.
    pub(crate) predicted_child: u32,
    pub(crate) predicted_next: u32,
    /// The place that counts the values: this one, or an ancestor if the path folds. For references, the place where the walk
    /// first reached the blocks.
    pub(crate) target: u32,
    pub(crate) parent: u32,
    /// The bytes and the number of the blocks that the values own directly, and their spare bytes.
    pub(crate) blocks: usize,
    pub(crate) allocations: usize,
    pub(crate) spare: usize,
    /// The bytes of the shared blocks that the walk first reached from here.
    pub(crate) shared: usize,
    pub(crate) first_child: u32,
    pub(super) last_child: u32,
    pub(crate) next_sibling: u32,
    /// The alignment of the type in bytes, or 0 if it is unknown.
    pub(crate) alignment: u32,
    /// Whether other places fold into this one.
    pub(crate) is_recursive: bool,
    /// Whether a handle here is the only one on its block.
    pub(crate) owns_alone: bool,
    /// The weakest kind of impl that reports values here.
    pub(crate) impl_kind: ImplKind,
    /// The number of the samples here, or `NONE`.
    pub(super) sampler: u32,
}

/// The layout of the values at a place.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Shape {
    /// The position in the value around it, if it is inside that value.
    offset: Option<usize>,
    pub(crate) size: usize,
    /// See [`Node`](deep_size_core::observer::Node).
    pub(crate) has_all_fields: bool,
    pub(crate) variants: &'static [&'static str],
    pub(crate) discriminant_size: usize,
    pub(crate) has_declared_order: bool,
    /// Whether the walk may have left out a field of a value.
    pub(crate) misses_field: bool,
    /// Whether values at several offsets were found. Then they belong to different types of one name.
    has_several_offsets: bool,
    /// The number of values that were counted but not entered, because they fold into this place from skipped fields.
    pub(crate) not_entered: usize,
    /// The number of values from which the count is estimated.
    pub(crate) sample_size: Option<usize>,
    /// Whether only a sample of the values was visited.
    pub(crate) is_sampled: bool,
}

impl Shape {
    /// Sets the offset and the size of a value.
    pub(crate) fn set_position(&mut self, offset: Option<usize>, size: usize) {
        let is_first = self.size == 0 && self.offset.is_none();
        self.has_several_offsets |= !is_first && self.offset != offset;
        (self.offset, self.size) = (offset, size);
    }

    /// The offset of all values.
    pub(crate) fn offset(&self) -> Option<usize> {
        self.offset.filter(|_| !self.has_several_offsets)
    }
}

impl PathStats {
    /// Whether another place counts the values.
    pub(crate) fn is_elsewhere(&self, id: u32) -> bool {
        self.target != id
    }

    /// Whether a part of this role and type belongs here, compared by the addresses of the names. `true` is certain; `false`
    /// is not.
    #[inline(always)]
    pub(crate) fn is_surely(&self, role: &Role, type_name: &'static str) -> bool {
        let is_same = core::ptr::eq(self.type_name, type_name) && self.step.tag() == Step::of(*role).tag();
        match (role, self.step) {
            (Role::Field(name), Step::Field(ours)) => is_same && core::ptr::eq(*name, ours),
            _ => is_same,
        }
    }
}
