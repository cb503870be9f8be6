//! Threads that begin, end and panic while blocks are recorded.

use std::cell::RefCell;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;

use deep_size_track::{Recorder, Region, Snapshot, own_bytes};

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
                Recorder::sampled_by(100).start()
            } else {
                Recorder::all().depth(3).start()
            };
            let overlapping = (number % 5 == 0).then(|| Recorder::all().start());
            if number % 10 == 0 {
                black_box(Snapshot::take());
            }
            drop((recording, overlapping));
            let after = Snapshot::take();
            assert_eq!((after.is_recorded(), after.traces().count()), (false, 0));
        }
        is_over.store(true, Relaxed);
    });
    // What threads held at the end of one recording is not known to the next.
    let recording = Recorder::all().start();
    assert_eq!(live_of(&Snapshot::take(), "marked_block"), (0, 0));
    let held: Vec<_> = (0..100).map(|_| marked_block(100)).collect();
    assert_eq!(live_of(&Snapshot::take(), "marked_block"), (10_000, 100));
    drop(held);
    assert_eq!(live_of(&Snapshot::take(), "marked_block"), (0, 0));
    recording.stop();
}

#[test]
fn the_end_gives_back_what_was_held_for_records() {
    let _alone = alone();
    // Places and names are kept for good, so that they have to be there.
    let hold = |count: usize| {
        let recording = Recorder::all().start();
        let held: Vec<_> = (0..count).map(|_| marked_block(8)).collect();
        drop(Snapshot::take());
        let own = own_bytes();
        drop(held);
        recording.stop();
        own
    };
    let (mut before, mut during) = (0, 0);
    let is_given_back = (0..black_box(20)).any(|_| {
        // Once no call in this loop is a new place.
        before = own_bytes();
        during = hold(20_000);
        own_bytes() == before
    });
    assert!(is_given_back, "{before} bytes, and {} later", own_bytes());
    // As the docs of `own_bytes` have it, but for what the snapshot took.
    let each = (during - before) as f64 / 20_000.0;
    assert!((74.0..151.0).contains(&each), "{each} bytes for each block");
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
fn a_place_takes_as_much_as_the_docs_say() {
    let _alone = alone();
    let recording = Recorder::all().depth(128).start();
    let before = own_bytes();
    (0..1000).for_each(|turn| _ = at_depth(turn % 100));
    let taken = own_bytes() - before;
    let snapshot = Snapshot::take();
    let ours = snapshot.traces().filter(|trace| trace.total().blocks == 10 && trace.live().blocks == 0);
    let (places, frames) =
        ours.fold((0, 0), |sum, trace| (sum.0 + 1, sum.1 + trace.addresses().len() as u64));
    assert!(places >= 100, "{places} places");
    let each = (taken - 8 * frames) / places;
    assert!((88..=250).contains(&each), "{each} bytes for each place");
    recording.stop();
}

thread_local! {
    static LATE: RefCell<Late> = const { RefCell::new(Late(Vec::new())) };
}

/// Allocates, frees and looks while its thread ends.
struct Late(Vec<Vec<u8>>);

impl Drop for Late {
    fn drop(&mut self) {
        for size in 1..100 {
            self.0.push(marked_block(size));
            self.0.last_mut().into_iter().for_each(|block| block.reserve(1000));
        }
        self.0.truncate(10);
        black_box(Snapshot::take());
        Recorder::all().start().stop();
        let region = Region::begin();
        drop(marked_block(10));
        drop(region);
    }
}

#[test]
fn threads_are_recorded_to_their_very_end() {
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
        threads.into_iter().for_each(|thread| thread.join().expect("it ends well"));
    }
    assert_eq!(live_of(&Snapshot::take(), "marked_block"), (0, 0));
    assert_eq!(recording.lost(), 0);
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
            std::panic::resume_unwind(Box::new(recording.lost()));
        });
        assert!(result.join().is_err());
        assert!(!Snapshot::take().is_recorded());
    }
    let recording = Recorder::all().start();
    let result = std::panic::catch_unwind(|| {
        let _held: Vec<_> = (0..100).map(marked_block).collect();
        std::panic::resume_unwind(Box::new(marked_block(7)));
    });
    assert_eq!(live_of(&Snapshot::take(), "marked_block"), (7, 1), "what the panic carries");
    drop(result);
    assert_eq!(live_of(&Snapshot::take(), "marked_block"), (0, 0));
    recording.stop();
}

#[test]
fn a_small_stack_is_enough() {
    let _alone = alone();
    let recording = Recorder::all().depth(128).start();
    // For a new place, a new table and the first snapshot of names all is done by then.
    live_of(&Snapshot::take(), "marked_block");
    let stack = libc::PTHREAD_STACK_MIN + (16 << 10);
    for _ in 0..10 {
        let held = thread::Builder::new()
            .stack_size(stack)
            .spawn(|| (0..1000).map(|_| marked_block(100)).collect::<Vec<_>>())
            .expect("threads can be made")
            .join()
            .expect("it ends well");
        assert_eq!(live_of(&Snapshot::take(), "marked_block"), (100_000, 1000));
        drop(held);
    }
    recording.stop();
}
