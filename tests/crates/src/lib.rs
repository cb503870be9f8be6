//! Random values of the types of other crates, held against the allocator: one file for each crate.
#![cfg(test)]

mod arrayvec;
mod bitvec;
#[path = "../../oracle/churn.rs"]
mod churn;
mod dashmap;
mod either;
mod enum_map;
mod fixedbitset;
mod generational_arena;
mod hashbrown;
mod heapless;
mod indexmap;
mod lru;
mod ordermap;
mod petgraph;
#[path = "../../oracle/random.rs"]
mod random;
mod roaring;
mod slab;
mod slotmap;
mod smallvec;
#[path = "../../support/mod.rs"]
mod support;
mod thin_vec;
mod tinyvec;
#[path = "../../oracle/trial.rs"]
mod trial;

use trial::exact;

/// How many random values a family is tried on.
const CASES: u32 = 1_000;
