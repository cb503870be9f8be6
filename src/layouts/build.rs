//! Derives layouts from the places of a walk.

use core::cmp::Reverse;
use std::collections::HashMap;
use std::vec::Vec;

use deep_size_core::observer::Role;

use super::{Discriminant, FieldLayout, TypeKind, TypeLayout, VariantLayout};
use crate::tree::Waste;
use crate::tree::names::optional;
use crate::tree::paths::Paths;
use crate::tree::step::Step;
use crate::tree::sums::Sums;

/// The layouts of all types with known fields, and the waste at each place.
#[derive(Debug)]
pub(crate) struct Layouts {
    /// Most waste first, then in the order of the walk.
    pub(crate) types: Vec<TypeLayout>,
    /// By place.
    pub(crate) waste: Vec<Waste>,
}

/// The size of `u128`. No discriminant is larger.
const LARGEST_INTEGER: usize = 16;

/// A type by name and size. Types in different blocks of a function can have the same name. The size distinguishes most of them.
type Key = (&'static str, usize);

impl Layouts {
    /// `nones_at` returns the number of `None`s at a place.
    pub(crate) fn of(paths: &Paths, sums: &Sums, nones_at: &dyn Fn(u32) -> usize) -> Self {
        let builder = Builder { paths, sums, nones_at };
        let mut types: Vec<TypeLayout> = Vec::new();
        let mut known: HashMap<Key, usize> = HashMap::new();
        let mut is_valid: Vec<bool> = Vec::new();
        for place in 0..paths.places.len() as u32 {
            let Some(key) = builder.key(place) else { continue };
            if let Some(mut found) = builder.layout(place) {
                let is_plausible = sort_fields(&mut found);
                let at = *known.entry(key).or_insert(types.len());
                match types.get_mut(at) {
                    Some(layout) => is_valid[at] &= is_plausible && merge(layout, found),
                    None => {
                        types.push(found);
                        is_valid.push(is_plausible);
                    }
                }
            }
        }
        let valid = types.iter_mut().zip(&is_valid).filter(|(_, is_valid)| **is_valid);
        valid.for_each(|(layout, _)| complete(layout));
        let mut waste = std::vec![Waste::default(); paths.places.len()];
        for place in 0..paths.places.len() as u32 {
            let at = builder.key(place).and_then(|key| known.get(&key)).filter(|&&at| is_valid[at]);
            if let Some(&at) = at {
                builder.waste(place, &types[at], &mut waste);
            }
        }
        types.retain(|_| is_valid.remove(0));
        types.sort_by_key(|layout| {
            Reverse(layout.padding_of_all().saturating_add(layout.unused_by_variants()))
        });
        Self { types, waste }
    }
}

struct Builder<'a> {
    paths: &'a Paths,
    sums: &'a Sums,
    nones_at: &'a dyn Fn(u32) -> usize,
}

impl Builder<'_> {
    /// The type of the values at a place, if they report all their fields.
    fn key(&self, place: u32) -> Option<Key> {
        let (stats, shape) = (&self.paths.places[place as usize], &self.paths.shapes[place as usize]);
        let has_layout = shape.has_all_fields
            && !stats.is_elsewhere(place)
            && !matches!(stats.step, Step::Variant(_) | Step::Reference | Step::Rest)
            && !stats.type_name.starts_with('[')
            && self.count(place) > 0;
        has_layout.then_some((stats.type_name, shape.size))
    }

    /// The layout of the values at a place, without discriminant, padding and unused bytes.
    fn layout(&self, place: u32) -> Option<TypeLayout> {
        let (stats, shape) = (&self.paths.places[place as usize], &self.paths.shapes[place as usize]);
        let union_fields = || self.paths.union_fields.iter().filter(|(union, ..)| *union == place);
        let kind = match () {
            () if !shape.variants.is_empty() => TypeKind::Enum,
            () if union_fields().next().is_some() => TypeKind::Union,
            () => TypeKind::Struct,
        };
        let mut is_estimate = shape.sample_size.is_some();
        let (mut fields, mut variants) = (Vec::new(), Vec::new());
        match kind {
            TypeKind::Struct => fields = self.fields(place, self.count(place))?,
            TypeKind::Union => {
                for (_, offset, field) in union_fields() {
                    let Role::Field(name) = field.role else { continue };
                    fields.push(FieldLayout {
                        name: name.into(),
                        type_name: field.type_name.into(),
                        offset: (*offset)?,
                        size: field.size,
                        alignment: field.alignment,
                    });
                }
            }
            TypeKind::Enum => {
                for &name in shape.variants {
                    let (count, fields) = self.variant(place, name)?;
                    variants.push(VariantLayout {
                        name: name.into(),
                        count,
                        is_seen: fields.is_some(),
                        fields: fields.unwrap_or_default(),
                        padding: 0,
                        unused: 0,
                    });
                }
                is_estimate |=
                    self.parts(place).any(|part| self.paths.shapes[part as usize].sample_size.is_some());
            }
        }
        Some(TypeLayout {
            type_name: stats.type_name.into(),
            kind,
            size: shape.size,
            alignment: stats.alignment as usize,
            count: self.count(place),
            is_estimate,
            fields,
            variants,
            discriminant: None,
            padding: 0,
            discriminant_size: shape.discriminant_size,
        })
    }

    /// The number of values at a place, except those that the walk never enters.
    fn count(&self, place: u32) -> usize {
        self.sums.count[place as usize].saturating_sub(self.paths.shapes[place as usize].not_entered)
    }

    fn parts(&self, place: u32) -> impl Iterator<Item = u32> + '_ {
        self.paths.children(place).filter(|&part| self.paths.places[part as usize].step != Step::Reference)
    }

    /// The fields of `count` values below a place. `None` if one of them is unknown.
    fn fields(&self, place: u32, count: usize) -> Option<Vec<FieldLayout>> {
        let is_in_all = |part: u32| self.paths.places[part as usize].count == count;
        // Otherwise, the values belong to different types of one name.
        if self.paths.shapes[place as usize].misses_field || !self.parts(place).all(is_in_all) {
            return None;
        }
        let mut fields = Vec::new();
        for part in self.parts(place) {
            let (stats, shape) = (&self.paths.places[part as usize], &self.paths.shapes[part as usize]);
            let name = match stats.step {
                Step::Field(name) => name,
                Step::Inner => "0",
                _ => return None,
            };
            fields.push(FieldLayout {
                name: name.into(),
                type_name: stats.type_name.into(),
                offset: shape.offset()?,
                size: shape.size,
                alignment: stats.alignment as usize,
            });
        }
        Some(fields)
    }

    /// The number of values of a variant, and its fields if there is a value. `None` if they are unknown.
    fn variant(&self, place: u32, name: &'static str) -> Option<(usize, Option<Vec<FieldLayout>>)> {
        if optional(self.paths.places[place as usize].type_name).is_some() {
            let nones = (self.nones_at)(place);
            let (count, fields) = match name {
                "None" => (nones, Vec::new()),
                _ => {
                    let count = self.count(place).saturating_sub(nones);
                    (count, self.fields(place, count)?)
                }
            };
            let is_seen = count > 0 && (name == "None" || !fields.is_empty());
            return Some((count, is_seen.then_some(fields)));
        }
        for part in self.parts(place) {
            match self.paths.places[part as usize].step {
                Step::Variant(found) if found == name => {
                    let count = self.sums.count[part as usize];
                    return Some((count, Some(self.fields(part, count)?)));
                }
                Step::Variant(_) => {}
                _ => return None,
            }
        }
        Some((0, None))
    }

    /// Adds the waste in the values at a place, and in the variants below it.
    fn waste(&self, place: u32, layout: &TypeLayout, waste: &mut [Waste]) {
        let mut add = |place: u32, count: usize, one: Waste| {
            let all = &mut waste[place as usize];
            all.padding = all.padding.saturating_add(one.padding.saturating_mul(count));
            all.unused = all.unused.saturating_add(one.unused.saturating_mul(count));
        };
        let count = self.count(place);
        if layout.kind != TypeKind::Enum {
            return add(place, count, layout.waste(None));
        }
        if optional(self.paths.places[place as usize].type_name).is_some() {
            let nones = (self.nones_at)(place).min(count);
            add(place, nones, layout.waste(Some("None")));
            return add(place, count - nones, layout.waste(Some("Some")));
        }
        for part in self.parts(place) {
            if let Step::Variant(name) = self.paths.places[part as usize].step {
                add(part, self.sums.count[part as usize], layout.waste(Some(name)));
            }
        }
    }
}

/// Sorts all fields by offset. Returns `false` if they do not fit into a value without an overlap.
fn sort_fields(layout: &mut TypeLayout) -> bool {
    let TypeLayout { size, kind, .. } = *layout;
    let of_variants = layout.variants.iter_mut().map(|variant| &mut variant.fields);
    let mut all = of_variants.chain([&mut layout.fields]);
    all.all(|fields| {
        fields.sort_by_key(|field| (field.offset, field.size));
        fields.iter().all(|field| end(field) <= size)
            && (kind == TypeKind::Union || covered(fields) == total(fields))
    })
}

/// Adds the layout of the same type at another place. Returns `false` if they differ: then two types have the same name.
fn merge(layout: &mut TypeLayout, other: TypeLayout) -> bool {
    let is_same = layout.kind == other.kind
        && layout.alignment == other.alignment
        && layout.fields == other.fields
        && layout.discriminant_size == other.discriminant_size
        && layout.variants.len() == other.variants.len();
    layout.count = layout.count.saturating_add(other.count);
    layout.is_estimate |= other.is_estimate;
    let mut variants = layout.variants.iter_mut().zip(other.variants);
    is_same
        && variants.all(|(variant, other)| {
            variant.count = variant.count.saturating_add(other.count);
            if !variant.is_seen && other.is_seen {
                (variant.is_seen, variant.fields) = (true, other.fields.clone());
            }
            variant.name == other.name && (!other.is_seen || variant.fields == other.fields)
        })
}

/// Derives the discriminant, the padding and the unused bytes.
fn complete(layout: &mut TypeLayout) {
    if layout.kind == TypeKind::Enum {
        let discriminant = discriminant(layout);
        waste_of_variants(layout, &discriminant);
        layout.discriminant = Some(discriminant);
    } else {
        layout.padding = layout.size - covered(&layout.fields);
    }
}

/// Where an enum stores its active variant.
///
/// The compiler stores a tag at offset 0, before the fields of every variant. Without a tag, the largest variant begins at offset 0.
///
/// Source: `layout_of_enum` in `rustc_abi::layout`, Rust 1.95.
fn discriminant(layout: &TypeLayout) -> Discriminant {
    let variants = &layout.variants;
    if layout.discriminant_size > 0 {
        return Discriminant::Tag(layout.discriminant_size.min(layout.size));
    }
    if !layout.knows_all_variants() {
        return Discriminant::Unknown;
    }
    if variants.len() == 1 || layout.size == 0 {
        return Discriminant::Absent;
    }
    let first_fields = || variants.iter().filter_map(|variant| first_field(&variant.fields));
    if first_fields().any(|field| field.offset == 0) {
        return niche(layout);
    }
    if variants.iter().all(|variant| variant.fields.is_empty()) {
        // The declaration may state large discriminants and a larger alignment.
        return Discriminant::Unknown;
    }
    Discriminant::Tag(tag_before(first_fields().map(|field| field.alignment).min(), variants.len()))
}

/// The size of a tag, from the smallest alignment of the first fields. The compiler widens the tag to that alignment.
fn tag_before(alignment: Option<usize>, variants: usize) -> usize {
    let least = if variants <= 1 << 8 { 1 } else { 2 };
    let is_integer = |&bytes: &usize| match bytes {
        8 => align_of::<u64>() == 8,
        16 => align_of::<u128>() == 16,
        _ => bytes < 8,
    };
    alignment.filter(is_integer).unwrap_or(least).max(least)
}

/// The first field that a tag cannot overlap. A tag overlaps only zero-sized fields of alignment 1.
fn first_field(fields: &[FieldLayout]) -> Option<&FieldLayout> {
    fields.iter().find(|field| field.size > 0 || field.alignment > 1)
}

fn first_offset(fields: &[FieldLayout]) -> Option<usize> {
    first_field(fields).map(|field| field.offset)
}

/// The field with the niche, in the largest variant.
///
/// The compiler leaves the fields of the largest variant where they would be in a struct. It puts each other variant before the niche
/// if it fits there, and otherwise behind it.
///
/// Source: `layout_of_enum` in `rustc_abi::layout`, Rust 1.95.
fn niche(layout: &TypeLayout) -> Discriminant {
    let variants = &layout.variants;
    let largest = variants.iter().map(|variant| struct_size(&variant.fields)).max();
    let is_holder = |variant: &&VariantLayout| {
        start(&variant.fields) == 0 && Some(struct_size(&variant.fields)) == largest
    };
    let mut holders = variants.iter().filter(is_holder);
    let (Some(holder), None) = (holders.next(), holders.next()) else { return Discriminant::Unknown };
    let space = NicheSpace::of(layout, holder);
    let mut candidates = holder.fields.iter().filter(|field| space.may_be_in(field));
    match (candidates.next(), candidates.next()) {
        (None, _) => Discriminant::Unknown,
        (Some(field), second) => Discriminant::Niche {
            variant: holder.name.clone(),
            field: second.is_none().then(|| field.name.clone()),
        },
    }
}

/// The positions that the other variants leave for a niche.
#[derive(Debug)]
struct NicheSpace {
    start: usize,
    end: usize,
    /// The niche starts before this offset.
    last_start: usize,
    /// The niche ends after this offset.
    first_end: usize,
}

impl NicheSpace {
    fn of(layout: &TypeLayout, holder: &VariantLayout) -> Self {
        let mut space = Self { start: 0, end: layout.size, last_start: layout.size, first_end: 0 };
        let others = layout.variants.iter().filter(|variant| variant.name != holder.name);
        for fields in others.map(|variant| &variant.fields) {
            let size = struct_size(fields);
            match start(fields) {
                _ if size == 0 => {}
                0 => space.start = space.start.max(size),
                start => {
                    space.end = space.end.min(start);
                    // The variant did not fit before the niche, and it starts as early as its alignment permits.
                    let alignment = layout.alignment.max(1);
                    space.last_start = space.last_start.min(size.next_multiple_of(alignment));
                    space.first_end = space.first_end.max(start.saturating_sub(alignment));
                }
            }
        }
        space
    }

    /// The part of a field that may have the niche.
    fn part_of(&self, field: &FieldLayout) -> (usize, usize) {
        (self.start.max(field.offset), self.end.min(end(field)))
    }

    fn may_be_in(&self, field: &FieldLayout) -> bool {
        let (start, end) = self.part_of(field);
        start < end && start < self.last_start && end > self.first_end
    }

    /// The most bytes of a niche in a field. It is an aligned integer.
    fn most_bytes(&self, field: &FieldLayout) -> usize {
        let (start, end) = self.part_of(field);
        (end - start).min(field.alignment).min(LARGEST_INTEGER)
    }
}

/// The size of a struct with these fields, which start at any offset.
fn struct_size(fields: &[FieldLayout]) -> usize {
    let end = fields.iter().map(end).max().unwrap_or(0);
    let alignment = fields.iter().map(|field| field.alignment).max().unwrap_or(1).max(1);
    (end - start(fields)).checked_next_multiple_of(alignment).unwrap_or(usize::MAX)
}

fn start(fields: &[FieldLayout]) -> usize {
    fields.iter().map(|field| field.offset).min().unwrap_or(0)
}

/// Computes the padding and the unused bytes of each variant that was seen.
fn waste_of_variants(layout: &mut TypeLayout, discriminant: &Discriminant) {
    let (size, alignment) = (layout.size, layout.alignment.clamp(1, LARGEST_INTEGER));
    let knows_all = layout.knows_all_variants();
    let variants = &layout.variants;
    let seen = || variants.iter().filter(|variant| variant.is_seen);
    let first = seen().filter_map(|variant| first_offset(&variant.fields)).min();
    let tag = match *discriminant {
        Discriminant::Tag(tag) => tag,
        Discriminant::Unknown => first.unwrap_or(size).min(alignment),
        _ => 0,
    };
    let largest = if knows_all {
        variants.iter().map(|variant| last_end(&variant.fields)).fold(tag, usize::max)
    } else {
        size
    };
    // An upper bound on the size of a discriminant whose position is unknown.
    let (holder, niche) = match discriminant {
        Discriminant::Niche { variant, .. } => {
            let holder = variants.iter().find(|one| one.name == *variant);
            let bytes = holder.map(|holder| {
                let space = NicheSpace::of(layout, holder);
                let candidates = holder.fields.iter().filter(|field| space.may_be_in(field));
                candidates.map(|field| space.most_bytes(field)).max().unwrap_or(0)
            });
            (Some(variant.clone()), bytes.unwrap_or(0))
        }
        Discriminant::Unknown if tag == 0 => (None, alignment),
        _ => (None, 0),
    };
    let has_tag = matches!(discriminant, Discriminant::Tag(_));
    for variant in layout.variants.iter_mut().filter(|variant| variant.is_seen) {
        let (used, last) = (covered(&variant.fields), last_end(&variant.fields).max(tag));
        let is_holder = holder.as_ref() == Some(&variant.name);
        // Without a tag, the bytes before the first field belong to another variant.
        let start = match first_offset(&variant.fields) {
            _ if has_tag || is_holder => tag,
            first => first.unwrap_or(last).min(last),
        };
        let holes = (last - start).saturating_sub(used);
        let hidden = if is_holder { 0 } else { niche };
        variant.padding = holes + size.saturating_sub(largest);
        variant.unused = largest.saturating_sub(last - start + tag + hidden);
    }
}

fn end(field: &FieldLayout) -> usize {
    field.offset.saturating_add(field.size)
}

/// The end of the last field that has a size.
fn last_end(fields: &[FieldLayout]) -> usize {
    fields.iter().filter(|field| field.size > 0).map(end).max().unwrap_or(0)
}

/// The sum of the sizes.
pub(crate) fn total(fields: &[FieldLayout]) -> usize {
    fields.iter().fold(0, |sum: usize, field| sum.saturating_add(field.size))
}

/// The number of bytes inside at least one field. The fields are sorted by offset.
pub(crate) fn covered(fields: &[FieldLayout]) -> usize {
    let add = |(bytes, reached): (usize, usize), field: &FieldLayout| {
        let new = end(field).saturating_sub(field.offset.max(reached));
        (bytes.saturating_add(new), reached.max(end(field)))
    };
    fields.iter().fold((0, 0), add).0
}
