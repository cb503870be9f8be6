//! Assertions on allocations, on growth and on size functions.

mod allocations;
#[cfg(feature = "sites")]
mod growth;
mod parallel;
#[cfg(feature = "sites")]
#[path = "../shared/mod.rs"]
mod shared;
#[cfg(feature = "sites")]
mod size;

use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};

use deep_size_track::TrackingAllocator;

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

fn bytes(size: usize) -> Vec<u8> {
    black_box(Vec::with_capacity(size))
}

/// The message of an assertion that fails.
#[track_caller]
fn failure<R>(code: impl FnOnce() -> R) -> String {
    let Err(panic) = catch_unwind(AssertUnwindSafe(code)) else { panic!("the assertion holds") };
    panic.downcast_ref::<String>().expect("the message is a string").clone()
}
