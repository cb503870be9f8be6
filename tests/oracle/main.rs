//! Random values of every supported collection and pointer, alone and nested, compared with the allocator.

mod churn;
mod closures;
mod collections;
mod few_handles;
mod functions;
mod graphs;
mod handles;
mod hash_maps;
mod pointers;
mod prefetched;
mod random;
// Its values have random depths, so they need stack growth.
#[cfg(feature = "stack-growth")]
mod recursive;
#[cfg(feature = "stack-growth")]
mod scattered;
#[path = "../support/mod.rs"]
mod support;
mod trial;

use trial::{exact, fastrand, for_random_bytes};

/// The number of random values for each family.
const CASES: u32 = 10_000;
