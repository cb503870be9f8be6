//! Exact figures over the allocator `mimalloc`. A test crate named `mimalloc` would look like the allocator in backtraces.

#[path = "../../../deepsize-track/tests/load/mod.rs"]
mod load;

use deep_size_track::TrackingAllocator;
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: TrackingAllocator<load::Truth<MiMalloc>> = TrackingAllocator::new(load::Truth(MiMalloc));

#[test]
fn figures_equal_an_independent_count() {
    load::check(if cfg!(debug_assertions) { 100_000 } else { 500_000 });
}
