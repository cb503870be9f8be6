//! Divides the bytes of a value into parts. Tables and pictures show them.

use std::vec::Vec;

use super::{Discriminant, FieldLayout, TypeLayout, VariantLayout, covered};

/// Adjacent bytes of a value with one use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LayoutPart<'l> {
    /// `None` for a discriminant at an unknown position, and for the rest of its gap.
    pub(crate) offset: Option<usize>,
    pub(crate) size: usize,
    pub(crate) bytes: PartKind<'l>,
}

/// The use of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PartKind<'l> {
    Field(&'l FieldLayout),
    /// A tag, or a niche in a field of another variant. A niche in the variant itself is part of its field.
    Discriminant,
    /// Padding before a field.
    Hole,
    /// Padding after the last field.
    Tail,
    /// Bytes that only other variants use.
    Unused,
}

impl TypeLayout {
    /// The parts of a value, or of a value of this variant. Except in unions, whose fields overlap, the sizes add up to the size of the
    /// type. A variant that was not seen has no parts.
    pub(crate) fn parts<'l>(&'l self, variant: Option<&'l VariantLayout>) -> Vec<LayoutPart<'l>> {
        let (fields, padding, unused) = match variant {
            Some(variant) if !variant.is_seen => return Vec::new(),
            Some(variant) => (&variant.fields, variant.padding, variant.unused),
            None => (&self.fields, self.padding, 0),
        };
        let others = covered(fields).saturating_add(padding).saturating_add(unused);
        let discriminant = self.size.saturating_sub(others);
        let mut left = Left { discriminant, unused, padding };
        let has_tag = matches!(self.discriminant, Some(Discriminant::Tag(_)));
        let before: &[Use] = match (&self.discriminant, variant) {
            (Some(Discriminant::Niche { variant: holder, .. }), Some(variant)) if *holder != variant.name => {
                &[Use::Discriminant, Use::Unused, Use::Hole]
            }
            // A field at the start leaves no room for a discriminant before it, in any variant.
            (Some(Discriminant::Unknown), _) if self.begins_with_field() => {
                &[Use::Hole, Use::Discriminant, Use::Unused]
            }
            _ => &[Use::Discriminant, Use::Hole, Use::Unused],
        };
        let mut parts = Vec::new();
        let mut reached = 0;
        for field in fields {
            let uses = if reached == 0 { before } else { &[Use::Hole, Use::Unused, Use::Discriminant] };
            left.fill(&mut parts, reached, field.offset, uses, has_tag);
            let (offset, bytes) = (Some(field.offset), PartKind::Field(field));
            parts.push(LayoutPart { offset, size: field.size, bytes });
            reached = reached.max(field.offset.saturating_add(field.size));
        }
        let after = &[Use::Discriminant, Use::Unused, Use::Tail];
        left.fill(&mut parts, reached, self.size, after, has_tag);
        parts
    }

    fn begins_with_field(&self) -> bool {
        let mut fields = self.variants.iter().flat_map(|variant| &variant.fields);
        fields.any(|field| field.offset == 0 && field.size > 0)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Discriminant,
    Unused,
    Hole,
    Tail,
}

/// The bytes that are not yet part of a gap.
struct Left {
    discriminant: usize,
    unused: usize,
    padding: usize,
}

impl Left {
    /// Divides a gap between fields among its possible uses, in this order.
    fn fill<'l>(
        &mut self,
        parts: &mut Vec<LayoutPart<'l>>,
        start: usize,
        end: usize,
        uses: &[Use],
        has_tag: bool,
    ) {
        let first = parts.len();
        let mut reached = start;
        for what in uses {
            let (left, bytes) = match what {
                Use::Discriminant => (&mut self.discriminant, PartKind::Discriminant),
                Use::Unused => (&mut self.unused, PartKind::Unused),
                Use::Hole => (&mut self.padding, PartKind::Hole),
                Use::Tail => (&mut self.padding, PartKind::Tail),
            };
            let size = (*left).min(end.saturating_sub(reached));
            if size > 0 {
                parts.push(LayoutPart { offset: Some(reached), size, bytes });
                (*left, reached) = (*left - size, reached + size);
            }
        }
        let gap = &mut parts[first..];
        if !has_tag && gap.iter().any(|part| part.bytes == PartKind::Discriminant) {
            gap.iter_mut().for_each(|part| part.offset = None);
        }
    }
}
