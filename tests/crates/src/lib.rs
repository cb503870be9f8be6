//! Random values of the types of other crates, held against the allocator: one file for each crate.
#![cfg(test)]

mod anyhow;
mod arc_swap;
mod arcstr;
mod bstr;
mod bumpalo;
mod bytes;
mod camino;
mod compact_str;
mod crossbeam;
mod ecow;
mod either;
mod futures;
mod imbl;
mod internment;
mod lock_api;
mod once_cell;
mod parking_lot;
#[path = "../../oracle/random.rs"]
mod random;
mod rpds;
mod sharing;
mod smol_str;
#[path = "../../support/mod.rs"]
mod support;
mod tokio;
#[path = "../../oracle/trial.rs"]
mod trial;
mod triomphe;
mod typed_arena;

use trial::exact;

/// How many random values a family is tried on.
const CASES: u32 = 1_000;
