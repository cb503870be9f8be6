//! Random values of third-party types, compared with the allocator. Each crate has a file.
#![cfg(test)]

mod advice;
mod anyhow;
mod arc_swap;
mod arcstr;
mod arrayvec;
mod arrow;
mod bitvec;
mod bstr;
mod bumpalo;
mod bytes;
mod camino;
mod chrono;
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
mod half;
mod hashbrown;
mod heapless;
mod http;
mod imbl;
mod indexmap;
mod internment;
mod jiff;
mod lock_api;
mod lru;
mod nalgebra;
mod ndarray;
mod num_bigint;
mod odd;
mod once_cell;
mod ordered_float;
mod ordermap;
mod parking_lot;
mod petgraph;
mod portable_atomic;
mod prost_types;
#[path = "../../oracle/random.rs"]
mod random;
mod real;
mod roaring;
mod rpds;
mod rust_decimal;
mod semver;
mod serde_json;
mod sharing;
mod slab;
mod slotmap;
mod smallvec;
mod smol_str;
#[path = "../../support/mod.rs"]
mod support;
mod thin_vec;
mod time;
mod tinyvec;
mod tokio;
mod toml;
#[path = "../../oracle/trial.rs"]
mod trial;
mod triomphe;
mod typed_arena;
mod ulid;
mod url;
mod uuid;

use trial::{exact, for_random_bytes};

/// The number of random values for each family.
const CASES: u32 = 1_000;
