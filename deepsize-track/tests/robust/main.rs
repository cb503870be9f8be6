//! Whatever goes wrong around the tracker or inside it, the program goes on.
#![cfg(all(unix, feature = "sites"))]

mod alone;
mod exhausted;
mod exit;
mod forks;
mod inner;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
mod stacks;
mod threads;

use deep_size_track::TrackingAllocator;

#[global_allocator]
static ALLOCATOR: TrackingAllocator<inner::Moody> = TrackingAllocator::new(inner::Moody);
