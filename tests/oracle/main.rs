//! Random values of every supported collection and pointer, alone and nested, held against the allocator.

mod churn;
mod collections;
mod few_handles;
mod graphs;
mod handles;
mod hash_maps;
mod pointers;
mod prefetched;
mod random;
// As deep as it happens to be.
#[cfg(feature = "stack-growth")]
mod recursive;
#[cfg(feature = "stack-growth")]
mod scattered;
#[path = "../support/mod.rs"]
mod support;
mod trial;

use trial::{exact, fastrand, for_random_bytes};

/// How many random values a family is tried on.
const CASES: u32 = 10_000;
