//! The file format, version 1. `docs/saved-reports.md` has the schema.

use std::string::String;
use std::vec::Vec;

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::tree::step::Name;

/// The version of the file format that this release writes, and the latest that it reads.
pub const VERSION: u32 = 1;

/// The first member of every file.
pub(super) const FORMAT: &str = "deep-size report";

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Document {
    pub(super) format: Format,
    pub(super) version: Version,
    pub(super) pointer_width: u32,
    pub(super) deep: usize,
    pub(super) shared: usize,
    pub(super) exclusive: usize,
    pub(super) external: usize,
    pub(super) cyclic: usize,
    pub(super) uncertain: usize,
    #[serde(default)]
    pub(super) uncertain_external: Option<usize>,
    #[serde(default)]
    pub(super) uncertain_cyclic: Option<usize>,
    #[serde(default)]
    pub(super) hides_handles: bool,
    pub(super) truncated: bool,
    pub(super) nodes: Vec<SavedNode>,
    pub(super) types: Vec<Type>,
    #[serde(default)]
    pub(super) layouts: Vec<SavedLayout>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(super) integers: Vec<SavedIntegers>,
    pub(super) largest: Vec<Large>,
    pub(super) opaque: Vec<Opaque>,
    #[serde(default)]
    pub(super) lower_bounds: Vec<SavedBound>,
    #[serde(default)]
    pub(super) unfollowed_pointers: usize,
    pub(super) shared_allocations: Vec<SavedBlock>,
    pub(super) cycles: Vec<SavedCycle>,
    pub(super) advice: Vec<SavedAdvice>,
}

#[derive(Debug, Serialize)]
pub(super) struct Format(pub(super) &'static str);

impl<'de> Deserialize<'de> for Format {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Name::deserialize(deserializer)?.as_ref() {
            FORMAT => Ok(Self(FORMAT)),
            _ => Err(de::Error::custom("not a deep-size report")),
        }
    }
}

/// The version. It is checked at its own position, so that no error about later members hides an unknown version.
#[derive(Debug, Serialize)]
pub(super) struct Version(pub(super) u32);

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            found if found == u64::from(VERSION) => Ok(Self(VERSION)),
            found => Err(de::Error::custom(unknown_version(found))),
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename = "Node", expecting = "struct Node")]
pub(super) struct SavedNode {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) parent: Option<u32>,
    pub(super) step: StepKind,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) name: Option<Name>,
    #[serde(rename = "type")]
    pub(super) type_name: Name,
    pub(super) count: usize,
    pub(super) shallow: usize,
    pub(super) deep: usize,
    pub(super) own: usize,
    pub(super) spare: usize,
    pub(super) shared: usize,
    pub(super) allocations: usize,
    #[serde(skip_serializing_if = "is_zero", default)]
    pub(super) padding: usize,
    #[serde(skip_serializing_if = "is_zero", default)]
    pub(super) unused: usize,
    #[serde(skip_serializing_if = "is_zero", default)]
    pub(super) sample: usize,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) refers_to: Option<u32>,
    #[serde(skip_serializing_if = "is_false", default)]
    pub(super) recursive: bool,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename = "IntegerRange", expecting = "struct IntegerRange")]
pub(super) struct SavedIntegers {
    pub(super) path: String,
    #[serde(rename = "type")]
    pub(super) type_name: Name,
    pub(super) smallest: i128,
    pub(super) largest: i128,
    pub(super) count: usize,
    pub(super) read: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum StepKind {
    Root,
    Field,
    Element,
    Key,
    Value,
    Inner,
    Pointee,
    Shared,
    Borrowed,
    Variant,
    Reference,
    Rest,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Type {
    pub(super) name: Name,
    pub(super) count: usize,
    pub(super) bytes: usize,
    pub(super) spare: usize,
    #[serde(skip_serializing_if = "is_zero", default)]
    pub(super) padding: usize,
    #[serde(skip_serializing_if = "is_zero", default)]
    pub(super) unused: usize,
    #[serde(skip_serializing_if = "is_false", default)]
    pub(super) estimated: bool,
    #[serde(skip_serializing_if = "is_false", default)]
    pub(super) estimated_bytes: bool,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename = "Layout", expecting = "struct Layout")]
pub(super) struct SavedLayout {
    #[serde(rename = "type")]
    pub(super) type_name: Name,
    pub(super) size: usize,
    pub(super) alignment: usize,
    pub(super) count: usize,
    #[serde(skip_serializing_if = "is_false", default)]
    pub(super) estimated: bool,
    #[serde(flatten)]
    pub(super) kind: SavedTypeKind,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename = "TypeKind", expecting = "internally tagged enum TypeKind")]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum SavedTypeKind {
    Struct {
        fields: Vec<SavedField>,
        padding: usize,
    },
    Union {
        fields: Vec<SavedField>,
        padding: usize,
    },
    Enum {
        discriminant: SavedDiscriminant,
        #[serde(skip_serializing_if = "is_zero", default)]
        declared_discriminant: usize,
        variants: Vec<SavedVariant>,
    },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename = "Field", expecting = "struct Field")]
pub(super) struct SavedField {
    pub(super) name: Name,
    #[serde(rename = "type")]
    pub(super) type_name: Name,
    pub(super) offset: usize,
    pub(super) size: usize,
    pub(super) alignment: usize,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename = "Discriminant", expecting = "enum Discriminant")]
#[serde(rename_all = "snake_case")]
pub(super) enum SavedDiscriminant {
    Tag(usize),
    Niche { variant: Name, field: Option<Name> },
    Absent,
    Unknown,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename = "Variant", expecting = "struct Variant")]
pub(super) struct SavedVariant {
    pub(super) name: Name,
    pub(super) count: usize,
    /// `None` if the variant was not seen.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) fields: Option<Vec<SavedField>>,
    #[serde(skip_serializing_if = "is_zero", default)]
    pub(super) padding: usize,
    #[serde(skip_serializing_if = "is_zero", default)]
    pub(super) unused: usize,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Large {
    pub(super) path: String,
    #[serde(rename = "type")]
    pub(super) type_name: Name,
    pub(super) bytes: usize,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Opaque {
    pub(super) path: String,
    #[serde(rename = "type")]
    pub(super) type_name: Name,
    pub(super) reason: Why,
    pub(super) count: usize,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename = "LowerBound", expecting = "struct LowerBound")]
pub(super) struct SavedBound {
    pub(super) path: String,
    #[serde(rename = "type")]
    pub(super) type_name: Name,
    pub(super) reason: Why,
    pub(super) count: usize,
    pub(super) missing: Option<usize>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Why {
    Locked,
    Borrowed,
    Cell,
    Uninit,
    TypeErased,
    Handle,
    Hidden,
    Capacity,
    Slice,
    Tombstones,
    TooDeep,
    Unrecorded,
    Stopped,
    Other(Name),
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename = "Block", expecting = "struct Block")]
pub(super) struct SavedBlock {
    #[serde(rename = "type")]
    pub(super) type_name: Name,
    pub(super) bytes: usize,
    pub(super) owned: usize,
    pub(super) retained: usize,
    pub(super) dominator: Option<u32>,
    pub(super) strong: Option<usize>,
    pub(super) weak: Option<usize>,
    pub(super) strong_inside: usize,
    pub(super) weak_inside: usize,
    pub(super) handles_elsewhere: usize,
    pub(super) contents_fate: SavedFate,
    pub(super) block_fate: SavedFate,
    #[serde(skip_serializing_if = "is_false", default)]
    pub(super) uncertain: bool,
    pub(super) holders: Vec<SavedHolder>,
    pub(super) retainers: Vec<SavedRetainer>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename = "Fate", expecting = "enum Fate")]
#[serde(rename_all = "snake_case")]
pub(super) enum SavedFate {
    Freed,
    External,
    Cyclic,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename = "Holder", expecting = "struct Holder")]
pub(super) struct SavedHolder {
    pub(super) node: u32,
    pub(super) strong: usize,
    pub(super) weak: usize,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename = "Retainer", expecting = "struct Retainer")]
pub(super) struct SavedRetainer {
    pub(super) block: Option<u32>,
    pub(super) node: u32,
    pub(super) strong: usize,
    pub(super) weak: usize,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename = "Cycle", expecting = "struct Cycle")]
pub(super) struct SavedCycle {
    pub(super) bytes: usize,
    pub(super) blocks: usize,
    pub(super) hops: Vec<Hop>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Hop {
    pub(super) block: u32,
    pub(super) node: u32,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename = "Advice", expecting = "struct Advice")]
pub(super) struct SavedAdvice {
    #[serde(flatten)]
    pub(super) kind: SavedKind,
    pub(super) declaration: String,
    #[serde(rename = "type")]
    pub(super) type_name: Name,
    pub(super) node: u32,
    pub(super) bytes: usize,
    pub(super) certainty: SavedCertainty,
    pub(super) count: usize,
    pub(super) places: usize,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename = "Kind", expecting = "internally tagged enum Kind")]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum SavedKind {
    ShrinkToFit,
    Rebuild,
    BoxedSlice,
    Unbox,
    ShareEqual {
        distinct: usize,
    },
    BoxOption {
        none: usize,
        size: usize,
    },
    BoxVariants {
        variants: Vec<Name>,
        unseen: Vec<Name>,
        largest_unboxed: usize,
        boxes: usize,
        size: usize,
        smaller: usize,
    },
    ReorderFields {
        order: Vec<Name>,
        size: usize,
        smaller: usize,
    },
    BreakCycle {
        blocks: usize,
    },
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename = "Certainty", expecting = "enum Certainty")]
#[serde(rename_all = "snake_case")]
pub(super) enum SavedCertainty {
    Exact,
    AtLeast,
    Estimate,
}

pub(super) fn unknown_version(found: u64) -> String {
    std::format!("report version {found} is not supported; this release of deep-size reads version {VERSION}")
}
