//! Enums that one large variant makes large.

use std::vec::Vec;

use super::evidence::{Evidence, MANY};
use super::std_types::is_foreign;
use crate::tree::stats::PathStats;
use crate::tree::step::Step;

const WORD: usize = size_of::<usize>();

/// A variant that makes all values of an enum larger than most of them need be.
pub(super) struct LargeVariant {
    pub(super) variant: &'static str,
    /// The size of each value of the enum.
    pub(super) size: usize,
    /// What is saved if its fields are put into a box.
    pub(super) bytes: usize,
}

/// A variant that was met.
struct Variant {
    name: &'static str,
    count: usize,
    /// The sum of the sizes of its fields, each rounded up to words.
    fields: usize,
}

/// The largest variant of those met at this place, if boxing it saves anything.
///
/// The sizes of variants that were never met are not known. But if the fields of the largest one met fill the enum, all others
/// have room in what they are known to need, or were not met and are as large.
pub(super) fn large_variant(evidence: &Evidence<'_>, place: u32, stats: &PathStats) -> Option<LargeVariant> {
    if stats.count < MANY || stats.is_recursive || is_foreign(stats.type_name) {
        return None;
    }
    let mut variants = Vec::new();
    for child in evidence.paths.children(place) {
        let variant = &evidence.paths.places[child as usize];
        match variant.step {
            Step::Variant(name) => variants.push(Variant {
                name,
                count: variant.count,
                fields: fields(evidence, child, variant),
            }),
            // Not all of it is known.
            _ => return None,
        }
    }
    let size = stats.shallow / stats.count;
    let largest = variants.iter().max_by_key(|variant| variant.fields)?;
    let others = variants.iter().filter(|variant| variant.name != largest.name);
    let next = others.map(|variant| variant.fields).max()?;
    if largest.fields + WORD < size {
        return None;
    }
    // A tag of a word is the most there can be beside fields of a word's alignment.
    let boxed = next.max(WORD) + WORD;
    let met: usize = variants.iter().map(|variant| variant.count).sum();
    let saved = met.checked_mul(size.checked_sub(boxed)?)?;
    let bytes = saved.checked_sub(largest.count.checked_mul(size)?)?;
    (bytes > 0).then_some(LargeVariant { variant: largest.name, size, bytes })
}

fn fields(evidence: &Evidence<'_>, place: u32, variant: &PathStats) -> usize {
    let fields = evidence.paths.children(place).map(|child| &evidence.paths.places[child as usize]);
    let sizes = fields.map(|field| match field.count.min(variant.count) {
        0 => 0,
        _ => (field.shallow / field.count).next_multiple_of(WORD),
    });
    sizes.sum()
}
