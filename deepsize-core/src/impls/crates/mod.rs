//! Other people's crates: one file for each, named after its feature.

#[cfg(feature = "anyhow")]
mod anyhow;
#[cfg(feature = "arc-swap")]
mod arc_swap;
#[cfg(feature = "arcstr")]
mod arcstr;
#[cfg(feature = "arrayvec")]
mod arrayvec;
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
#[cfg(any(
    feature = "hashbrown",
    feature = "hashbrown_0_14",
    feature = "hashbrown_0_15",
    feature = "hashbrown_0_16"
))]
mod hashbrown;
#[cfg(feature = "heapless")]
mod heapless;
#[cfg(feature = "imbl")]
mod imbl;
#[cfg(feature = "indexmap")]
#[macro_use]
mod indexmap;
#[cfg(feature = "internment")]
mod internment;
#[cfg(feature = "lock_api")]
mod lock_api;
#[cfg(feature = "lru")]
mod lru;
#[cfg(feature = "once_cell")]
mod once_cell;
#[cfg(feature = "ordermap")]
mod ordermap;
#[cfg(feature = "parking_lot")]
mod parking_lot;
#[cfg(feature = "petgraph")]
mod petgraph;
#[cfg(feature = "roaring")]
mod roaring;
#[cfg(feature = "rpds")]
mod rpds;
#[cfg(feature = "slab")]
mod slab;
#[cfg(feature = "slotmap")]
mod slotmap;
#[cfg(feature = "smallvec")]
mod smallvec;
#[cfg(feature = "smol_str")]
mod smol_str;
#[cfg(feature = "thin-vec")]
mod thin_vec;
#[cfg(feature = "tinyvec")]
mod tinyvec;
#[cfg(feature = "tokio")]
mod tokio;
#[cfg(feature = "triomphe")]
mod triomphe;
#[cfg(feature = "typed-arena")]
mod typed_arena;
