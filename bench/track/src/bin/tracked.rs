//! Runs the programs with the tracker.

use deep_size_track::{Recorder, TrackingAllocator};

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

fn main() {
    programs::run(|variant| match variant {
        "counting" => None,
        "sampled" => Some(Recorder::sampled().start()),
        "all" => Some(Recorder::all().start()),
        "all-10" => Some(Recorder::all().max_depth(10).start()),
        _ => panic!("unknown variant `{variant}`"),
    });
}
