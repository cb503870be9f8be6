//! What is recorded, held against what the test itself has allocated.

#![cfg(feature = "sites")]

use std::hint::black_box;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

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

#[test]
fn the_most_of_a_place_and_the_time_of_the_peak_are_kept() {
    let _alone = alone();
    let _recording = Recorder::all().start();
    let begun = Snapshot::take().micros();
    let (mut kept, mut times) = (Vec::<Vec<u8>>::with_capacity(3), (0, 0));
    // One call of it, so that there is one trace. What the harness allocates meanwhile is too little to make a peak.
    for &size in black_box(&[1_000_000, 5_000_000, 100_000, 2_000_000][..]) {
        if size == 100_000 {
            times.0 = Snapshot::take().micros();
        } else if size == 2_000_000 {
            kept.remove(1);
            times.1 = Snapshot::take().micros();
        }
        kept.push(black_box(sized(size)));
    }
    thread::sleep(Duration::from_millis(20));

    let snapshot = Snapshot::take();
    let trace = snapshot.traces().find(|trace| trace.most_bytes() == 6_100_000).expect("it has allocated");
    assert_eq!((trace.most_blocks(), trace.live().blocks, trace.live().bytes), (3, 3, 3_100_000));
    assert!(trace.ages() >= 3 * 20_000, "{}", trace.ages());
    assert!(trace.ages() <= 3 * (snapshot.micros() - begun), "{}", trace.ages());
    assert!((times.0..=times.1).contains(&snapshot.peak_micros()), "{} {snapshot:?}", snapshot.peak_micros());
    drop(kept);
    let snapshot = Snapshot::take();
    let trace = snapshot.traces().find(|trace| trace.most_bytes() == 6_100_000).expect("it is still known");
    assert_eq!((trace.most_blocks(), trace.ages()), (3, 0));
    assert!(trace.lifetimes() >= 3 * 20_000, "{}", trace.lifetimes());
}

#[inline(never)]
fn sized(size: usize) -> Vec<u8> {
    Vec::with_capacity(size)
}
