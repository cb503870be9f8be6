//! The bytes saved around values that become smaller.
//!
//! A value that shrinks by a word need not save a word. The struct around it may be padded, and an enum around it may take its
//! size from another variant. So a saving is followed outwards, from each value to its container, up to a block.
//!
//! If the alignment stays the same, a smaller field adds padding only at the end, where the size is rounded up. So a struct of
//! alignment `a` shrinks by at least the saving, rounded down to a multiple of `a`. The same holds for the entry of a
//! map and for a cell with its state.
//!
//! A value can shrink and get a larger alignment, because a box is aligned to a word. Then each struct around it gains less than
//! that alignment as padding, up to a struct that already has the alignment. If the padding may exceed the saving, no saving is stated.
//!
//! A walk cannot derive the size of an enum, because it sees only the variants that occur. So no saving is claimed around a
//! variant. `Option` is an exception. Its size follows from its contents, plus at most its alignment if no niche is left for `None`.
//!
//! A buffer begins with more slots if its elements are smaller. A vector that grew element by element may then have a larger block
//! than the elements need. So a saving in a buffer has a cost if the elements shrink below a limit of `first_slots`.
//!
//! Only derived impls always report variants. Other impls may report a field of an enum, or of another value. So no saving is
//! claimed around fields that they report, except in tuples and types of the standard library.

use core::ops::AddAssign;

use deep_size_core::observer::ImplKind;

use super::evidence::Evidence;
use super::std_types::{is_array, is_cell_or_lock, is_standard};
use crate::tree::names::optional;
use crate::tree::stats::PathStats;
use crate::tree::step::Step;

const WORD: usize = size_of::<usize>();

/// The most places that one saving is followed through.
const MOST_PLACES: u32 = 256;

/// The change to each value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shrinkage {
    pub(super) bytes: usize,
    /// The number of niches in the new value that `Option`s around it can use.
    pub(super) niches: u32,
    /// The alignment of the new value if it may exceed the alignment of the old one. Otherwise 1.
    pub(super) alignment: usize,
}

impl Shrinkage {
    /// A change that never raises the alignment.
    pub(super) fn of(bytes: usize, niches: u32) -> Self {
        Self { bytes, niches, alignment: 1 }
    }

    /// The change to a struct of this alignment around each value. `None` if the struct may grow.
    fn in_struct(self, alignment: usize, has_declared_order: bool) -> Option<Self> {
        // A larger alignment adds less than itself at the end of the struct, and as much before the value if the order is fixed.
        let padding = self.alignment - 1;
        let before = if has_declared_order { padding } else { 0 };
        if self.alignment <= alignment {
            let bytes = rounded_down(self.bytes.saturating_sub(before), alignment);
            return Some(Self { bytes, alignment: 1, ..self });
        }
        let shift = if before > 0 {
            rounded_down(self.bytes.checked_sub(before)?, self.alignment)
        } else {
            self.bytes
        };
        Some(Self { bytes: shift.checked_sub(padding)?, ..self })
    }
}

/// The bytes saved around all values at one place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outside {
    /// A lower bound.
    pub(super) bytes: usize,
    /// The most bytes that buffers take in addition.
    pub(super) cost: usize,
    /// Whether the bound is the exact saving.
    pub(super) is_exact: bool,
    /// Whether the bound includes every value. If not, the effect around some values is unknown.
    pub(super) is_complete: bool,
}

impl Outside {
    pub(super) const NOTHING: Self = Self { bytes: 0, cost: 0, is_exact: true, is_complete: true };

    const UNKNOWN: Self = Self { bytes: 0, cost: 0, is_exact: false, is_complete: false };

    fn at_least(count: usize, bytes: usize) -> Self {
        Self { bytes: count.saturating_mul(bytes), cost: 0, is_exact: false, is_complete: true }
    }

    fn exact_if(self, is_exact: bool) -> Self {
        Self { is_exact, ..self }
    }
}

impl AddAssign for Outside {
    fn add_assign(&mut self, other: Self) {
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.cost = self.cost.saturating_add(other.cost);
        self.is_exact &= other.is_exact;
        self.is_complete &= other.is_complete;
    }
}

impl Evidence<'_> {
    /// The bytes saved around the values at this place.
    ///
    /// Precondition: the alignment of the new values is at most a word, or at most the alignment of the old ones.
    pub(super) fn outside(&self, place: u32, shrinkage: Shrinkage) -> Outside {
        self.outside_place(place, shrinkage, &mut { MOST_PLACES })
    }

    fn outside_place(&self, place: u32, shrinkage: Shrinkage, places_left: &mut u32) -> Outside {
        let mut all = Outside::NOTHING;
        for way in self.declarations.ways_to(place) {
            let stats = self.place(way);
            if stats.count == 0 {
                continue;
            }
            let Some(left) = places_left.checked_sub(1) else { return Outside::UNKNOWN };
            *places_left = left;
            all += self.around(stats, shrinkage, places_left);
        }
        all
    }

    /// The bytes saved around the values of one place, without the places that fold into it.
    fn around(&self, stats: &PathStats, shrinkage: Shrinkage, places_left: &mut u32) -> Outside {
        let (count, bytes) = (stats.count, shrinkage.bytes);
        let Some(around) = self.paths.places.get(stats.parent as usize) else {
            // The measured value itself.
            return Outside::at_least(count, bytes).exact_if(true);
        };
        match stats.step {
            Step::Field(_) if self.count(stats.parent) == count => {
                self.in_struct(stats, shrinkage, places_left)
            }
            Step::Element if self.is_in_buffer(stats) => {
                let size = stats.shallow / count;
                let cost = cost_of_first_slots(around.allocations, size, size.saturating_sub(bytes));
                let slots = count.saturating_add(around.spare.checked_div(size).unwrap_or(0));
                Outside { cost, ..Outside::at_least(slots, bytes).exact_if(cost == 0) }
            }
            Step::Element if self.is_slice(stats) => self.in_slice(stats, shrinkage, places_left),
            Step::Element | Step::Key | Step::Value if self.has_plain_slots(stats.parent) => {
                let bytes = bytes.checked_sub(shrinkage.alignment - 1);
                match self.alignment_of_entries(stats.parent).zip(bytes) {
                    Some((alignment, bytes)) => Outside::at_least(count, rounded_down(bytes, alignment)),
                    None => Outside::UNKNOWN,
                }
            }
            Step::Inner if is_cell_or_lock(around.type_name) => {
                self.in_struct(stats, Shrinkage { niches: 0, ..shrinkage }, places_left)
            }
            Step::Inner if optional(around.type_name).is_some() && self.options(stats.parent).is_some() => {
                self.in_option(stats, shrinkage, places_left)
            }
            Step::Pointee if shrinkage.alignment == 1 || around.blocks == stats.shallow => {
                Outside::at_least(count, bytes).exact_if(around.blocks == stats.shallow)
            }
            Step::Shared => match self.has_shared_blocks(stats) {
                // The reference counts align the block to a word.
                true => Outside::at_least(count, rounded_down(bytes, WORD)),
                false => Outside::UNKNOWN,
            },
            _ => Outside::UNKNOWN,
        }
    }

    fn in_struct(&self, field: &PathStats, shrinkage: Shrinkage, places_left: &mut u32) -> Outside {
        let around = self.place(field.parent);
        let is_known = match around.impl_kind {
            ImplKind::Derived => true,
            ImplKind::BuiltIn => is_standard(around.type_name),
            _ => false,
        };
        if !is_known || matches!(around.step, Step::Variant(_) | Step::Rest) || around.alignment == 0 {
            return Outside::UNKNOWN;
        }
        let alignment = around.alignment as usize;
        let has_declared_order = self.paths.shapes[field.parent as usize].has_declared_order;
        let Some(smaller) = shrinkage.in_struct(alignment, has_declared_order) else {
            return Outside::UNKNOWN;
        };
        let outside = self.outside_place(field.parent, smaller, places_left);
        let is_exact = shrinkage.alignment == 1 && alignment <= WORD && shrinkage.bytes % alignment == 0;
        outside.exact_if(outside.is_exact && is_exact)
    }

    fn in_option(&self, some: &PathStats, shrinkage: Shrinkage, places_left: &mut u32) -> Outside {
        let around = self.place(some.parent);
        let (alignment, count) = (around.alignment as usize, self.count(some.parent));
        if alignment == 0 || some.count == 0 || count == 0 {
            return Outside::UNKNOWN;
        }
        let (size, inner) = (self.shallow(some.parent) / count, some.shallow / some.count);
        let Shrinkage { bytes, niches, .. } = shrinkage;
        // Without a niche, the option may gain a tag.
        let gained = match niches {
            0 => alignment.max(shrinkage.alignment),
            _ => 0,
        };
        // An option that keeps its tag shrinks like its contents.
        let bytes = match size > inner {
            true if shrinkage.alignment == 1 => Some(bytes),
            true => (size - inner).saturating_add(bytes).checked_sub(gained),
            false => bytes.checked_sub(gained),
        };
        let niches = if size > inner { 0 } else { niches.saturating_sub(1) };
        bytes.map_or(Outside::UNKNOWN, |bytes| {
            let bytes = rounded_down(bytes, alignment);
            self.outside_place(some.parent, Shrinkage { bytes, niches, ..shrinkage }, places_left)
                .exact_if(false)
        })
    }

    fn in_slice(&self, elements: &PathStats, shrinkage: Shrinkage, places_left: &mut u32) -> Outside {
        let bytes = shrinkage.bytes;
        let (slice, count) = (self.place(elements.parent), self.count(elements.parent));
        let is_alone = self.declarations.ways_to(elements.parent).count() == 1;
        match slice.step {
            // The alignment of a slice is unknown if one handle owns several values in a block.
            _ if slice.alignment == 0 => Outside::UNKNOWN,
            Step::Root => Outside::at_least(elements.count, bytes).exact_if(true),
            Step::Pointee if is_alone => {
                let is_exact = self.place(slice.parent).blocks == slice.shallow;
                Outside::at_least(elements.count, bytes).exact_if(is_exact)
            }
            Step::Shared if is_alone && self.has_shared_blocks(slice) => {
                Outside::at_least(elements.count, rounded_down(bytes, WORD))
            }
            _ if is_array(slice.type_name) && count > 0 && elements.count % count == 0 => {
                let bytes = bytes.saturating_mul(elements.count / count);
                self.outside_place(elements.parent, Shrinkage { bytes, ..shrinkage }, places_left)
            }
            _ => Outside::UNKNOWN,
        }
    }

    /// An upper bound on the alignment of the entries of a map or set.
    fn alignment_of_entries(&self, collection: u32) -> Option<usize> {
        let parts = self.paths.children(collection).map(|part| self.place(part));
        let parts = parts.filter(|part| matches!(part.step, Step::Element | Step::Key | Step::Value));
        let alignments = parts.map(|part| match part.alignment {
            // Unknown, but it divides the size.
            0 => {
                let size = part.shallow.checked_div(part.count)?;
                (size > 0).then(|| 1 << size.trailing_zeros())
            }
            alignment => Some(alignment as usize),
        });
        alignments.chain([Some(WORD)]).try_fold(0, |most: usize, alignment| Some(most.max(alignment?)))
    }

    /// Whether each of these values has its own block, after two counts and before padding.
    fn has_shared_blocks(&self, stats: &PathStats) -> bool {
        let alignment = stats.alignment as usize;
        let around = self.place(stats.parent);
        let counts = stats.count.saturating_mul((2 * WORD).max(alignment));
        let padding = around.blocks.checked_sub(counts.saturating_add(stats.shallow));
        alignment > 0
            && around.shared == around.blocks
            && padding.is_some_and(|padding| padding <= stats.count.saturating_mul(WORD - 1))
    }
}

/// The most bytes that buffers take in addition if their elements shrink, because a buffer then begins with more slots.
pub(super) fn cost_of_first_slots(buffers: usize, size: usize, smaller: usize) -> usize {
    let more = first_slots(smaller).saturating_sub(first_slots(size));
    buffers.saturating_mul(more).saturating_mul(smaller)
}

/// The capacity with which a buffer of the standard library begins to grow.
///
/// Source: `min_non_zero_cap` in `alloc::raw_vec`, Rust 1.95.
fn first_slots(size: usize) -> usize {
    match size {
        1 => 8,
        2..=1024 => 4,
        _ => 1,
    }
}

fn rounded_down(bytes: usize, alignment: usize) -> usize {
    bytes - bytes % alignment
}
