//! Random values of the types of other crates, held against the allocator: one file for each crate.
#![cfg(test)]

mod anyhow;
mod arc_swap;
mod arcstr;
mod arrayvec;
mod bitvec;
mod bstr;
mod bumpalo;
mod bytes;
mod camino;
#[path = "../../oracle/churn.rs"]
mod churn;
mod compact_str;
mod crossbeam;
mod dashmap;
mod ecow;
mod either;
mod enum_map;
mod fixedbitset;
mod futures;
mod generational_arena;
mod hashbrown;
mod heapless;
mod imbl;
mod indexmap;
mod internment;
mod lock_api;
mod lru;
mod once_cell;
mod ordermap;
mod parking_lot;
mod petgraph;
#[path = "../../oracle/random.rs"]
mod random;
mod roaring;
mod rpds;
mod sharing;
mod slab;
mod slotmap;
mod smallvec;
mod smol_str;
#[path = "../../support/mod.rs"]
mod support;
mod thin_vec;
mod tinyvec;
mod tokio;
#[path = "../../oracle/trial.rs"]
mod trial;
mod triomphe;
mod typed_arena;

use trial::exact;

/// How many random values a family is tried on.
const CASES: u32 = 1_000;
