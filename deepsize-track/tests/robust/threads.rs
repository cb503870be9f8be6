//! Threads that begin, end and panic while blocks are recorded.

use std::cell::RefCell;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;

use deep_size_track::{Recorder, Region, Snapshot, tracker_size};

use crate::alone::{alone, live_of, marked_block};

#[test]
fn recordings_begin_and_end_while_threads_allocate() {
    let _alone = alone();
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        for seed in 0..8 {
            let is_over = &is_over;
            scope.spawn(move || {
                let mut held: Vec<Vec<u8>> = vec![Vec::new(); 64];
                for number in 0.. {
                    if is_over.load(Relaxed) {
                        break;
                    }
                    held[(number * 7 + seed) % 64] = marked_block(1 + number % 500);
                }
            });
        }
        for number in 0..300 {
            let recording = if number % 3 == 0 {
                Recorder::sampled_every(100).start()
            } else {
                Recorder::all().max_depth(3).start()
            };
            let overlapping = (number % 5 == 0).then(|| Recorder::all().start());
            if number % 10 == 0 {
                drop(black_box(Snapshot::take()));
            }
            drop((recording, overlapping));
            let after = Snapshot::take();
            assert_eq!((after.is_recorded(), after.traces().count()), (false, 0));
        }
        is_over.store(true, Relaxed);
    });
    // A new recording has no records of blocks from earlier ones.
    let recording = Recorder::all().start();
    assert_eq!(live_of(&Snapshot::take(), "marked_block"), (0, 0));
    let held: Vec<_> = (0..100).map(|_| marked_block(100)).collect();
    assert_eq!(live_of(&Snapshot::take(), "marked_block"), (10_000, 100));
    drop(held);
    assert_eq!(live_of(&Snapshot::take(), "marked_block"), (0, 0));
    recording.stop();
}

#[test]
fn the_end_of_a_recording_frees_its_records() {
    let _alone = alone();
    // Names are never freed, so the first turn only fills their cache.
    let hold = |count: usize| {
        let recording = Recorder::all().start();
        let held: Vec<_> = (0..count).map(|_| marked_block(8)).collect();
        drop(Snapshot::take());
        let own = tracker_size();
        drop(held);
        recording.stop();
        own
    };
    let (mut before, mut during) = (0, 0);
    let is_freed = (0..black_box(20)).any(|_| {
        // Equal once the loop has no new call sites.
        before = tracker_size();
        during = hold(20_000);
        tracker_size() == before
    });
    assert!(is_freed, "{before} bytes, and {} later", tracker_size());
    // The docs of `tracker_size` say 75 to 150 on 64-bit targets. The snapshot takes a little more.
    let each = (during - before) as f64 / 20_000.0;
    let least = if cfg!(target_pointer_width = "64") { 74.0 } else { 37.0 };
    assert!((least..151.0).contains(&each), "{each} bytes for each block");
}

#[inline(never)]
fn at_depth(depth: usize) -> usize {
    if depth == 0 {
        drop(marked_block(1));
        return 0;
    }
    black_box(at_depth(depth - 1)) + 1
}

#[test]
fn a_call_site_takes_at_most_550_bytes() {
    let _alone = alone();
    let recording = Recorder::all().max_depth(128).start();
    let before = tracker_size();
    (0..1000).for_each(|turn| _ = at_depth(turn % 100));
    let taken = tracker_size() - before;
    let snapshot = Snapshot::take();
    let ours = snapshot
        .traces()
        .filter(|trace| trace.total_amount().blocks == 10 && trace.live_amount().blocks == 0);
    let (sites, frames) = ours.fold((0, 0), |sum, trace| (sum.0 + 1, sum.1 + trace.addresses().len() as u64));
    assert!(sites >= 100, "{sites} call sites");
    let word = size_of::<usize>() as u64;
    let each = (taken - word * frames) / sites;
    assert!((11 * word..=550).contains(&each), "{each} bytes for each call site");
    recording.stop();
}

thread_local! {
    static LATE: RefCell<Late> = const { RefCell::new(Late(Vec::new())) };
}

/// Allocates, frees and takes a snapshot while its thread drops its thread-local values.
struct Late(Vec<Vec<u8>>);

impl Drop for Late {
    fn drop(&mut self) {
        for size in 1..100 {
            self.0.push(marked_block(size));
            self.0.last_mut().into_iter().for_each(|block| block.reserve(1000));
        }
        self.0.truncate(10);
        drop(black_box(Snapshot::take()));
        Recorder::all().start().stop();
        let region = Region::begin();
        drop(marked_block(10));
        drop(region);
    }
}

#[test]
fn threads_are_recorded_until_they_are_gone() {
    let _alone = alone();
    let recording = Recorder::all().start();
    for round in 0..20 {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                thread::spawn(move || {
                    if round % 2 == 0 {
                        drop(marked_block(10));
                    }
                    LATE.with_borrow_mut(|late| late.0.push(marked_block(5)));
                })
            })
            .collect();
        threads.into_iter().for_each(|thread| thread.join().expect("the thread does not panic"));
    }
    assert_eq!(live_of(&Snapshot::take(), "marked_block"), (0, 0));
    assert_eq!(recording.lost_count(), 0);
    recording.stop();
}

#[test]
fn a_panic_leaves_nothing_behind() {
    let _alone = alone();
    for _ in 0..20 {
        let result = thread::spawn(|| {
            let recording = Recorder::all().start();
            let _held: Vec<_> = (0..100).map(marked_block).collect();
            let _snapshot = Snapshot::take();
            std::panic::resume_unwind(Box::new(recording.lost_count()));
        });
        assert!(result.join().is_err());
        assert!(!Snapshot::take().is_recorded());
    }
    let recording = Recorder::all().start();
    let result = std::panic::catch_unwind(|| {
        let _held: Vec<_> = (0..100).map(marked_block).collect();
        std::panic::resume_unwind(Box::new(marked_block(7)));
    });
    assert_eq!(live_of(&Snapshot::take(), "marked_block"), (7, 1), "only the panic's payload is live");
    drop(result);
    assert_eq!(live_of(&Snapshot::take(), "marked_block"), (0, 0));
    recording.stop();
}

#[test]
fn a_small_stack_suffices() {
    let _alone = alone();
    let recording = Recorder::all().max_depth(128).start();
    // The first snapshot looks up names, which needs a larger stack.
    live_of(&Snapshot::take(), "marked_block");
    let stack = libc::PTHREAD_STACK_MIN.max(16 << 10) + (16 << 10);
    for _ in 0..10 {
        let held = thread::Builder::new()
            .stack_size(stack)
            .spawn(|| (0..1000).map(|_| marked_block(100)).collect::<Vec<_>>())
            .expect("the thread starts")
            .join()
            .expect("the thread does not panic");
        assert_eq!(live_of(&Snapshot::take(), "marked_block"), (100_000, 1000));
        drop(held);
    }
    recording.stop();
}
