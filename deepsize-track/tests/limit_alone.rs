//! The limit on traces.

use std::hint::black_box;
use std::sync::Barrier;
use std::thread;

use deep_size_track::{
    Amount, By, Filter, Group, Metric, Process, Recorder, Snapshot, TrackingAllocator, process, tracker_size,
};

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

// Without the test harness, whose main thread may allocate at any time.
fn main() {
    the_memory_of_a_recursive_program_is_limited_and_freed();
    live_traces_are_kept_and_small_ones_are_folded_first();
    sums_stay_exact_with_any_limit();
    sums_stay_exact_with_threads();
    the_peak_includes_folded_traces();
    the_largest_limit_of_all_recordings_holds();
    a_snapshot_outlives_its_recording();
    each_output_names_the_folded_traces();
}

/// The xorshift generator of Marsaglia (2003).
fn random(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    }
}

/// Runs some code at one of `2^depth` call stacks, chosen by the lowest bits of `path`.
fn at<R>(path: u64, depth: u32, code: &mut dyn FnMut() -> R) -> R {
    #[inline(never)]
    fn left<R>(path: u64, depth: u32, code: &mut dyn FnMut() -> R) -> R {
        black_box(at(path >> 1, depth - 1, code))
    }
    #[inline(never)]
    fn right<R>(path: u64, depth: u32, code: &mut dyn FnMut() -> R) -> R {
        let result = black_box(at(path >> 1, depth - 1, code));
        black_box(&path);
        result
    }
    match (depth, path % 2) {
        (0, _) => code(),
        (_, 0) => left(path, depth, code),
        _ => right(path, depth, code),
    }
}

fn sum(snapshot: &Snapshot, of: impl Fn(&Snapshot) -> Amount) -> (u64, u64) {
    (of(snapshot).size, of(snapshot).blocks)
}

/// The live amount, and the amount allocated since `before`, as recorded and as counted.
fn sums(snapshot: &Snapshot, before: &Process) -> [((u64, u64), (u64, u64)); 2] {
    let now = snapshot.process();
    let live = (now.live_size - before.live_size, now.live_blocks - before.live_blocks);
    let total = (
        now.total.allocated_size - before.total.allocated_size,
        now.total.allocated_blocks - before.total.allocated_blocks,
    );
    [(sum(snapshot, Snapshot::live_amount), live), (sum(snapshot, Snapshot::total_amount), total)]
}

#[track_caller]
fn assert_exact(snapshot: &Snapshot, before: &Process) {
    for (recorded, counted) in sums(snapshot, before) {
        assert_eq!(recorded, counted, "{snapshot:?}");
    }
}

fn the_memory_of_a_recursive_program_is_limited_and_freed() {
    let mut random = random(1);
    let start = tracker_size();
    let recording = Recorder::all().max_depth(128).start();
    let before = process();
    let mut held = Box::new(0);
    let mut most = 0;
    for turn in 0..200_000 {
        let path = random();
        held = at(path, 60, &mut || Box::new(turn));
        if turn % 1000 == 0 {
            most = most.max(tracker_size());
        }
    }
    assert_eq!(*held, 199_999);
    assert!(most - start < 16 << 20, "{} bytes", most - start);
    let snapshot = Snapshot::take();
    // At most one more, for the folded traces.
    assert!((100..=10_001).contains(&snapshot.traces().count()), "{}", snapshot.traces().count());
    assert!((189_999..=200_000).contains(&snapshot.folded_count()), "{}", snapshot.folded_count());
    assert_exact(&snapshot, &before);
    drop(snapshot);
    recording.stop();
    assert_eq!(tracker_size(), start);
}

fn live_traces_are_kept_and_small_ones_are_folded_first() {
    let recording = Recorder::all().max_depth(64).max_traces(1600).start();
    let live: Vec<Box<[u8]>> = (0..64).map(|path| at(path, 6, &mut || vec![0; 10].into())).collect();
    (0..64).for_each(|path| at(path, 6, &mut || drop(black_box(vec![0_u8; 100_000]))));
    (0..20_000).for_each(|path| at(path, 15, &mut || drop(black_box(vec![0_u8; 20]))));
    let snapshot = Snapshot::take();
    assert!(snapshot.traces().count() <= 1601 && snapshot.folded_count() >= 18_000);
    let count = |is_wanted: fn(Amount, Amount) -> bool| {
        snapshot.traces().filter(|trace| is_wanted(trace.live_amount(), trace.total_amount())).count()
    };
    assert_eq!(count(|live, total| (live.size, total.size) == (10, 10)), 64, "{snapshot:?}");
    assert_eq!(count(|live, total| (live.size, total.size) == (0, 100_000)), 64);
    drop((live, recording));
}

/// Allocates, resizes and frees at 256 call stacks.
fn churn(seed: u64, turns: usize, held: &mut [Vec<u8>]) {
    let mut random = random(seed);
    for _ in 0..turns {
        let (path, size) = (random(), random() as usize % 2000 + 1);
        let place = random() as usize % held.len();
        match random() % 4 {
            0 => held[place] = Vec::new(),
            1 => at(path, 8, &mut || held[place].reserve_exact(size)),
            2 => at(path, 8, &mut || held[place].shrink_to(size)),
            _ => held[place] = at(path, 8, &mut || Vec::with_capacity(size)),
        }
    }
}

fn sums_stay_exact_with_any_limit() {
    for seed in 0..40 {
        let limit = [0, 1, 16, 17, 100, 1000][seed as usize % 6];
        let mut held = vec![Vec::new(); [4, 100, 1000][seed as usize % 3]];
        let start = tracker_size();
        let recording = Recorder::all().max_depth(64).max_traces(limit).start();
        let before = process();
        for part in 0..10 {
            churn(seed * 10 + part, 1000, &mut held);
            let snapshot = Snapshot::take();
            assert_exact(&snapshot, &before);
            let most = limit.next_multiple_of(16) as usize + 1;
            assert!(snapshot.traces().count() <= most, "{limit}");
            assert_eq!(snapshot.other().is_some(), snapshot.folded_count() > 0);
            assert!(snapshot.traces().all(|trace| trace.max_size() >= trace.live_amount().size));
            assert!(snapshot.traces().all(|trace| trace.max_size() >= trace.peak_amount().size));
        }
        held.fill(Vec::new());
        assert_exact(&Snapshot::take(), &before);
        recording.stop();
        assert_eq!(tracker_size(), start);
    }
}

fn sums_stay_exact_with_threads() {
    let start = tracker_size();
    for limit in [16, 200] {
        let recording = Recorder::all().max_depth(64).max_traces(limit).start();
        let before = process();
        let (barrier, mut snapshots) = (Barrier::new(9), Vec::new());
        thread::scope(|scope| {
            let spawn = |seed: u64| {
                let barrier = &barrier;
                scope.spawn(move || {
                    let mut held = vec![Vec::new(); 50];
                    for part in 0..10 {
                        churn(seed * 10 + part, 500, &mut held);
                        barrier.wait();
                        barrier.wait();
                    }
                })
            };
            let threads = [0_u64, 1, 2, 3, 4, 5, 6, 7].map(spawn);
            for part in 0..10 {
                if part % 2 == 0 {
                    // While the threads run.
                    drop(black_box(Snapshot::take()));
                }
                barrier.wait();
                snapshots.push(Snapshot::take());
                barrier.wait();
            }
            // A scope does not wait until its threads have freed everything.
            threads.into_iter().for_each(|thread| thread.join().expect("the thread does not panic"));
        });
        snapshots.iter().for_each(|snapshot| assert_exact(snapshot, &before));
        snapshots.clear();
        recording.stop();
    }
    assert_eq!(tracker_size(), start);
}

fn the_peak_includes_folded_traces() {
    let recording = Recorder::all().max_depth(64).max_traces(32).start();
    let held: Vec<Box<[u8]>> = (0..20).map(|path| at(path, 8, &mut || vec![0; 10_000].into())).collect();
    drop(held);
    let peak = Snapshot::take().peak_amount();
    (0..1000).for_each(|path| at(path, 10, &mut || drop(black_box(vec![0_u8; 20_000]))));
    let after = Snapshot::take();
    assert!(peak.size >= 200_000 && after.folded_count() > 900);
    assert_eq!(after.peak_amount(), peak);
    recording.stop();
}

fn the_largest_limit_of_all_recordings_holds() {
    let fill = || (0..200).for_each(|path| at(path, 8, &mut || drop(black_box(vec![0_u8; 20]))));
    let small = Recorder::all().max_depth(64).max_traces(16).start();
    fill();
    assert!(Snapshot::take().traces().count() <= 17);
    let large = Recorder::all().max_depth(64).max_traces(10_000).start();
    fill();
    assert!(Snapshot::take().traces().count() > 200);
    large.stop();
    (0..10).for_each(|_| fill());
    assert!(Snapshot::take().traces().count() <= 33, "{}", Snapshot::take().traces().count());
    small.stop();
}

fn a_snapshot_outlives_its_recording() {
    let shown = |snapshot: &Snapshot| {
        let mut traces: Vec<_> = snapshot
            .traces()
            .map(|trace| (trace.addresses().to_vec(), trace.live_amount(), trace.total_amount()))
            .collect();
        traces.sort_unstable();
        (traces, GROUPINGS.map(|by| snapshot.statistics(by).to_string()))
    };
    let recording = Recorder::all().max_depth(64).max_traces(64).start();
    let mut held = vec![Vec::new(); 20];
    churn(1, 1000, &mut held);
    let snapshot = Snapshot::take();
    let before = shown(&snapshot);
    churn(2, 1000, &mut held);
    recording.stop();
    let recording = Recorder::all().start();
    churn(3, 1000, &mut held);
    assert_eq!(shown(&snapshot), before);
    drop(recording);
}

const GROUPINGS: [By; 5] = [By::Line, By::Function, By::File, By::Crate, By::Trace];

fn each_output_names_the_folded_traces() {
    let recording = Recorder::all().max_depth(64).max_traces(0).start();
    let held = black_box(vec![0_u8; 12_345]);
    let snapshot = Snapshot::take();
    recording.stop();
    let other = snapshot.other().expect("all traces are folded");
    let amount = other.live_amount();
    assert!(amount.size >= 12_345 && amount == snapshot.live_amount());
    for by in GROUPINGS {
        let statistics = snapshot.statistics(by);
        let row = statistics.rows().next().expect("there is a row");
        assert!(
            row.group().to_string() == "[other]" && row.live_amount() == amount,
            "{by:?}: {}",
            row.group()
        );
        assert!(matches!(
            (by, row.group()),
            (By::Line | By::Function, Group::Function(_))
                | (By::File | By::Crate, Group::Crate(_))
                | (By::Trace, Group::Trace([_]))
        ));
        let text = statistics.to_string();
        let note = format!("[other] is up to {} trace", snapshot.folded_count());
        assert!(text.contains(&note), "{text}");
        assert!(snapshot.compare_to(&snapshot, by).to_string().contains(&note));
    }
    assert_eq!(other.to_string(), "  In [other]");
    assert!(snapshot.filter_traces(&[Filter::without_functions("[other]")]).other().is_none());
    for export in [snapshot.export(), snapshot.export().without_names()] {
        let (mut folded, mut dhat) = (Vec::new(), Vec::new());
        export.write_folded(&mut folded).expect("a vector can be written");
        assert_eq!(String::from_utf8_lossy(&folded), format!("[other] {}\n", Metric::LiveSize.of(other)));
        export.write_dhat(&mut dhat).expect("a vector can be written");
        assert!(String::from_utf8_lossy(&dhat).contains("\n\"[other]\""));
    }
    drop(held);
}
