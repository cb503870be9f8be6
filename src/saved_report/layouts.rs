//! Converts saved layouts. Checks that the parts of each value add up to its size.

use std::collections::HashSet;
use std::vec::Vec;

use super::document::{SavedDiscriminant, SavedField, SavedLayout, SavedTypeKind, SavedVariant};
use super::read::{Result, check, sum};
use crate::layouts::{Discriminant, FieldLayout, TypeKind, TypeLayout, VariantLayout, covered};
use crate::tree::step::Name;

pub(super) fn layouts(layouts: Vec<SavedLayout>) -> Result<Vec<TypeLayout>> {
    let mut names = HashSet::new();
    let twice = layouts.iter().find(|layout| !names.insert((&*layout.type_name, layout.size)));
    check(twice.is_none(), || {
        let name = twice.map_or("", |layout| &layout.type_name);
        std::format!("the layout of the type `{name}` is listed twice")
    })?;
    let numbered = layouts.into_iter().enumerate();
    numbered.map(|(at, saved)| layout(saved).map_err(|what| std::format!("layout {at}: {what}"))).collect()
}

fn layout(saved: SavedLayout) -> Result<TypeLayout> {
    let mut layout = TypeLayout {
        type_name: saved.type_name,
        kind: TypeKind::Struct,
        size: saved.size,
        alignment: saved.alignment,
        count: saved.count,
        is_estimate: saved.estimated,
        fields: Vec::new(),
        variants: Vec::new(),
        discriminant: None,
        padding: 0,
        discriminant_size: 0,
    };
    match saved.kind {
        SavedTypeKind::Struct { fields: saved, padding } => {
            layout.fields = fields(saved, layout.size)?;
            layout.padding = padding;
            check(
                sum([separate(&layout.fields)?, padding])? == layout.size,
                || "the fields and `padding` do not add up to `size`",
            )?;
        }
        SavedTypeKind::Union { fields: saved, padding } => {
            layout.kind = TypeKind::Union;
            layout.fields = fields(saved, layout.size)?;
            layout.padding = padding;
            check(
                sum([covered(&layout.fields), padding])? == layout.size,
                || "the fields and `padding` do not add up to `size`",
            )?;
        }
        SavedTypeKind::Enum { discriminant: place, declared_discriminant, variants } => {
            layout.kind = TypeKind::Enum;
            once(variants.iter().map(|variant| &*variant.name), "variant")?;
            check(
                sum(variants.iter().map(|variant| variant.count))? <= layout.count,
                || "the variants have more values than `count`",
            )?;
            let discriminant = discriminant(place);
            let tag = if let Discriminant::Tag(bytes) = discriminant { bytes } else { 0 };
            layout.variants =
                variants.into_iter().map(|saved| variant(saved, layout.size, tag)).collect::<Result<_>>()?;
            check(has_niche(&discriminant, &layout.variants), || "the niche is in an unknown field")?;
            check(
                tag <= layout.size && (declared_discriminant == 0 || declared_discriminant == tag),
                || "the discriminant exceeds `size`, or differs from `declared_discriminant`",
            )?;
            layout.discriminant = Some(discriminant);
            layout.discriminant_size = declared_discriminant;
        }
    }
    Ok(layout)
}

fn variant(saved: SavedVariant, size: usize, tag: usize) -> Result<VariantLayout> {
    let SavedVariant { name, count, fields: seen, padding, unused } = saved;
    let is_seen = seen.is_some();
    let fields = fields(seen.unwrap_or_default(), size)?;
    let bytes = sum([tag, separate(&fields)?, padding, unused])?;
    check(bytes <= size, || std::format!("the bytes of the variant `{name}` exceed `size`"))?;
    check(is_seen || padding == 0 && unused == 0, || {
        std::format!("the variant `{name}` was not seen, but has `padding` or `unused`")
    })?;
    Ok(VariantLayout { name, count, fields, padding, unused, is_seen })
}

/// Fields by offset, within a value of `size` bytes.
fn fields(saved: Vec<SavedField>, size: usize) -> Result<Vec<FieldLayout>> {
    once(saved.iter().map(|field| &*field.name), "field")?;
    let mut reached = 0;
    let field = |SavedField { name, type_name, offset, size: bytes, alignment }| {
        check(sum([offset, bytes]).is_ok_and(|end| end <= size), || {
            std::format!("the field `{name}` does not fit into `size`")
        })?;
        check(offset >= reached, || std::format!("the field `{name}` comes before the previous one"))?;
        reached = offset;
        Ok(FieldLayout { name, type_name, offset, size: bytes, alignment })
    };
    saved.into_iter().map(field).collect()
}

/// The sum of the sizes of fields. Fails if two of them overlap.
fn separate(fields: &[FieldLayout]) -> Result<usize> {
    let mut reached = 0;
    for field in fields.iter().filter(|field| field.size > 0) {
        check(field.offset >= reached, || std::format!("the field `{}` overlaps another one", field.name))?;
        reached = field.offset + field.size;
    }
    sum(fields.iter().map(|field| field.size))
}

fn once<'n>(names: impl Iterator<Item = &'n str>, what: &str) -> Result<()> {
    let mut known = HashSet::new();
    for name in names {
        check(known.insert(name), || std::format!("the {what} `{name}` is listed twice"))?;
    }
    Ok(())
}

fn discriminant(saved: SavedDiscriminant) -> Discriminant {
    match saved {
        SavedDiscriminant::Tag(bytes) => Discriminant::Tag(bytes),
        SavedDiscriminant::Niche { variant, field } => Discriminant::Niche { variant, field },
        SavedDiscriminant::Absent => Discriminant::Absent,
        SavedDiscriminant::Unknown => Discriminant::Unknown,
    }
}

/// Whether the variant and the field of a niche exist.
fn has_niche(discriminant: &Discriminant, variants: &[VariantLayout]) -> bool {
    let Discriminant::Niche { variant, field } = discriminant else { return true };
    let has_field = |name: &Name, found: &VariantLayout| found.fields.iter().any(|field| field.name == *name);
    let found = variants.iter().find(|found| found.name == *variant);
    found.is_some_and(|found| field.as_ref().is_none_or(|name| has_field(name, found)))
}
