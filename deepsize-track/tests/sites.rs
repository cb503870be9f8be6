//! Recorded blocks, compared with the allocations of the test.

#![cfg(feature = "sites")]

mod shared;

use std::hint::black_box;
use std::thread;
use std::time::Duration;

use deep_size_track::{Recorder, Snapshot, Trace, TrackingAllocator};

use shared::alone;

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

#[inline(never)]
fn allocates_here(count: usize) -> Vec<Vec<u8>> {
    // `black_box` prevents a tail call, which would remove this function from the stack.
    black_box((0..count).map(|_| black_box(Vec::with_capacity(1000))).collect())
}

/// The live bytes and blocks of the traces that contain a function.
fn live_of(snapshot: &Snapshot, function: &str) -> (u64, u64) {
    let traces =
        snapshot.traces().filter(|trace| trace.frames().any(|frame| frame.function().contains(function)));
    traces.fold((0, 0), |sum, trace| (sum.0 + trace.live_amount().size, sum.1 + trace.live_amount().blocks))
}

#[test]
fn blocks_are_recorded_with_their_call_sites() {
    let _alone = alone();
    let recording = Recorder::all().start();
    let mut kept = allocates_here(10);
    let spine = (kept.capacity() * size_of::<Vec<u8>>()) as u64;
    assert_eq!(live_of(&Snapshot::take(), "allocates_here"), (10_000 + spine, 11));
    kept.truncate(4);
    assert_eq!(live_of(&Snapshot::take(), "allocates_here"), (4000 + spine, 5));
    drop(kept);
    assert_eq!(live_of(&Snapshot::take(), "allocates_here"), (0, 0));
    assert_eq!(recording.lost_count(), 0);
}

#[test]
fn the_end_of_the_last_recording_discards_all_records() {
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
    let _recording = Recorder::sampled_every(10_000).start();
    let kept = allocates_here(100_000);
    let (bytes, blocks) = live_of(&Snapshot::take(), "allocates_here");
    // About 10,000 blocks are sampled, so six standard deviations are 6 %.
    let spine = (kept.capacity() * size_of::<Vec<u8>>()) as u64;
    assert!((94_000_000..106_000_000).contains(&(bytes - spine)), "{bytes}");
    assert!((94_000..106_000).contains(&blocks), "{blocks}");
    drop(kept);
    assert_eq!(live_of(&Snapshot::take(), "allocates_here"), (0, 0));
}

#[test]
fn the_maximum_of_a_trace_and_the_time_of_the_peak_are_kept() {
    let _alone = alone();
    let _recording = Recorder::all().start();
    let begun = Snapshot::take().elapsed();
    let (mut kept, mut times) = (Vec::<Vec<u8>>::with_capacity(3), (Duration::ZERO, Duration::ZERO));
    // One call site, so that there is one trace. The harness allocates too little to make a peak.
    for &size in black_box(&[1_000_000, 5_000_000, 100_000, 2_000_000][..]) {
        if size == 100_000 {
            times.0 = Snapshot::take().elapsed();
        } else if size == 2_000_000 {
            kept.remove(1);
            times.1 = Snapshot::take().elapsed();
        }
        kept.push(black_box(sized(size)));
    }
    thread::sleep(Duration::from_millis(20));

    let snapshot = Snapshot::take();
    let trace = snapshot.traces().find(|trace| trace.max_size() == 6_100_000).expect("the trace is recorded");
    assert_eq!((trace.max_blocks(), trace.live_amount().blocks, trace.live_amount().size), (3, 3, 3_100_000));
    assert!(trace.age_sum() >= 3 * Duration::from_millis(20), "{:?}", trace.age_sum());
    assert!(trace.age_sum() <= 3 * (snapshot.elapsed() - begun), "{:?}", trace.age_sum());
    assert!((times.0..=times.1).contains(&snapshot.peak_elapsed()), "{snapshot:?}");
    drop(kept);
    let snapshot = Snapshot::take();
    let trace = snapshot.traces().find(|trace| trace.max_size() == 6_100_000).expect("the trace is recorded");
    assert_eq!((trace.max_blocks(), trace.age_sum()), (3, Duration::ZERO));
    assert!(trace.lifetime_sum() >= 3 * Duration::from_millis(20), "{:?}", trace.lifetime_sum());
}

#[inline(never)]
fn sized(size: usize) -> Vec<u8> {
    Vec::with_capacity(size)
}

#[inline(never)]
fn descends(depth: u32) -> Vec<u8> {
    black_box(if depth == 0 { sized(777) } else { descends(black_box(depth - 1)) })
}

/// The trace of the block of this size. Other threads of the test harness may allocate at the same few innermost frames.
fn trace_of(snapshot: &Snapshot, size: usize) -> Trace<'_> {
    snapshot.blocks().find(|block| block.size() == size).expect("the block is live").trace()
}

#[test]
fn a_trace_with_more_frames_than_the_limit_is_truncated() {
    let _alone = alone();
    for max_depth in [1, 8, 128] {
        for depth in [1, 200] {
            let recording = Recorder::all().max_depth(max_depth).start();
            let kept = descends(depth);
            let snapshot = Snapshot::take_with_blocks();
            let trace = trace_of(&snapshot, 777);
            let is_truncated = depth == 200 || max_depth < 128;
            assert_eq!(trace.is_truncated(), is_truncated, "{max_depth} {depth}");
            assert_eq!(trace.addresses().len() == max_depth as usize, is_truncated);
            let outermost = trace.all_frames().last().unwrap();
            assert_eq!(outermost.function() == "[truncated]", is_truncated, "{outermost:?}");
            assert!(snapshot.truncated_count() >= usize::from(is_truncated));
            drop((kept, recording));
        }
    }
    // A trace that just fits is whole.
    let depth_of = |recorder: Recorder| {
        let recording = recorder.start();
        let kept = descends(1);
        let snapshot = Snapshot::take_with_blocks();
        let trace = trace_of(&snapshot, 777);
        let found = (trace.addresses().len() as u32, trace.is_truncated());
        drop((kept, recording));
        found
    };
    let (whole, _) = depth_of(Recorder::all().max_depth(128));
    assert_eq!(depth_of(Recorder::all().max_depth(whole)), (whole, false));
    assert_eq!(depth_of(Recorder::all().max_depth(whole - 1)), (whole - 1, true));
}

#[test]
fn a_sample_joined_by_a_full_recording_stays_an_estimate() {
    let _alone = alone();
    let interval = || Snapshot::take().sampling_interval();
    let sampled = Recorder::sampled_every(1000).start();
    assert_eq!(interval(), Some(1000));
    let all = Recorder::all().start();
    assert_eq!(interval(), Some(1000));
    let finer = Recorder::sampled_every(10).start();
    drop(all);
    assert_eq!(interval(), Some(1000));
    drop(sampled);
    assert_eq!(interval(), Some(1000), "the records of the coarser sample are still there");
    drop(finer);
    let all = Recorder::all().start();
    assert_eq!(interval(), None);
    // All blocks are recorded for as long as one recording needs them.
    let sampled = Recorder::sampled_every(1000).start();
    assert_eq!(interval(), None);
    drop(all);
    assert_eq!(interval(), Some(1000));
    drop(sampled);
}
