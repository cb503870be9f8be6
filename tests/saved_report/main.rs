//! Reports written to a file and read back, intact and damaged.
#![cfg(feature = "json")]

#[allow(dead_code, reason = "other test crates use more of it")]
#[path = "../ownership/graph.rs"]
mod graph;
#[path = "../oracle/random.rs"]
mod random;
mod read;
mod round_trip;
#[path = "../support/mod.rs"]
mod support;
#[path = "../oracle/trial.rs"]
mod trial;

/// The number of random values of a family.
const CASES: u32 = 300;
