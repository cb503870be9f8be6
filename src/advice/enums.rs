//! Enums with one large variant.

use std::vec::Vec;

use super::evidence::{Evidence, MANY};
use super::std_types::is_foreign;
use crate::tree::stats::PathStats;
use crate::tree::step::Step;

const WORD: usize = size_of::<usize>();

/// A variant that makes all values of an enum larger than the other variants need.
pub(super) struct LargeVariant {
    pub(super) variant: &'static str,
    /// The size of each value of the enum.
    pub(super) size: usize,
    /// The bytes saved by boxing its fields.
    pub(super) bytes: usize,
}

/// A variant that occurs in the value.
struct Variant {
    name: &'static str,
    count: usize,
    /// The sum of the sizes of its fields, each rounded up to words.
    fields: usize,
}

/// The largest variant that occurs at this place, if boxing it saves bytes.
///
/// A walk does not see the sizes of other variants. If the fields of the largest one seen do not fill the enum, another variant
/// is larger, and there is no advice.
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
            // Part of the enum is not in the tree.
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
    // Next to word-aligned fields, a tag takes at most a word.
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
