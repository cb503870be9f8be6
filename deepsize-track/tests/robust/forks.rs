//! Forks while other threads allocate and record.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use deep_size_track::{Profile, Recorder, Scope, Snapshot, process};

use crate::alone::{alone, live_of, marked_block};

const FORKS: usize = 30;

/// Runs in the child. Apart from the tracker, it uses only what is allowed in the child of a multi-threaded program.
fn in_the_child() -> bool {
    let before = process();
    let held: [Vec<u8>; 50] = std::array::from_fn(|size| marked_block(1000 + size));
    let snapshot = Snapshot::take();
    // The parent has already looked up these names.
    let frames = snapshot.traces().map(|trace| trace.frames().count()).sum::<usize>();
    // Folded traces have no names.
    let folded = snapshot.other().map_or(0, |other| other.live_amount().blocks);
    let recorded =
        snapshot.is_recorded() && frames > 0 && live_of(&snapshot, "marked_block").1 + folded >= 50;
    drop(held);
    let recording = Recorder::all().max_depth(3).max_traces(1).start();
    drop(black_box(marked_block(100)));
    recording.stop();
    recorded && process().total.allocated_blocks >= before.total.allocated_blocks + 50
}

#[test]
fn a_forked_child_can_allocate_record_and_take_snapshots() {
    let _alone = alone();
    [10_000, 16].into_iter().for_each(forks_with_a_limit);
}

fn forks_with_a_limit(max_traces: u32) {
    let recording = Recorder::all().max_traces(max_traces).start();
    drop(marked_block(10));
    live_of(&Snapshot::take(), "marked_block");
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        for turn in 0..4 {
            let is_over = &is_over;
            scope.spawn(move || {
                while !is_over.load(Relaxed) {
                    let held: Vec<_> = (1..50).map(marked_block).collect();
                    if turn == 0 {
                        black_box(live_of(&Snapshot::take(), "marked_block"));
                    }
                    if turn == 1 {
                        Recorder::sampled().max_traces(max_traces).start().stop();
                    }
                    drop(held);
                }
            });
        }
        for number in 0..FORKS {
            // SAFETY: the child does not return. Of things that another thread may hold at the fork, it uses only the allocator and
            // the tracker, which are under test.
            let child = unsafe { libc::fork() };
            if child == 0 {
                let is_well = in_the_child();
                // SAFETY: no cleanup is needed.
                unsafe { libc::_exit(if is_well { 0 } else { 3 }) };
            }
            let status = wait(child);
            if status != Some(0) {
                is_over.store(true, Relaxed);
            }
            assert_eq!(status, Some(0), "child {number}");
        }
        is_over.store(true, Relaxed);
    });
    recording.stop();
}

#[test]
fn a_forked_child_can_enter_scopes_and_end_while_its_parent_takes_profiles() {
    let _alone = alone();
    // A large tree, so that most forks find it locked by a profile.
    (0..2000_u32).for_each(|number| Scope::enter(number.to_string().leak()).end());
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Relaxed) {
                black_box(Profile::take().rows().len());
            }
        });
        let start = Instant::now();
        for number in 0..4 * FORKS {
            // SAFETY: the child does not return. Of things that another thread may hold at the fork, it uses only the tracker.
            let child = unsafe { libc::fork() };
            if child == 0 {
                (0..100).for_each(|_| Scope::enter("in the child").end());
                // SAFETY: no handler of the program takes a lock. The thread-local values are dropped.
                unsafe { libc::exit(0) };
            }
            let status = wait(child);
            if status != Some(0) {
                is_over.store(true, Relaxed);
            }
            assert_eq!(status, Some(0), "child {number}");
            // A child that finds a lock held waits a second for it.
            if start.elapsed() > Duration::from_secs(3) {
                break;
            }
        }
        is_over.store(true, Relaxed);
    });
}

/// The exit status of a child. Kills it if it hangs.
fn wait(child: libc::pid_t) -> Option<libc::c_int> {
    assert!(child > 0, "the fork succeeds");
    let start = Instant::now();
    let mut status = 0;
    while start.elapsed() < Duration::from_secs(20) {
        // SAFETY: `child` is a child of this process, and the pointer leads to a local variable.
        if unsafe { libc::waitpid(child, &raw mut status, libc::WNOHANG) } == child {
            return Some(status);
        }
        thread::sleep(Duration::from_micros(200));
    }
    // SAFETY: `child` is a child of this process that was not waited for.
    unsafe {
        libc::kill(child, libc::SIGKILL);
        libc::waitpid(child, &raw mut status, 0);
    }
    None
}
