use std::vec::Vec;

use super::enums::large_variant;
use super::evidence::{Evidence, MANY, is_slice};
use super::saving::{AdviceKind, Certainty, Saving};
use super::std_types::{Known, boxed, known};
use crate::tree::stats::PathStats;
use crate::tree::step::Step;

const WORD: usize = size_of::<usize>();

/// Larger values may be boxed for a reason.
const LARGEST_TO_UNBOX: usize = 32;

/// The number of cycles in the advice. The same lines of a program can make thousands.
const MOST_CYCLES: usize = 10;

/// All advice, largest saving first. Time and memory are linear in places and texts.
pub(crate) fn advise(evidence: &Evidence<'_>) -> Vec<Saving> {
    let mut advice = Vec::new();
    for (place, stats) in (0..).zip(&evidence.paths.places) {
        let is_value = !matches!(stats.step, Step::Variant(_) | Step::Reference | Step::Rest);
        if is_value && !stats.is_elsewhere(place) {
            advice.extend(at(evidence, place, stats));
        }
    }
    advice.extend(equal_texts(evidence));
    advice.extend(cycles(evidence));
    advice.retain(|saving| saving.bytes > 0);
    advice.sort_by_key(|saving| core::cmp::Reverse(saving.bytes));
    advice
}

/// Advice on the values at one place.
fn at(evidence: &Evidence<'_>, place: u32, stats: &PathStats) -> Option<Saving> {
    let saving = |kind, bytes, certainty, count| {
        Some(Saving { node: evidence.node_of[place as usize], kind, bytes, certainty, count })
    };
    let count = evidence.sums.count[place as usize];
    let kind = known(stats.type_name);
    let surplus = evidence.surplus(place, stats);
    match kind {
        // A name alone proves nothing.
        Some(_) if surplus.is_none() => None,
        // A hand-written impl can delegate to a tree or hash table, whose surplus differs from its spare capacity.
        Some(Known::Growing | Known::Buffer) if surplus != Some(stats.spare) => None,
        Some(Known::Growing | Known::Buffer) if surplus > Some(0) => {
            saving(AdviceKind::ShrinkToFit, surplus?, Certainty::Exact, count)
        }
        Some(Known::Growing)
            if count >= MANY && stats.allocations > 0 && can_be_slices(evidence, place, stats) =>
        {
            let certainty =
                if shrinks_whole(evidence, place) { Certainty::AtLeast } else { Certainty::About };
            saving(AdviceKind::BoxedSlice, count.saturating_mul(WORD), certainty, count)
        }
        Some(Known::Hash) => saving(AdviceKind::ShrinkToFit, surplus?, Certainty::AtLeast, count),
        Some(Known::Tree) => {
            let bytes = surplus?;
            // Insertion in random order leaves more than a quarter empty, which is normal.
            let is_sparse = bytes.saturating_mul(3) >= stats.blocks;
            saving(AdviceKind::Rebuild, if is_sparse { bytes } else { 0 }, Certainty::Exact, count)
        }
        Some(_) => None,
        None => match unbox(evidence, place, stats) {
            Some((bytes, certainty)) => saving(AdviceKind::Unbox, bytes, certainty, stats.allocations),
            None => {
                let found = large_variant(evidence, place, stats)?;
                let kind = AdviceKind::BoxVariant { variant: found.variant.into(), size: found.size };
                saving(kind, found.bytes, Certainty::About, count)
            }
        },
    }
}

/// Whether the values at this place consist of pointer, capacity and length, so that a slice takes one word less.
fn can_be_slices(evidence: &Evidence<'_>, place: u32, stats: &PathStats) -> bool {
    let around = evidence.paths.places.get(stats.parent as usize);
    // The type in a `Cow` follows from its parameter, so it cannot change. Only the real `Cow` has this variant.
    let is_in_cow = stats.step == Step::Inner
        && around.is_some_and(|around| {
            around.step == Step::Variant("Owned") && around.type_name.starts_with("alloc::borrow::Cow<")
        });
    let count = evidence.sums.count[place as usize];
    let is_three_words = evidence.sums.shallow[place as usize] == count.saturating_mul(3 * WORD);
    evidence.is_shrunk_size_of_all(place) && is_three_words && !is_in_cow
}

/// The bytes saved by storing small values inline instead of in boxes.
fn unbox(evidence: &Evidence<'_>, place: u32, stats: &PathStats) -> Option<(usize, Certainty)> {
    // Unsized values and recursive types need a box. Neither passes the checks below.
    let inner = boxed(stats.type_name)?;
    let (boxes, around) = (stats.allocations, evidence.paths.places.get(stats.parent as usize)?);
    if boxes < MANY || stats.is_recursive || !evidence.are_boxes(place, stats, inner) {
        return None;
    }
    let size = stats.blocks / boxes;
    let is_array = evidence.is_in_buffer(stats, around) || is_slice(stats, around);
    match stats.step {
        // Each slot loses a pointer. A spare slot also gains the size of an element.
        Step::Element if is_array && size <= LARGEST_TO_UNBOX => {
            let saved = (boxes + around.spare / WORD) * WORD;
            let lost = around.spare / WORD * size;
            let is_exact = has_block_to_itself(evidence, stats);
            Some((saved.checked_sub(lost)?, if is_exact { Certainty::Exact } else { Certainty::About }))
        }
        Step::Field(_) | Step::Element | Step::Key | Step::Value if size <= WORD => {
            let certainty =
                if shrinks_whole(evidence, place) { Certainty::AtLeast } else { Certainty::About };
            Some((stats.blocks, certainty))
        }
        _ => None,
    }
}

/// Whether these elements fill their blocks, or the measured value, without padding.
fn has_block_to_itself(evidence: &Evidence<'_>, elements: &PathStats) -> bool {
    let places = &evidence.paths.places;
    let Some(array) = places.get(elements.parent as usize) else { return false };
    if !is_slice(elements, array) {
        return evidence.is_in_buffer(elements, array);
    }
    match array.step {
        Step::Root => true,
        // The block of an `Rc` also has counts and padding.
        Step::Pointee => places.get(array.parent as usize).is_some_and(|owner| owner.blocks == array.shallow),
        _ => false,
    }
}

/// Whether shrinking a value by a word also shrinks its block, or the measured value, by a word.
///
/// This holds if only structs with the alignment of a word enclose the value, and no niche in it can be in use.
fn shrinks_whole(evidence: &Evidence<'_>, place: u32) -> bool {
    let places = &evidence.paths.places;
    let mut stats = &places[place as usize];
    loop {
        match stats.step {
            Step::Element | Step::Field(_) => {}
            Step::Key | Step::Value | Step::Pointee | Step::Shared | Step::Root => return true,
            _ => return false,
        }
        let Some(around) = places.get(stats.parent as usize) else { return true };
        if stats.step == Step::Element {
            // An array is part of the value around it. A wrong guess only lowers the certainty.
            if !around.type_name.starts_with('[') {
                return true;
            }
            stats = around;
            continue;
        }
        // The size of a value with an alignment above 8 is a multiple of 16.
        let is_plain = around.count > 0 && (around.shallow / around.count) % 16 != 0;
        if matches!(around.step, Step::Variant(_) | Step::Rest) || around.is_recursive || !is_plain {
            return false;
        }
        stats = around;
    }
}

/// Places with equal texts.
fn equal_texts(evidence: &Evidence<'_>) -> Vec<Saving> {
    let texts = evidence.notes.texts().into_iter().filter(|texts| texts.distinct < texts.copies);
    let saving = texts.map(|texts| Saving {
        node: evidence.node_of[texts.place as usize],
        kind: AdviceKind::ShareEqual { distinct_count: texts.distinct },
        bytes: texts.blocks.saturating_sub(texts.shared),
        // A `String` shrinks to an `Arc<str>` as well.
        certainty: Certainty::AtLeast,
        count: texts.copies,
    });
    saving.collect()
}

fn cycles(evidence: &Evidence<'_>) -> impl Iterator<Item = Saving> {
    let leaks = &evidence.sharing.leaks;
    leaks.iter().take(MOST_CYCLES).filter_map(move |leak| {
        // The last handle shown points back to the first block.
        let &(_, node) = leak.links.last()?;
        let kind = AdviceKind::BreakCycle { block_count: leak.blocks };
        // A group that another group holds lives as long as that group. A group with several cycles leaks until all are
        // broken.
        let is_certain = leaks.len() == 1 && leak.has_one_way_back;
        let certainty = if is_certain { Certainty::Exact } else { Certainty::About };
        Some(Saving { node, kind, bytes: leak.bytes, certainty, count: leak.blocks })
    })
}
