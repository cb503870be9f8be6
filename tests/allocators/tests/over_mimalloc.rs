//! Exact figures over the allocator `mimalloc`. Were this crate called so too, its frames would be taken for the allocator's.

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
