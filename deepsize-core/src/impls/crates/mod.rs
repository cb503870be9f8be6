//! Other people's crates: one file for each, named after its feature.

#[cfg(feature = "arrayvec")]
mod arrayvec;
#[cfg(feature = "bitvec")]
mod bitvec;
#[cfg(feature = "dashmap")]
mod dashmap;
#[cfg(feature = "either")]
mod either;
#[cfg(feature = "enum-map")]
mod enum_map;
#[cfg(feature = "fixedbitset")]
mod fixedbitset;
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
#[cfg(feature = "indexmap")]
#[macro_use]
mod indexmap;
#[cfg(feature = "lru")]
mod lru;
#[cfg(feature = "ordermap")]
mod ordermap;
#[cfg(feature = "petgraph")]
mod petgraph;
#[cfg(feature = "roaring")]
mod roaring;
#[cfg(feature = "slab")]
mod slab;
#[cfg(feature = "slotmap")]
mod slotmap;
#[cfg(feature = "smallvec")]
mod smallvec;
#[cfg(feature = "thin-vec")]
mod thin_vec;
#[cfg(feature = "tinyvec")]
mod tinyvec;
