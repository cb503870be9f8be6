//! What is recorded, held against what the test itself has allocated.

use std::hint::black_box;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use deep_size_track::{Recorder, Snapshot, TrackingAllocator};

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

/// Recordings are the program's, so that one test at a time makes them.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[inline(never)]
fn allocates_here(count: usize) -> Vec<Vec<u8>> {
    // What is called last may take the function's place on the stack.
    black_box((0..count).map(|_| black_box(Vec::with_capacity(1000))).collect())
}

/// What is live of the traces that pass through a function.
fn live_of(snapshot: &Snapshot, function: &str) -> (u64, u64) {
    let traces =
        snapshot.traces().filter(|trace| trace.frames().any(|frame| frame.function().contains(function)));
    traces.fold((0, 0), |sum, trace| (sum.0 + trace.live().bytes, sum.1 + trace.live().blocks))
}

#[test]
fn blocks_are_known_by_the_place_that_allocates_them() {
    let _alone = alone();
    let recording = Recorder::all().start();
    let mut kept = allocates_here(10);
    let spine = (kept.capacity() * size_of::<Vec<u8>>()) as u64;
    assert_eq!(live_of(&Snapshot::take(), "allocates_here"), (10_000 + spine, 11));
    kept.truncate(4);
    assert_eq!(live_of(&Snapshot::take(), "allocates_here"), (4000 + spine, 5));
    drop(kept);
    assert_eq!(live_of(&Snapshot::take(), "allocates_here"), (0, 0));
    assert_eq!(recording.lost(), 0);
}

#[test]
fn the_end_of_the_last_recording_forgets_all() {
    let _alone = alone();
    let (first, second) = (Recorder::all().start(), Recorder::sampled().start());
    let kept = allocates_here(10);
    first.stop();
    assert_eq!(live_of(&Snapshot::take(), "allocates_here").1, 11);
    second.stop();
    assert!(!Snapshot::take().is_recorded());
    let third = Recorder::all().start();
    assert_eq!(live_of(&Snapshot::take(), "allocates_here"), (0, 0));
    drop((kept, third));
}

#[test]
fn threads_record_side_by_side() {
    let _alone = alone();
    let _recording = Recorder::all().start();
    let kept: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| allocates_here(1000))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let spines: usize = kept.iter().map(|kept| kept.capacity() * size_of::<Vec<u8>>()).sum();
    assert_eq!(live_of(&Snapshot::take(), "allocates_here"), (8_000_000 + spines as u64, 8 * 1001));
}

#[test]
fn a_sample_estimates_what_is_live() {
    let _alone = alone();
    let _recording = Recorder::sampled_by(10_000).start();
    let kept = allocates_here(100_000);
    let (bytes, blocks) = live_of(&Snapshot::take(), "allocates_here");
    // About 10,000 are sampled, so that six standard deviations are 6 %.
    let spine = (kept.capacity() * size_of::<Vec<u8>>()) as u64;
    assert!((94_000_000..106_000_000).contains(&(bytes - spine)), "{bytes}");
    assert!((94_000..106_000).contains(&blocks), "{blocks}");
    drop(kept);
    assert_eq!(live_of(&Snapshot::take(), "allocates_here"), (0, 0));
}
