//! The counts over the system's allocator are exact.

#![cfg(feature = "sites")]

#[path = "load/mod.rs"]
mod load;

use deep_size_track::TrackingAllocator;
use std::alloc::System;

#[global_allocator]
static ALLOCATOR: TrackingAllocator<load::Truth<System>> = TrackingAllocator::new(load::Truth(System));

#[test]
fn figures_equal_an_independent_count() {
    load::check(if cfg!(debug_assertions) { 100_000 } else { 500_000 });
}
