//! Advice to change the declaration of a type.
//!
//! These rules use the [layouts](crate::layouts) that a walk derives. The new layout is unknown, so they compute an upper bound on
//! its size.

use core::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::vec::Vec;

use deep_size_core::observer::ImplKind;

use super::advise::{MANY, saturating_sum};
use super::evidence::Evidence;
use super::outside::{Outside, Shrinkage};
use super::rules::LARGEST_TO_KEEP;
use super::saving::{AdviceKind, Certainty, Saving};
use super::std_types::{head, is_array};
use crate::layouts::{Discriminant, FieldLayout, TypeKind, TypeLayout, VariantLayout, total};
use crate::tree::names::short;
use crate::tree::step::Step;

const WORD: usize = size_of::<usize>();

/// The advice on declarations of types.
pub(super) fn savings(evidence: &Evidence<'_>) -> Vec<Saving> {
    // A truncated tree may omit values.
    if evidence.paths.is_truncated {
        return Vec::new();
    }
    let mut places: HashMap<&str, Vec<u32>> = HashMap::new();
    for (place, stats) in (0..).zip(&evidence.paths.places) {
        let is_value = !matches!(stats.step, Step::Variant(_) | Step::Reference | Step::Rest);
        if is_value && !stats.is_elsewhere(place) && evidence.count(place) > 0 {
            places.entry(stats.type_name).or_default().push(place);
        }
    }
    // Several types share a declaration if it has parameters. A change that suits one of them may not suit the others.
    let (mut heads, mut shared) = (HashSet::new(), HashSet::new());
    shared.extend(places.keys().map(|name| head(name)).filter(|head| !heads.insert(*head)));
    let savings = evidence.layouts.iter().filter_map(|layout| {
        let places = places.get(&*layout.type_name).filter(|_| !shared.contains(head(&layout.type_name)))?;
        let is_derived = |&place: &u32| {
            evidence.paths.impl_kind(place) == ImplKind::Derived
                && evidence.paths.shapes[place as usize].size == layout.size
                && evidence.shallow(place) == evidence.count(place).saturating_mul(layout.size)
        };
        let count = saturating_sum(places.iter().map(|&place| evidence.count(place)));
        let change = Change { evidence, layout, places, count };
        match layout.kind {
            _ if count < MANY || !places.iter().all(is_derived) => None,
            TypeKind::Enum => change.box_variants(),
            TypeKind::Struct => change.reorder_fields(),
            TypeKind::Union => None,
        }
    });
    savings.collect()
}

/// A type to change.
struct Change<'a> {
    evidence: &'a Evidence<'a>,
    layout: &'a TypeLayout,
    /// All places with its values.
    places: &'a [u32],
    /// The number of its values.
    count: usize,
}

impl Change<'_> {
    /// Boxes the fields of the largest variants, if few values have them.
    fn box_variants(&self) -> Option<Saving> {
        let TypeLayout { size, alignment, ref variants, .. } = *self.layout;
        // Other code may depend on the layout of a type with a `repr`.
        if size <= LARGEST_TO_KEEP || self.layout.discriminant_size > 0 {
            return None;
        }
        let counts = self.counts()?;
        let tag = match variants.len() {
            0..=0x100 => 1,
            0x101..=0x1_0000 => 2,
            _ => 4,
        };
        let has_tag = matches!(self.layout.discriminant, Some(Discriminant::Tag(_)));
        let mut seen: Vec<(usize, usize, &VariantLayout)> = (counts.iter().zip(variants))
            .filter(|(_, variant)| variant.is_seen)
            .map(|(&count, variant)| (end_with_tag(&variant.fields, tag, has_tag), count, variant))
            .collect();
        seen.sort_by_key(|&(end, ..)| Reverse(end));
        let unseen: Vec<_> = variants.iter().filter(|one| !one.is_seen).map(|one| one.name.clone()).collect();
        let (new_alignment, end_of_box) = (alignment.max(WORD), 2 * WORD);
        let shrinkage = |smaller| Shrinkage {
            bytes: size - smaller,
            // The tag has a value for each variant. An enum without a tag is smaller than this bound, by at least its alignment.
            niches: u32::try_from(0x100_usize.saturating_sub(variants.len())).unwrap_or(0),
            alignment: if alignment < WORD { WORD } else { 1 },
        };
        if alignment < WORD && self.evidence.may_contain_unseen(size, &self.layout.type_name) {
            return None;
        }
        let mut best: Option<(usize, u32, AdviceKind)> = None;
        let (mut last, mut boxes, mut cost) = (size, 0_usize, 0_usize);
        for boxed in 0..=seen.len() {
            if let Some(&(end, count, variant)) = boxed.checked_sub(1).map(|last| &seen[last]) {
                boxes = boxes.saturating_add(count);
                cost = cost.saturating_add(count.saturating_mul(size_of_box(&variant.fields, alignment)));
                // Each box costs an allocation, so few values may have one.
                if end <= LARGEST_TO_KEEP || boxes > self.count / 4 {
                    break;
                }
            } else if unseen.is_empty() {
                continue;
            }
            let end = seen.get(boxed).map_or(0, |&(end, ..)| end).max(end_of_box);
            let smaller = end.next_multiple_of(new_alignment);
            if smaller >= last {
                continue;
            }
            last = smaller;
            let Some((outside, place)) = self.outside(shrinkage(smaller)) else { continue };
            let saved = outside.bytes.saturating_sub(cost.saturating_add(outside.cost));
            if best.as_ref().is_none_or(|&(most, ..)| most < saved) {
                let kind = AdviceKind::BoxVariants {
                    variants: seen[..boxed].iter().map(|(.., variant)| variant.name.clone()).collect(),
                    unseen: unseen.clone(),
                    // The fields begin at most this alignment after the start of the value.
                    largest_unboxed: smaller - new_alignment,
                    box_count: boxes,
                    size,
                    smaller_size: smaller,
                };
                best = Some((saved, place, kind));
            }
        }
        let (bytes, place, kind) = best?;
        let is_estimate = |&place: &u32| self.evidence.is_sampled(place);
        let is_estimate = self.places.iter().any(is_estimate);
        Some(self.saving(
            kind,
            bytes,
            place,
            if is_estimate { Certainty::Estimate } else { Certainty::AtLeast },
        ))
    }

    /// Sorts the fields of a struct with `repr(C)` by alignment, which leaves no holes between them.
    fn reorder_fields(&self) -> Option<Saving> {
        let TypeLayout { size, ref fields, .. } = *self.layout;
        let has_order = |&place: &u32| self.evidence.paths.shapes[place as usize].has_declared_order;
        // An unsized field must be the last one, and a type parameter may be unsized.
        let is_unsized = |field: &FieldLayout| {
            let name = &*field.type_name;
            name == "str" || name.starts_with("dyn ") || name.starts_with('[') && !is_array(name)
        };
        let is_generic = head(&self.layout.type_name) != self.layout.type_name;
        if is_generic || !self.places.iter().all(has_order) || fields.iter().any(is_unsized) {
            return None;
        }
        let mut sorted: Vec<&FieldLayout> = fields.iter().collect();
        sorted.sort_by_key(|field| Reverse(field.alignment));
        let smaller_size = total(fields).checked_next_multiple_of(self.layout.alignment)?;
        let bytes = size.checked_sub(smaller_size).filter(|&bytes| bytes > 0)?;
        let (outside, node) = self.outside(Shrinkage { bytes, niches: u32::MAX, alignment: 1 })?;
        let order = sorted.iter().map(|field| field.name.clone()).collect();
        let kind = AdviceKind::ReorderFields { order, size, smaller_size };
        let is_estimate = |&place: &u32| self.evidence.paths.shapes[place as usize].sample_size.is_some();
        // Not exact, because collections may have spare room for other values of the type.
        let is_estimate = self.places.iter().any(is_estimate);
        let certainty = if is_estimate { Certainty::Estimate } else { Certainty::AtLeast };
        Some(self.saving(kind, outside.bytes.saturating_sub(outside.cost), node, certainty))
    }

    fn saving(&self, kind: AdviceKind, bytes: usize, place: u32, certainty: Certainty) -> Saving {
        Saving {
            declaration: short(&self.layout.type_name),
            type_name: self.layout.type_name.clone(),
            node: self.evidence.node_of[place as usize],
            kind,
            bytes,
            certainty,
            count: self.count,
            places: self.places.len(),
        }
    }

    /// The number of values of each variant. `None` if the variants of some values are unknown.
    fn counts(&self) -> Option<Vec<usize>> {
        let (evidence, variants) = (self.evidence, &self.layout.variants);
        let mut counts = std::vec![0_usize; variants.len()];
        for part in self.places.iter().flat_map(|&place| evidence.paths.children(place)) {
            if let Step::Variant(name) = evidence.place(part).step {
                let at = variants.iter().position(|variant| variant.name == name)?;
                counts[at] = counts[at].saturating_add(evidence.count(part));
            }
        }
        let is_known = |(&count, variant): (&usize, &VariantLayout)| count == 0 || variant.is_seen;
        let is_complete = saturating_sum(counts.iter().copied()) == self.count;
        (is_complete && counts.iter().zip(variants).all(is_known)).then_some(counts)
    }

    /// The bytes saved at all places, and the place where most are saved. `None` if some values may grow.
    fn outside(&self, shrinkage: Shrinkage) -> Option<(Outside, u32)> {
        let (mut all, mut most) = (Outside::NOTHING, (0, self.places[0]));
        for &place in self.places {
            let outside = self.evidence.outside(place, shrinkage);
            if outside.bytes > most.0 {
                most = (outside.bytes, place);
            }
            all += outside;
        }
        (all.is_complete || shrinkage.alignment == 1).then_some((all, most.1))
    }
}

/// An upper bound on the end of a variant's fields in an enum with a tag.
///
/// The compiler sorts the fields after a tag by the largest power of two that divides their size. So all padding is before the
/// first field of each alignment, and together it is smaller than the largest alignment.
///
/// Source: `univariant_biased` in `rustc_abi::layout`, Rust 1.95.
fn end_with_tag(fields: &[FieldLayout], tag: usize, has_tag: bool) -> usize {
    let bound = tag.next_multiple_of(largest_alignment(fields)).saturating_add(total(fields));
    match fields.iter().filter(|field| field.size > 0).map(|field| field.offset + field.size).max() {
        // Other variants have no influence on these offsets.
        Some(end) if has_tag => end.min(bound),
        _ => bound,
    }
}

/// The size of a struct with these fields.
fn size_of_box(fields: &[FieldLayout], alignment: usize) -> usize {
    total(fields).next_multiple_of(largest_alignment(fields).min(alignment.max(1)))
}

fn largest_alignment(fields: &[FieldLayout]) -> usize {
    fields.iter().map(|field| field.alignment).fold(1, usize::max)
}
