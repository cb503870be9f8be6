//! The facts of a walk, as the rules read them.

use deep_size_core::observer::ImplKind;

use super::declarations::Declarations;
use super::notes::{Notes, Packed};
use super::std_types::{arguments, holds_text, is_buffer, is_standard};
use crate::layouts::TypeLayout;
use crate::ownership::back_links::BackLinks;
use crate::tree::names::optional;
use crate::tree::paths::Paths;
use crate::tree::stats::PathStats;
use crate::tree::step::Step;
use crate::tree::sums::Sums;

/// All facts from which advice follows.
pub(crate) struct Evidence<'a> {
    pub(crate) paths: &'a Paths,
    pub(crate) sums: &'a Sums,
    pub(crate) notes: &'a Notes,
    pub(crate) layouts: &'a [TypeLayout],
    pub(crate) declarations: Declarations<'a>,
    pub(crate) back_links: &'a [BackLinks],
    /// The tree node of each place.
    pub(crate) node_of: &'a [u32],
}

/// The bytes that collections at a place own, but do not need.
#[derive(Clone, Copy, Debug)]
pub(super) struct Surplus {
    pub(super) bytes: usize,
    /// The number of collections with such bytes.
    pub(super) count: usize,
}

impl Evidence<'_> {
    pub(super) fn place(&self, place: u32) -> &PathStats {
        &self.paths.places[place as usize]
    }

    /// The number of values at a place.
    pub(super) fn count(&self, place: u32) -> usize {
        self.sums.count[place as usize]
    }

    /// The sum of the shallow sizes of the values at a place.
    pub(super) fn shallow(&self, place: u32) -> usize {
        self.sums.shallow[place as usize]
    }

    /// Whether the counts of variants at a place are estimated from a sample.
    pub(super) fn is_sampled(&self, place: u32) -> bool {
        self.paths.shapes[place as usize].is_sampled
    }

    /// Whether a type of small alignment may contain values of `size` bytes that the walk did not visit.
    ///
    /// If their alignment rises to a word, values of such a type grow. Only a type whose parts are all known is certain.
    pub(super) fn may_contain_unseen(&self, size: usize, type_name: &str) -> bool {
        (0..).zip(&self.paths.places).any(|(place, stats)| {
            let shape = &self.paths.shapes[place as usize];
            let has_parts = || self.paths.children(place).next().is_some();
            let is_enum = !shape.variants.is_empty();
            let is_known_enum = || {
                let is_it =
                    |layout: &&TypeLayout| layout.type_name == stats.type_name && layout.size == shape.size;
                self.layouts.iter().find(is_it).is_some_and(TypeLayout::knows_all_variants)
            };
            match stats.step {
                Step::Rest => true,
                Step::Variant(_) | Step::Reference => false,
                _ if stats.is_elsewhere(place) || [type_name, "str"].contains(&stats.type_name) => false,
                // The spare slots of an empty collection.
                _ if stats.spare >= size && !holds_text(stats.type_name) && !has_parts() => true,
                _ if shape.size < size || stats.alignment as usize >= size_of::<usize>() => false,
                _ if stats.type_name.starts_with('[') => !has_parts(),
                _ if shape.misses_field || !shape.has_all_fields => true,
                _ if self.paths.union_fields.iter().any(|(union, ..)| *union == place) => true,
                _ => {
                    if is_enum {
                        !is_known_enum()
                    } else {
                        !has_parts()
                    }
                }
            }
        })
    }

    /// The bytes that `shrink_to_fit` frees from the collections at this place.
    ///
    /// `None` unless each block here belongs to a collection with this method. So a user's type with the name of a standard
    /// collection gets no advice.
    pub(super) fn surplus(&self, place: u32) -> Option<Surplus> {
        self.surplus_of(place, self.notes.shrunk_at(place))
    }

    /// The bytes that a rebuild frees from the B-trees at this place.
    pub(super) fn surplus_of_trees(&self, place: u32) -> Option<Surplus> {
        self.surplus_of(place, self.notes.rebuilt_at(place))
    }

    fn surplus_of(&self, place: u32, packed: Packed) -> Option<Surplus> {
        let blocks = self.place(place).blocks;
        (packed.times > 0 && packed.blocks == blocks)
            .then(|| Surplus { bytes: blocks.saturating_sub(packed.bytes), count: packed.loose })
    }

    /// Whether a user can choose another type for the values at this place: no type of another crate declares it.
    ///
    /// A type parameter is a choice of the user, so its type occurs in the name of the type that contains the values.
    pub(super) fn has_chosen_type(&self, place: u32) -> bool {
        self.declarations.ways_to(place).all(|way| {
            let mut at = self.place(way);
            while let Some(around) = self.paths.places.get(at.parent as usize) {
                let is_built_in = self.paths.impl_kind(at.parent) == ImplKind::BuiltIn;
                if !is_built_in && matches!(at.step, Step::Field(_)) {
                    break;
                }
                let is_parameter = || arguments(around.type_name).contains(at.type_name);
                let is_same_value = matches!(at.step, Step::Variant(_));
                if is_built_in && !is_same_value && !is_standard(around.type_name) && !is_parameter() {
                    return false;
                }
                at = around;
            }
            true
        })
    }

    /// Whether each value at this place has `shrink_to_fit`.
    pub(super) fn all_shrink(&self, place: u32) -> bool {
        self.surplus(place).is_some() && self.notes.shrunk_at(place).times == self.count(place)
    }

    /// Whether the values at this place are collections with slots of one entry, or of one entry and its hash.
    ///
    /// Every collection that reports its shrunk or rebuilt size has such slots.
    pub(super) fn has_plain_slots(&self, place: u32) -> bool {
        let [shrunk, rebuilt] = [self.notes.shrunk_at(place), self.notes.rebuilt_at(place)];
        shrunk.times + rebuilt.times == self.count(place)
            && shrunk.blocks + rebuilt.blocks == self.place(place).blocks
    }

    /// Whether these elements are in buffers of the standard library that contain only elements and spare capacity.
    pub(super) fn is_in_buffer(&self, elements: &PathStats) -> bool {
        let (shrunk, around) = (self.notes.shrunk_at(elements.parent), self.place(elements.parent));
        is_buffer(around.type_name)
            && shrunk.blocks == around.blocks
            && shrunk.bytes == elements.shallow
            && around.blocks == elements.shallow.saturating_add(around.spare)
    }

    /// Whether the values around these elements are arrays or slices, which contain only elements.
    pub(super) fn is_slice(&self, elements: &PathStats) -> bool {
        let around = self.place(elements.parent);
        around.type_name.starts_with('[')
            && around.blocks == 0
            && self.shallow(elements.parent) == elements.shallow
    }

    /// Whether the values here are pointers, each to one block of the size of its value.
    pub(super) fn are_boxes(&self, place: u32, inner: &str) -> bool {
        let (stats, mut children) = (self.place(place), self.paths.children(place));
        let (Some(pointee), None) = (children.next(), children.next()) else { return false };
        let is_counted_here = !self.place(pointee).is_elsewhere(pointee);
        let pointee = self.place(pointee);
        is_counted_here
            && pointee.step == Step::Pointee
            && pointee.type_name == inner
            && stats.shallow == stats.count.saturating_mul(size_of::<usize>())
            && stats.allocations == stats.count
            && pointee.count == stats.count
            && pointee.shallow == stats.blocks
    }

    /// For `Option`s: the number that are `None`, and the bytes of the contents of the others.
    ///
    /// `None` also if the numbers do not add up, because a hand-written function can leave out the contents.
    pub(super) fn options(&self, place: u32) -> Option<(usize, usize)> {
        let (stats, mut children) = (self.place(place), self.paths.children(place));
        let inner = optional(stats.type_name).filter(|_| stats.impl_kind == ImplKind::BuiltIn)?;
        let nones = self.notes.nones_at(place);
        let (somes, bytes) = match (children.next(), children.next()) {
            (None, _) => (0, 0),
            (Some(some), None) => {
                let some = self.place(some);
                let is_some = some.step == Step::Inner && some.type_name == inner;
                is_some.then_some((some.count, some.shallow))?
            }
            _ => return None,
        };
        let missing = self.count(place).checked_sub(nones.saturating_add(somes))?;
        // Scaling rounds both numbers down.
        let is_complete = missing == 0 || missing == 1 && self.is_sampled(place);
        (stats.blocks == 0 && is_complete).then_some((nones + missing, bytes))
    }
}
