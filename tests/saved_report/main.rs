//! Reports written to a file and read back, whole and damaged.
#![cfg(feature = "json")]

#[allow(dead_code, reason = "other tests look at more of it")]
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

/// How many random values a family is tried on.
const CASES: u32 = 300;
