//! Failures inside the tracker, or around it, do not stop the program.
#![cfg(all(unix, feature = "sites"))]

mod alone;
#[cfg(target_os = "linux")]
mod before_main;
mod exhausted;
mod exit;
mod forks;
mod inner;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod signals;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
mod stacks;
mod threads;

use deep_size_track::TrackingAllocator;

#[global_allocator]
static ALLOCATOR: TrackingAllocator<inner::Moody> = TrackingAllocator::new(inner::Moody);
