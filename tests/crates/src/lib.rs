//! Random values of the types of other crates, held against the allocator: one file for each crate.
#![cfg(test)]

mod arrow;
mod chrono;
mod either;
mod half;
mod http;
mod jiff;
mod nalgebra;
mod ndarray;
mod num_bigint;
mod ordered_float;
mod portable_atomic;
mod prost_types;
#[path = "../../oracle/random.rs"]
mod random;
mod rust_decimal;
mod semver;
mod serde_json;
#[path = "../../support/mod.rs"]
mod support;
mod time;
mod toml;
#[path = "../../oracle/trial.rs"]
mod trial;
mod ulid;
mod url;
mod uuid;

use trial::{exact, for_random_bytes};

/// How many random values a family is tried on.
const CASES: u32 = 1_000;
