//! The layouts of types: offsets and sizes of fields, padding, and the bytes that variants leave unused.
//!
//! The compiler chooses the order of fields. A walk visits each field at its address, so the layout of a type follows from its
//! values. It is known for types that report each field:
//!
//! - structs, enums and unions with a derived impl, except with `flat` or `opaque`, or with a function for a variant;
//! - tuples, `Option`, `Result` and similar types of the standard library.
//!
//! Other types, such as `String`, are opaque here: all their bytes count as fields. The fields of an unseen variant are unknown, so
//! such a variant is [not seen](VariantLayout::is_seen).
//!
//! # The bytes of a value
//!
//! Each byte of a value belongs to one of three groups:
//!
//! - *Fields*: the fields, and the discriminant of an enum.
//! - *Padding*: holes between fields, and bytes at the end that only round up the size.
//! - *Unused by the variant*: bytes that another variant needs.
//!
//! If some variants were not seen, the end of the largest variant is unknown. Then all bytes before and after the fields of a variant count as
//! unused. A discriminant whose position is unknown takes as many bytes as the alignment, at most 16, or fewer if a field
//! comes before. It never takes more, because it is an aligned integer.
//!
//! # Examples
//!
//! ```
//! use deep_size::{DeepSize, inspect};
//!
//! #[derive(DeepSize)]
//! # #[allow(dead_code)]
//! enum Job {
//!     Idle,
//!     Small(u8),
//!     Big([u8; 400]),
//! }
//!
//! let report = inspect(&[Job::Idle, Job::Small(1), Job::Small(2)]);
//! let job = &report.layouts()[0];
//! assert_eq!((job.size, job.count), (401, 3));
//!
//! let [idle, small, big] = &job.variants[..] else { panic!("there are three variants") };
//! assert_eq!((small.count, small.fields[0].offset, small.unused), (2, 1, 399));
//! assert_eq!((idle.count, idle.unused), (1, 400));
//! assert!(!big.is_seen());
//! assert_eq!(report.unused_by_variants(), 400 + 2 * 399);
//! ```

mod build;
mod display;
mod parts;

use std::borrow::Cow;
use std::vec::Vec;

use crate::tree::Waste;
use crate::tree::names::optional;

pub(crate) use self::build::{Layouts, covered, total};
pub(crate) use self::parts::{LayoutPart, PartKind};

/// The layout of a type, derived from the values that the walk visited.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TypeLayout {
    /// The name of the type, from [`core::any::type_name`].
    pub type_name: Cow<'static, str>,
    /// Whether the type is a struct, an enum or a union.
    pub kind: TypeKind,
    /// The size of a value, in bytes.
    pub size: usize,
    /// The alignment in bytes.
    pub alignment: usize,
    /// The number of values. Estimated if [`is_estimate`](Self::is_estimate) is `true`.
    pub count: usize,
    /// Whether the [count](Self::count) or the count of a variant is estimated from samples.
    pub is_estimate: bool,
    /// The fields of a struct, tuple or union, by offset. Empty for an enum.
    pub fields: Vec<FieldLayout>,
    /// The variants of an enum, in the order of the declaration.
    pub variants: Vec<VariantLayout>,
    /// The discriminant of an enum. `None` for other types.
    pub discriminant: Option<Discriminant>,
    /// The padding of a struct or union in each value, in bytes. 0 for an enum, whose padding depends on the variant.
    pub padding: usize,
    /// The size of the discriminant in bytes, or 0 if the declaration does not determine it.
    pub(crate) discriminant_size: usize,
}

/// The kind of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TypeKind {
    /// A struct or tuple.
    Struct,
    /// An enum.
    Enum,
    /// A union. Its fields overlap.
    Union,
}

/// A field of a struct, a tuple, a union or a variant.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldLayout {
    /// The name, or the position of a field without a name.
    pub name: Cow<'static, str>,
    /// The type of the field.
    pub type_name: Cow<'static, str>,
    /// The distance from the start of the value, in bytes.
    pub offset: usize,
    /// The size in bytes.
    pub size: usize,
    /// The alignment in bytes.
    pub alignment: usize,
}

/// A variant of an enum.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VariantLayout {
    /// The name.
    pub name: Cow<'static, str>,
    /// The number of values of this variant.
    pub count: usize,
    /// The fields by offset. Empty for a variant that was not [seen](Self::is_seen).
    pub fields: Vec<FieldLayout>,
    /// The padding in each value of this variant, in bytes.
    pub padding: usize,
    /// The bytes in each value of this variant that only other variants use.
    pub unused: usize,
    pub(crate) is_seen: bool,
}

impl VariantLayout {
    /// Whether the walk visited a value of this variant. Otherwise, its fields are unknown.
    #[must_use]
    pub fn is_seen(&self) -> bool {
        self.is_seen
    }

    /// The sum of the sizes of the fields, in bytes.
    #[must_use]
    pub fn payload_size(&self) -> usize {
        total(&self.fields)
    }
}

/// How an enum stores its active variant.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Discriminant {
    /// An integer before the fields, of this size in bytes. The offset is 0.
    Tag(usize),
    /// Values of a field that are otherwise invalid.
    Niche {
        /// The variant that contains the field.
        variant: Cow<'static, str>,
        /// The field, or `None` if several fields may have the niche.
        field: Option<Cow<'static, str>>,
    },
    /// Nothing, because there is only one variant.
    Absent,
    /// Unknown, because some variants were not seen, or because the offsets fit several positions.
    Unknown,
}

impl TypeLayout {
    /// The variant of this name.
    #[must_use]
    pub fn variant(&self, name: &str) -> Option<&VariantLayout> {
        self.variants.iter().find(|variant| variant.name == name)
    }

    /// The padding in all values, in bytes.
    #[must_use]
    pub fn padding_of_all(&self) -> usize {
        let of_variants = self.variants.iter().map(|variant| variant.padding.saturating_mul(variant.count));
        of_variants.fold(self.padding.saturating_mul(self.count), usize::saturating_add)
    }

    /// The bytes in all values that only other variants use.
    #[must_use]
    pub fn unused_by_variants(&self) -> usize {
        let of_variants = self.variants.iter().map(|variant| variant.unused.saturating_mul(variant.count));
        of_variants.fold(0, usize::saturating_add)
    }

    /// Whether the fields of all variants are known. The variant `None` of an `Option` never has fields.
    pub(crate) fn knows_all_variants(&self) -> bool {
        let is_option = optional(&self.type_name).is_some();
        self.variants.iter().all(|variant| variant.is_seen || is_option && variant.name == "None")
    }

    pub(crate) fn waste(&self, variant: Option<&str>) -> Waste {
        match variant {
            None => Waste { padding: self.padding, unused: 0 },
            Some(name) => self.variant(name).map_or(Waste::default(), |variant| Waste {
                padding: variant.padding,
                unused: variant.unused,
            }),
        }
    }
}
