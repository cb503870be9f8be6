//! Random values of third-party types, compared with the allocator. Each crate has a file.
#![cfg(test)]

mod ahash;
mod alloy_primitives;
mod anyhow;
mod arc_swap;
mod arcstr;
mod arrayvec;
mod arrow;
mod bigdecimal;
mod bit_set;
mod bit_vec;
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
mod euclid;
mod fixedbitset;
mod futures;
mod generational_arena;
mod generic_array;
mod geo_types;
mod glam;
mod half;
mod hashbrown;
mod hashlink;
mod heapless;
mod http;
mod hybrid_array;
mod imbl;
mod indexmap;
mod internment;
mod ipnet;
mod jiff;
mod linked_hash_map;
mod lock_api;
mod log;
mod lru;
mod mime;
mod nalgebra;
mod ndarray;
mod nonempty;
mod num_bigint;
mod num_complex;
mod num_rational;
mod odd;
mod once_cell;
mod ordered_float;
mod ordermap;
mod parking_lot;
mod petgraph;
mod portable_atomic;
mod priority_queue;
mod prost_types;
#[path = "../../oracle/random.rs"]
mod random;
mod real;
mod regex;
mod roaring;
mod rpds;
mod ruint;
mod rust_decimal;
mod secrecy;
mod semver;
mod serde_json;
mod serde_yaml;
mod sharing;
mod slab;
mod slotmap;
mod smallvec;
mod smartstring;
mod smol_str;
mod string_cache;
#[path = "../../support/mod.rs"]
mod support;
mod tendril;
mod thin_vec;
mod time;
mod tinyvec;
mod tokio;
mod tokio_util;
mod toml;
mod toml_edit;
mod tracing;
#[path = "../../oracle/trial.rs"]
mod trial;
mod triomphe;
mod typed_arena;
mod ulid;
mod url;
mod uuid;
mod vec1;
mod zeroize;

use trial::{exact, for_random_bytes};

/// The number of random values for each family.
const CASES: u32 = 1_000;
