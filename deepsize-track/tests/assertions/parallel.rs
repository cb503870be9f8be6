//! Assertions on many threads at once.

use std::sync::Barrier;
use std::thread;

use deep_size_track::{assert_allocations, assert_no_allocation};

use super::{bytes, failure};

#[test]
fn assertions_of_many_threads_do_not_disturb_each_other() {
    const THREADS: usize = 8;
    let barrier = Barrier::new(THREADS);
    thread::scope(|threads| {
        for number in 0..THREADS {
            let barrier = &barrier;
            threads.spawn(move || {
                barrier.wait();
                for turn in 0..200 {
                    let size = 1 + number * 1000 + turn;
                    if number % 2 == 0 {
                        assert_no_allocation!((0..size).sum::<usize>());
                    }
                    assert_allocations!(drop(bytes(size)), == size, blocks == 1, peak == size, net == 0);
                    if turn % 50 == 0 {
                        let message = failure(|| assert_allocations!(drop(bytes(size)), == size + 1));
                        assert!(
                            message.lines().count() == if cfg!(feature = "sites") { 3 } else { 2 },
                            "{message}"
                        );
                    }
                    #[cfg(feature = "sites")]
                    deep_size_track::assert_size!(bytes(size), |block| size_of_val(block) + block.capacity());
                }
            });
        }
    });
}

#[cfg(feature = "sites")]
#[test]
fn a_recording_of_another_test_goes_on() {
    use deep_size_track::{Recorder, Snapshot};

    let recording = Recorder::all().start();
    let kept = bytes(54_321);
    for _ in 0..10 {
        thread::spawn(|| assert_allocations!(drop(bytes(10)), == 10)).join().expect("the assertion holds");
    }
    assert!(recording.is_running() && recording.lost_count() == 0);
    assert!(Snapshot::take().live_amount().size >= 54_321);
    drop(kept);
}

/// Values of other threads are freed and allocated while this thread builds.
#[cfg(feature = "sites")]
#[test]
fn blocks_that_change_threads_do_not_count() {
    use std::sync::mpsc;

    let (give, take) = mpsc::channel::<Vec<u8>>();
    let (answer, answers) = mpsc::channel();
    let worker = thread::spawn(move || {
        for block in take {
            drop(block);
            answer.send(bytes(777)).expect("the test waits");
        }
    });
    // The first messages allocate blocks of the channel.
    let build = || {
        for size in 0..100 {
            give.send(bytes(size)).expect("the worker runs");
            drop(answers.recv());
        }
        bytes(50)
    };
    build();
    let foreign = std::cell::Cell::new(None);
    deep_size_track::assert_size!(
        {
            let block = bytes(33);
            foreign.set(Some({
                give.send(Vec::new()).expect("the worker runs");
                answers.recv().expect("the worker answers")
            }));
            block
        },
        |block| block.capacity() + size_of::<Vec<u8>>()
    );
    drop(give);
    worker.join().expect("the worker does not panic");
}
