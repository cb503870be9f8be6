//! The histogram by type and the layouts as CSV.

use crate::inspect::Report;
use crate::layouts::{LayoutPart, PartKind, TypeKind, TypeLayout, VariantLayout};
use core::fmt;
use deep_size_format::CsvField as Field;
use std::io;

impl Report {
    /// Writes the [histogram by type](Self::types) as comma-separated values (RFC 4180).
    ///
    /// The header names the columns. `type` is the full name. `count` is the number of values, and `bytes` their size. `spare`,
    /// `padding` and `unused` (by variants) are parts of it. `average` is the size of a value. `estimated` is `true` if the count or the
    /// bytes are estimated from samples. The `bytes` of all rows add up to [`deep_size`](Self::deep_size).
    ///
    /// Invisible characters of a name are escaped as in Rust source. A name that begins with `=`, `+`, `-` or `@` is prefixed with
    /// an apostrophe, so that no spreadsheet evaluates it. The compiler's names of types never begin with these characters.
    ///
    /// Takes time linear in the number of types.
    ///
    /// # Errors
    ///
    /// Returns the errors of `out`.
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size::inspect;
    ///
    /// let mut table = Vec::new();
    /// inspect(&vec![(1_u16, String::from("one")), (2, String::from("two"))]).write_csv(&mut table)?;
    /// assert_eq!(
    ///     String::from_utf8(table).unwrap(),
    ///     "type,count,bytes,spare,padding,unused,average,estimated\r\n\
    ///      alloc::string::String,2,54,0,0,0,27,false\r\n\
    ///      \"alloc::vec::Vec<(u16, alloc::string::String)>\",1,24,0,0,0,24,false\r\n\
    ///      \"(u16, alloc::string::String)\",2,12,0,12,0,6,false\r\n\
    ///      u16,2,4,0,0,0,2,false\r\n"
    /// );
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn write_csv(&self, mut out: impl io::Write) -> io::Result<()> {
        write!(out, "type,count,bytes,spare,padding,unused,average,estimated\r\n")?;
        for total in self.types() {
            write!(
                out,
                "{},{},{},{},{},{},{},{}\r\n",
                Field(&total.type_name),
                total.count,
                total.size,
                total.spare_size,
                total.padding,
                total.unused_by_variants,
                total.average_size(),
                total.is_estimate || total.has_estimated_size,
            )?;
        }
        out.flush()
    }

    /// Writes the [layouts](Self::layouts) as comma-separated values (RFC 4180), one row for each part of a value.
    ///
    /// The header names the columns:
    ///
    /// - The full name of the `type`, and the `variant` of an enum.
    /// - The `offset` and the `size` of the part in bytes. The offset is empty if the position of a discriminant makes it unknown.
    /// - The `name` and the `field_type` of a field.
    /// - The `kind`: `field`, `discriminant`, `hole` (padding before a field), `tail` (padding at the end) or `unused` (by the variant).
    ///   A variant without values has one row of the kind `unseen`, because its parts are unknown.
    /// - The `count` of values with this part. The column `estimated` is `true` if it is estimated from samples.
    ///
    /// The sizes of all parts of a struct, or of a variant that was seen, add up to the size of the type. The fields of a union overlap.
    ///
    /// Names are escaped as in [`write_csv`](Self::write_csv). Takes time linear in the number of fields.
    ///
    /// # Errors
    ///
    /// Returns the errors of `out`.
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size::inspect;
    ///
    /// let mut table = Vec::new();
    /// inspect(&[None, Some(1_u64), None]).write_layouts_csv(&mut table)?;
    /// assert_eq!(
    ///     String::from_utf8(table).unwrap(),
    ///     "type,variant,offset,size,name,field_type,kind,count,estimated\r\n\
    ///      core::option::Option<u64>,None,0,8,,,discriminant,2,false\r\n\
    ///      core::option::Option<u64>,None,8,8,,,unused,2,false\r\n\
    ///      core::option::Option<u64>,Some,0,8,,,discriminant,1,false\r\n\
    ///      core::option::Option<u64>,Some,8,8,0,u64,field,1,false\r\n"
    /// );
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn write_layouts_csv(&self, mut out: impl io::Write) -> io::Result<()> {
        write!(out, "type,variant,offset,size,name,field_type,kind,count,estimated\r\n")?;
        for layout in self.layouts() {
            match layout.kind {
                TypeKind::Enum => {
                    layout.variants.iter().try_for_each(|one| write_parts(layout, Some(one), &mut out))?
                }
                _ => write_parts(layout, None, &mut out)?,
            }
        }
        out.flush()
    }
}

/// Writes the rows of a struct or union, or of a variant.
fn write_parts(
    layout: &TypeLayout,
    variant: Option<&VariantLayout>,
    out: &mut impl io::Write,
) -> io::Result<()> {
    let type_name = Field(&layout.type_name);
    let (count, estimated) = (variant.map_or(layout.count, |variant| variant.count), layout.is_estimate);
    let variant_name = variant.map(|variant| Field(&variant.name));
    let variant_name = Maybe(variant_name.as_ref());
    if variant.is_some_and(|variant| !variant.is_seen()) {
        return write!(out, "{type_name},{variant_name},,,,,unseen,{count},{estimated}\r\n");
    }
    for LayoutPart { offset, size, bytes } in layout.parts(variant) {
        let (kind, field) = match bytes {
            PartKind::Field(field) => ("field", Some((Field(&field.name), Field(&field.type_name)))),
            PartKind::Discriminant => ("discriminant", None),
            PartKind::Hole => ("hole", None),
            PartKind::Tail => ("tail", None),
            PartKind::Unused => ("unused", None),
        };
        let (name, field_type) = (field.as_ref().map(|(name, _)| name), field.as_ref().map(|(_, name)| name));
        write!(
            out,
            "{type_name},{variant_name},{},{size},{},{},{kind},{count},{estimated}\r\n",
            Maybe(offset),
            Maybe(name),
            Maybe(field_type)
        )?;
    }
    Ok(())
}

/// A field that may be empty.
struct Maybe<T>(Option<T>);

impl<T: fmt::Display> fmt::Display for Maybe<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |field| field.fmt(formatter))
    }
}
