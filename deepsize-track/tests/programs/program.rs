//! Allocates at several call sites, and prints the rows of each grouping. `main.rs` builds it in many ways.

use std::hint::black_box;

use deep_size_track::{By, Recorder, Snapshot, TrackingAllocator};

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

#[inline(never)]
fn bytes() -> Vec<u8> {
    black_box(vec![1; 10_001])
}

/// A module with the name of one in the standard library.
mod vec {
    #[inline(never)]
    pub(crate) fn grown() -> Vec<u8> {
        let mut grown = Vec::new();
        grown.resize(20_002, 1);
        std::hint::black_box(grown)
    }
}

#[inline(never)]
fn first_closure() -> Vec<u8> {
    let make = || black_box(vec![1; 30_003]);
    black_box(make())
}

#[inline(never)]
fn second_closure() -> Vec<u8> {
    let make = || black_box(vec![1; 40_004]);
    black_box(make())
}

#[inline(always)]
fn inlined() -> Vec<u8> {
    black_box(vec![1; 50_005])
}

fn main() {
    let recording = Recorder::all().start();
    let kept = [bytes(), vec::grown(), first_closure(), second_closure(), inlined()];
    let snapshot = Snapshot::take();
    for by in [By::Line, By::Function, By::Crate] {
        for row in snapshot.statistics(by).rows() {
            println!("{by:?} {} {}", row.size(), row.group());
        }
    }
    println!("{}", snapshot.statistics(By::Line));
    drop(kept);
    recording.stop();
}
