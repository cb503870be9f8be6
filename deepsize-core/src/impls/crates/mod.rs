//! Types of third-party crates: one file per crate, named after its feature.

/// Implements `DeepSize` for structs with only public fields. All of them must be listed.
#[cfg(feature = "prost-types")]
macro_rules! fields {
    ($($type:ty { $($field:ident),* $(,)? })*) => {$(
        impl crate::DeepSize for $type {
            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                $(walker.field(stringify!($field), &self.$field);)*
            }
        }
    )*};
}

#[cfg(feature = "anyhow")]
mod anyhow;
#[cfg(feature = "arc-swap")]
mod arc_swap;
#[cfg(feature = "arcstr")]
mod arcstr;
#[cfg(feature = "arrayvec")]
mod arrayvec;
#[cfg(feature = "arrow")]
mod arrow;
#[cfg(feature = "bitvec")]
mod bitvec;
#[cfg(feature = "bstr")]
mod bstr;
#[cfg(feature = "bumpalo")]
mod bumpalo;
#[cfg(feature = "bytes")]
mod bytes;
#[cfg(feature = "camino")]
mod camino;
#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "chrono-tz")]
mod chrono_tz;
#[cfg(feature = "compact_str")]
mod compact_str;
#[cfg(feature = "crossbeam")]
mod crossbeam;
#[cfg(feature = "dashmap")]
mod dashmap;
#[cfg(feature = "ecow")]
mod ecow;
#[cfg(feature = "either")]
mod either;
#[cfg(feature = "enum-map")]
mod enum_map;
#[cfg(feature = "fixedbitset")]
mod fixedbitset;
#[cfg(feature = "futures")]
mod futures;
#[cfg(feature = "generational-arena")]
mod generational_arena;
#[cfg(feature = "half")]
mod half;
#[cfg(any(
    feature = "hashbrown",
    feature = "hashbrown_0_14",
    feature = "hashbrown_0_15",
    feature = "hashbrown_0_16"
))]
mod hashbrown;
#[cfg(feature = "heapless")]
mod heapless;
#[cfg(feature = "http")]
mod http;
#[cfg(feature = "imbl")]
mod imbl;
#[cfg(feature = "indexmap")]
#[macro_use]
mod indexmap;
#[cfg(feature = "internment")]
mod internment;
#[cfg(feature = "jiff")]
mod jiff;
#[cfg(feature = "lock_api")]
mod lock_api;
#[cfg(feature = "lru")]
mod lru;
#[cfg(feature = "nalgebra")]
mod nalgebra;
#[cfg(feature = "ndarray")]
mod ndarray;
#[cfg(feature = "num-bigint")]
mod num_bigint;
#[cfg(feature = "once_cell")]
mod once_cell;
#[cfg(feature = "ordered-float")]
mod ordered_float;
#[cfg(feature = "ordermap")]
mod ordermap;
#[cfg(feature = "parking_lot")]
mod parking_lot;
#[cfg(feature = "petgraph")]
mod petgraph;
#[cfg(feature = "portable-atomic")]
mod portable_atomic;
#[cfg(feature = "prost-types")]
mod prost_types;
#[cfg(feature = "roaring")]
mod roaring;
#[cfg(feature = "rpds")]
mod rpds;
#[cfg(feature = "rust_decimal")]
mod rust_decimal;
#[cfg(feature = "semver")]
mod semver;
#[cfg(feature = "serde_json")]
mod serde_json;
#[cfg(feature = "slab")]
mod slab;
#[cfg(feature = "slotmap")]
mod slotmap;
#[cfg(feature = "smallvec")]
mod smallvec;
#[cfg(feature = "smol_str")]
mod smol_str;
/// The maps of `serde_json` and `toml`.
#[cfg(any(feature = "serde_json", feature = "toml"))]
mod text_map;
#[cfg(feature = "thin-vec")]
mod thin_vec;
#[cfg(feature = "time")]
mod time;
#[cfg(feature = "tinyvec")]
mod tinyvec;
#[cfg(feature = "tokio")]
mod tokio;
#[cfg(feature = "toml")]
mod toml;
#[cfg(feature = "triomphe")]
mod triomphe;
#[cfg(feature = "typed-arena")]
mod typed_arena;
#[cfg(feature = "ulid")]
mod ulid;
#[cfg(feature = "url")]
mod url;
#[cfg(feature = "uuid")]
mod uuid;
