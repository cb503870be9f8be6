//! Prints layouts, one field or gap on each line.

use core::fmt;
use std::string::String;

use super::{Discriminant, FieldLayout, TypeKind, TypeLayout, VariantLayout};
use crate::inspect::units::{Count, plural};
use crate::tree::names::short;
use crate::visible::Visible;

/// The size and all fields by offset, with the padding between them.
///
/// # Examples
///
/// ```
/// use deep_size::{DeepSize, inspect};
///
/// #[derive(DeepSize)]
/// #[repr(C)]
/// struct Event {
///     kind: u8,
///     time: u64,
/// }
///
/// let report = inspect(&Event { kind: 1, time: 2 });
/// let layout = report.layouts()[0].to_string();
/// let lines: Vec<&str> = layout.lines().collect();
/// assert!(lines[0].ends_with("Event: 16 bytes, alignment 8, 1 value, 7 bytes of padding"));
/// assert_eq!(
///     lines[1..],
///     [
///         "  offset    size  name: type",
///         "       0       1  kind: u8",
///         "       1       7  ← 7 bytes of padding",
///         "       8       8  time: u64",
///     ],
/// );
/// ```
impl fmt::Display for TypeLayout {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let about = if self.is_estimate { "≈" } else { "" };
        write!(
            out,
            "{}: {}, alignment {}, {about}{}",
            Visible(&short(&self.type_name)),
            plural(self.size, "byte", "bytes"),
            self.alignment,
            plural(self.count, "value", "values"),
        )?;
        if self.padding > 0 {
            write!(out, ", {} of padding", plural(self.padding, "byte", "bytes"))?;
        }
        match &self.discriminant {
            None | Some(Discriminant::Absent) => {}
            Some(Discriminant::Tag(bytes)) => {
                write!(out, ", a discriminant of {}", plural(*bytes, "byte", "bytes"))?;
            }
            Some(Discriminant::Niche { variant, field }) => {
                write!(out, ", the discriminant in a niche of `{}", Visible(variant))?;
                if let Some(field) = field {
                    write!(out, ".{}", Visible(field))?;
                }
                write!(out, "`")?;
            }
            Some(Discriminant::Unknown) => write!(out, ", the discriminant at an unknown position")?,
        }
        write!(out, "\n  offset    size  name: type\n")?;
        match self.kind {
            TypeKind::Struct => write_fields(out, &self.fields, 0, self.size, "padding"),
            TypeKind::Union => self.fields.iter().try_for_each(|field| write_field(out, field)),
            TypeKind::Enum => {
                if let Some(Discriminant::Tag(bytes)) = self.discriminant {
                    writeln!(out, "{:>8} {:>7}  (discriminant)", 0, Count(bytes))?;
                }
                self.variants.iter().try_for_each(|variant| self.write_variant(out, variant))
            }
        }
    }
}

impl TypeLayout {
    fn write_variant(&self, out: &mut fmt::Formatter<'_>, variant: &VariantLayout) -> fmt::Result {
        let name = Visible(&variant.name);
        if !variant.is_seen {
            return writeln!(out, "  ::{name}, not seen");
        }
        let about = if self.is_estimate { "≈" } else { "" };
        write!(out, "  ::{name}, {about}{}", plural(variant.count, "value", "values"))?;
        for (bytes, what) in [(variant.padding, "of padding"), (variant.unused, "unused")] {
            if bytes > 0 {
                write!(out, ", {} {what}", plural(bytes, "byte", "bytes"))?;
            }
        }
        writeln!(out)?;
        let start = match self.discriminant {
            Some(Discriminant::Tag(bytes)) => bytes,
            _ => variant.fields.first().map_or(0, |field| field.offset),
        };
        let end = variant.fields.iter().map(|field| field.offset + field.size).fold(start, usize::max);
        write_fields(out, &variant.fields, start, end, "padding")
    }
}

/// Writes fields in order, and the gaps between `start` and `end`.
fn write_fields(
    out: &mut fmt::Formatter<'_>,
    fields: &[FieldLayout],
    start: usize,
    end: usize,
    gap: &str,
) -> fmt::Result {
    let mut reached = start;
    for field in fields {
        write_gap(out, reached, field.offset, gap)?;
        write_field(out, field)?;
        reached = reached.max(field.offset.saturating_add(field.size));
    }
    write_gap(out, reached, end, gap)
}

fn write_field(out: &mut fmt::Formatter<'_>, field: &FieldLayout) -> fmt::Result {
    let FieldLayout { name, type_name, offset, size, .. } = field;
    let type_name: String = short(type_name);
    writeln!(out, "{:>8} {:>7}  {}: {}", Count(*offset), Count(*size), Visible(name), Visible(&type_name))
}

fn write_gap(out: &mut fmt::Formatter<'_>, start: usize, end: usize, what: &str) -> fmt::Result {
    match end.saturating_sub(start) {
        0 => Ok(()),
        bytes => writeln!(
            out,
            "{:>8} {:>7}  ← {} of {what}",
            Count(start),
            Count(bytes),
            plural(bytes, "byte", "bytes")
        ),
    }
}
