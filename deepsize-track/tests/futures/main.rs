//! Futures, measured on several threads.

mod executor;
mod scoped;
mod tracked;

use std::hint::black_box;

use deep_size_track::TrackingAllocator;

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

fn bytes(size: usize) -> Vec<u8> {
    black_box(Vec::with_capacity(size))
}
