//! Exact figures over the allocator `jemalloc`.

#[path = "../../../deepsize-track/tests/load/mod.rs"]
mod load;

use deep_size_track::TrackingAllocator;
use tikv_jemallocator::Jemalloc;

#[global_allocator]
static ALLOCATOR: TrackingAllocator<load::Truth<Jemalloc>> = TrackingAllocator::new(load::Truth(Jemalloc));

#[test]
fn figures_equal_an_independent_count() {
    load::check(if cfg!(debug_assertions) { 100_000 } else { 500_000 });
}
