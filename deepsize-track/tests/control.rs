//! Recordings that change while they run, under concurrent allocation.
#![cfg(feature = "sites")]

mod shared;

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Barrier, Mutex};
use std::thread;

use deep_size_track::{Metric, Recorder, Recording, Snapshot, TrackingAllocator};

use shared::alone;

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

const SIZE: usize = 1000;

#[inline(never)]
fn marked_block() -> Vec<u8> {
    black_box(Vec::with_capacity(SIZE))
}

/// So large that other threads of the test harness do not decide when the peak is.
#[inline(never)]
fn large_marked_block() -> Vec<u8> {
    black_box(Vec::with_capacity(1 << 20))
}

/// The sum of a figure over the traces of `marked_block` and `large_marked_block`.
fn sum(snapshot: &Snapshot, metric: Metric) -> u64 {
    let marked = |function: &str| function.contains("marked_block");
    let traces = snapshot.traces().filter(|trace| trace.frames().any(|frame| marked(frame.function())));
    traces.map(|trace| metric.of(trace)).sum()
}

fn sums(metrics: [Metric; 3]) -> [u64; 3] {
    let snapshot = Snapshot::take();
    metrics.map(|metric| sum(&snapshot, metric))
}

#[test]
fn a_reset_keeps_live_blocks_and_drops_all_else() {
    let _alone = alone();
    let recording = Recorder::all().start();
    let mut held: Vec<_> = (0..10).map(|_| large_marked_block()).collect();
    drop((0..20).map(|_| large_marked_block()).collect::<Vec<_>>());
    let blocks = [Metric::LiveBlocks, Metric::TotalBlocks, Metric::PeakBlocks];
    assert_eq!(sums(blocks), [10, 30, 30]);
    recording.reset();
    assert_eq!(sums(blocks), [10, 10, 10]);
    held.truncate(4);
    drop(large_marked_block());
    assert_eq!(sums(blocks), [4, 11, 10]);
    recording.reset();
    assert_eq!(sums(blocks), [4, 4, 4]);
    held.clear();
    recording.reset();
    assert_eq!(sums(blocks), [0, 0, 0]);
    let snapshot = Snapshot::take();
    let functions =
        snapshot.traces().flat_map(|trace| trace.frames()).map(|frame| frame.function().to_string());
    assert!(!functions.collect::<String>().contains("marked_block"));
    drop(held);
    recording.stop();
}

#[test]
fn a_reset_bounds_the_number_of_folded_traces() {
    let _alone = alone();
    let recording = Recorder::all().max_traces(0).start();
    let held: Vec<_> = (0..10).map(|_| marked_block()).collect();
    drop((0..1000).map(|_| marked_block()).collect::<Vec<_>>());
    recording.reset();
    let snapshot = Snapshot::take();
    let other = snapshot.other().expect("all traces are folded");
    assert!(other.total_amount() == other.live_amount() && other.live_amount().blocks >= 10);
    assert!((1..1000).contains(&snapshot.folded_count()), "{}", snapshot.folded_count());
    drop(held);
    recording.stop();
}

#[test]
fn a_recording_in_a_static_is_begun_changed_and_ended_by_any_thread() {
    static RECORDING: Mutex<Option<Recording>> = Mutex::new(None);
    let _alone = alone();
    let on_a_thread = |act: fn(&mut Option<Recording>)| {
        let act = move || act(&mut RECORDING.lock().expect("no thread panics"));
        thread::spawn(act).join().expect("the thread ends");
    };
    for _ in 0..3 {
        on_a_thread(|recording| *recording = Some(Recorder::sampled().start()));
        assert_eq!(Snapshot::take().sampling_interval(), Some(512 << 10));
        on_a_thread(|recording| recording.as_mut().expect("it runs").change(Recorder::all()));
        let held = marked_block();
        assert_eq!(sum(&Snapshot::take(), Metric::LiveSize), SIZE as u64);
        on_a_thread(|recording| recording.take().expect("it runs").stop());
        assert!(!Snapshot::take().is_recorded());
        drop(held);
    }
}

#[test]
fn a_change_affects_only_its_own_recording() {
    let _alone = alone();
    let all = Recorder::all().start();
    let mut other = Recorder::all().start();
    other.change(Recorder::sampled());
    let held = marked_block();
    assert_eq!(sum(&Snapshot::take(), Metric::LiveSize), SIZE as u64);
    all.stop();
    // Only the sampled one is left: a block of 1,000 bytes is recorded once in 500 times.
    assert_eq!(Snapshot::take().sampling_interval(), Some(512 << 10));
    other.stop();
    assert!(!Snapshot::take().is_recorded());
    drop(held);
}

/// Calls `control` again and again while threads allocate and free. Returns the number of blocks that they allocated, once all are
/// freed except `held` by each of the four threads. They are freed after `check`.
fn under_load(held: usize, turns: usize, mut control: impl FnMut(usize), check: impl FnOnce(u64)) {
    let (allocated, is_over) = (AtomicU64::new(0), AtomicBool::new(false));
    let (are_done, are_checked) = (Barrier::new(5), Barrier::new(5));
    thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| {
                let mut blocks = Vec::with_capacity(1000);
                let mut round = 0;
                while !is_over.load(Relaxed) || blocks.len() < held {
                    blocks.push(marked_block());
                    allocated.fetch_add(1, Relaxed);
                    round += 1;
                    if blocks.len() > 500 {
                        // Blocks of different ages.
                        blocks.retain(|_| {
                            round = (round * 31 + 7) % 1009;
                            round % 3 == 0
                        });
                    }
                }
                blocks.truncate(held);
                are_done.wait();
                are_checked.wait();
            });
        }
        for turn in 0..turns {
            let before = allocated.load(Relaxed);
            while allocated.load(Relaxed) < before + 2000 {
                thread::yield_now();
            }
            control(turn);
        }
        is_over.store(true, Relaxed);
        are_done.wait();
        let _then_free = WaitOnDrop(&are_checked);
        check(allocated.load(Relaxed));
    });
}

/// Waits also after a panic, so that no other thread waits forever.
struct WaitOnDrop<'b>(&'b Barrier);

impl Drop for WaitOnDrop<'_> {
    fn drop(&mut self) {
        self.0.wait();
    }
}

#[test]
fn resets_under_load_lose_no_live_block() {
    let _alone = alone();
    let recording = Recorder::all().start();
    let control = |_| {
        recording.reset();
        let snapshot = Snapshot::take();
        for trace in snapshot.traces() {
            let (live, total) = (trace.live_amount(), trace.total_amount());
            assert!(live.blocks <= total.blocks && live.size <= total.size, "{live:?} {total:?}");
        }
    };
    under_load(100, 30, control, |_| {
        recording.reset();
        let all = [Metric::LiveBlocks, Metric::TotalBlocks, Metric::PeakBlocks];
        assert_eq!(sums(all), [400, 400, 400]);
    });
    assert_eq!(sum(&Snapshot::take(), Metric::LiveBlocks), 0);
    recording.stop();
}

#[test]
fn estimates_stay_unbiased_when_the_rate_changes_under_load() {
    const LARGEST: u64 = 16 << 10;
    let _alone = alone();
    let rates = [Recorder::all(), Recorder::sampled_every(LARGEST), Recorder::sampled_every(700)];
    let mut recording = rates[0].start();
    // Where the standard library is not optimised, it has more than ten frames below the marked one.
    let control = |turn: usize| recording.change(rates[(turn + 1) % 3].max_depth(20 + turn as u32 % 7));
    under_load(0, 60, control, |blocks| {
        let [live, size, count] = sums([Metric::LiveBlocks, Metric::TotalSize, Metric::TotalBlocks]);
        // A block that was recorded at one rate is freed at another.
        assert_eq!(live, 0);
        // Six standard deviations, if all were sampled at the largest interval.
        let weight = -1.0 / (-(SIZE as f64) / LARGEST as f64).exp_m1();
        let deviation = (blocks as f64 * weight).sqrt();
        for estimate in [count as f64, size as f64 / SIZE as f64] {
            assert!((estimate - blocks as f64).abs() <= 6.0 * deviation, "{estimate} of {blocks}");
        }
    });
    drop(recording);
}
