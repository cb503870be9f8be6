//! The changes that save bytes at each place.

use std::vec::Vec;

use super::evidence::Evidence;
use super::outside::{Shrinkage, cost_of_first_slots};
use super::std_types::{boxed, is_buffer, is_growing};
use crate::tree::names::optional;
use crate::tree::stats::PathStats;
use crate::tree::step::Step;

const WORD: usize = size_of::<usize>();

/// Larger values may be boxed for a reason.
const LARGEST_TO_UNBOX: usize = 32;

/// Smaller options and enums gain too little from a box.
pub(super) const LARGEST_TO_KEEP: usize = 32;

/// The bytes that a change saves at one place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Finding {
    pub(super) place: u32,
    pub(super) change: Change,
    /// The number of values to change.
    pub(super) count: usize,
    /// The bytes saved, without the cost.
    pub(super) saved: usize,
    /// The bytes of new or larger blocks.
    pub(super) cost: usize,
    pub(super) is_exact: bool,
}

/// A change at one place.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    /// `shrink_to_fit`.
    Shrink,
    /// A boxed slice in place of a growing buffer. It also frees `spare` bytes.
    Slice {
        spare: usize,
    },
    /// `nodes` is the size of all nodes.
    Rebuild {
        nodes: usize,
    },
    Unbox,
    BoxOption {
        nones: usize,
        size: usize,
    },
    /// The range of the texts at this place.
    Share {
        first: usize,
        end: usize,
    },
    /// A change of this kind is possible, but its effect here is unknown.
    Doubtful(Doubt),
}

/// A kind of change that may cost bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Doubt {
    Unbox,
    BoxOption,
}

/// The findings at all places, except on texts.
pub(super) fn findings(evidence: &Evidence<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (place, stats) in (0..).zip(&evidence.paths.places) {
        let is_value = !matches!(stats.step, Step::Variant(_) | Step::Reference | Step::Rest);
        if is_value && !stats.is_elsewhere(place) {
            collections(evidence, place, &mut findings);
            if evidence.has_chosen_type(place) {
                findings.extend(unbox(evidence, place, stats));
                findings.extend(box_option(evidence, place, stats));
            }
        }
    }
    findings
}

fn collections(evidence: &Evidence<'_>, place: u32, findings: &mut Vec<Finding>) {
    let stats = evidence.place(place);
    let finding = |change, count, saved, is_exact| Finding { place, change, count, saved, cost: 0, is_exact };
    if let Some(spare) = evidence.surplus(place) {
        let is_exact = is_buffer(stats.type_name) && spare.bytes == stats.spare;
        if spare.bytes > 0 {
            findings.push(finding(Change::Shrink, spare.count, spare.bytes, is_exact));
        }
        if stats.allocations > 0 && can_be_slices(evidence, place, spare.bytes) {
            let outside = evidence.outside(place, Shrinkage::of(WORD, 1));
            let change = Change::Slice { spare: spare.bytes };
            let found = finding(change, evidence.count(place), outside.bytes, false);
            findings.push(Finding { cost: outside.cost, ..found });
        }
    }
    if let Some(spare) = evidence.surplus_of_trees(place).filter(|spare| spare.bytes > 0) {
        findings.push(finding(Change::Rebuild { nodes: stats.blocks }, spare.count, spare.bytes, true));
    }
}

/// Whether the values at this place consist of pointer, capacity and length, so that a slice takes one word less.
fn can_be_slices(evidence: &Evidence<'_>, place: u32, spare: usize) -> bool {
    let (stats, count) = (evidence.place(place), evidence.count(place));
    is_growing(stats.type_name)
        && stats.spare == spare
        && evidence.has_chosen_type(place)
        && evidence.all_shrink(place)
        && evidence.shallow(place) == count.saturating_mul(3 * WORD)
}

/// Stores small values inline instead of in boxes.
fn unbox(evidence: &Evidence<'_>, place: u32, stats: &PathStats) -> Option<Finding> {
    let inner = boxed(stats.type_name)?;
    let boxes = stats.allocations;
    let finding =
        |change, saved, cost, is_exact| Some(Finding { place, change, count: boxes, saved, cost, is_exact });
    let doubtful = || finding(Change::Doubtful(Doubt::Unbox), 0, 0, false);
    // Unsized values and recursive types need a box. These checks reject both.
    if stats.is_recursive || boxes == 0 || !evidence.are_boxes(place, inner) {
        return doubtful();
    }
    let (size, around) = (stats.blocks / boxes, evidence.paths.places.get(stats.parent as usize));
    let is_element = stats.step == Step::Element && size <= LARGEST_TO_UNBOX;
    match around {
        // Each slot loses a pointer. A spare slot also gains the size of an element.
        Some(around) if is_element && has_block_to_itself(evidence, stats) => {
            let spare_slots = around.spare / WORD;
            let saved = boxes.saturating_add(spare_slots).saturating_mul(WORD);
            match saved.checked_sub(spare_slots.saturating_mul(size)) {
                Some(saved) => {
                    let cost = cost_of_first_slots(around.allocations, WORD, size);
                    finding(Change::Unbox, saved, cost, cost == 0)
                }
                None => doubtful(),
            }
        }
        _ if size <= WORD => match evidence.outside(place, Shrinkage::of(WORD - size, 0)) {
            outside if outside.is_complete => {
                finding(Change::Unbox, stats.blocks.saturating_add(outside.bytes), outside.cost, false)
            }
            _ => doubtful(),
        },
        _ => doubtful(),
    }
}

/// Whether these elements fill their blocks, or the measured value, without padding.
fn has_block_to_itself(evidence: &Evidence<'_>, elements: &PathStats) -> bool {
    if !evidence.is_slice(elements) {
        return evidence.is_in_buffer(elements);
    }
    let array = evidence.place(elements.parent);
    match array.step {
        Step::Root => true,
        // The block of an `Rc` also has counts and padding.
        Step::Pointee => evidence.place(array.parent).blocks == array.shallow,
        _ => false,
    }
}

/// Boxes the contents of large options.
fn box_option(evidence: &Evidence<'_>, place: u32, stats: &PathStats) -> Option<Finding> {
    optional(stats.type_name)?;
    let count = evidence.count(place);
    let size = evidence.shallow(place).checked_div(count)?;
    if size <= LARGEST_TO_KEEP {
        return None;
    }
    let finding =
        |change, saved, cost, is_exact| Some(Finding { place, change, count, saved, cost, is_exact });
    let alignment = if (stats.alignment as usize) < WORD { WORD } else { 1 };
    if alignment > 1 && evidence.may_contain_unseen(size, stats.type_name) {
        return finding(Change::Doubtful(Doubt::BoxOption), 0, 0, false);
    }
    let outside = evidence.outside(place, Shrinkage { bytes: size - WORD, niches: 0, alignment });
    match evidence.options(place).filter(|_| stats.alignment > 0) {
        Some((nones, contents)) if outside.is_complete || alignment == 1 => {
            let cost = contents.saturating_add(outside.cost);
            finding(Change::BoxOption { nones, size }, outside.bytes, cost, outside.is_exact)
        }
        _ => finding(Change::Doubtful(Doubt::BoxOption), 0, 0, false),
    }
}
