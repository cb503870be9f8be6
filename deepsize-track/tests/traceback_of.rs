//! The call stacks of single blocks.
#![cfg(feature = "sites")]

use std::collections::HashSet;
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;

use deep_size_track::{Measured, Recorder, Snapshot, TrackingAllocator, measure, traceback_of};

mod shared;
use shared::{alone, random};

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

#[inline(never)]
fn makes_first(size: usize) -> Vec<u8> {
    black_box(Vec::with_capacity(size))
}

#[inline(never)]
fn makes_second(size: usize) -> Vec<u8> {
    let mut made = black_box(Vec::with_capacity(size));
    made.push(1);
    made
}

type Maker = (&'static str, fn(usize) -> Vec<u8>);

const MAKERS: [Maker; 2] =
    [("traceback_of::makes_first", makes_first), ("traceback_of::makes_second", makes_second)];

/// The function that allocated the block around an address.
fn maker<T: ?Sized>(pointer: *const T) -> Option<String> {
    traceback_of(pointer).map(|traceback| traceback.frames()[0].function().to_owned())
}

#[test]
fn each_address_of_a_live_block_has_its_trace() {
    let _alone = alone();
    let mut random = random();
    let recording = Recorder::all().start();
    let mut held: Vec<(usize, Vec<u8>)> = Vec::new();
    for _ in 0..500 {
        let (which, size) = (random(2), 1 + random(3000));
        held.push((which, MAKERS[which].1(size)));
        if random(3) == 0 {
            drop(held.swap_remove(random(held.len())));
        }
    }
    let snapshot = Snapshot::take_with_blocks();
    for (which, block) in &held {
        let start = block.as_ptr();
        let inside = start.wrapping_add(random(block.capacity()));
        let last = start.wrapping_add(block.capacity() - 1);
        for pointer in [start, inside, last] {
            assert_eq!(maker(pointer).as_deref(), Some(MAKERS[*which].0));
        }
        let recorded = snapshot.blocks().find(|found| found.address() == start.addr()).unwrap();
        assert_eq!(traceback_of(start).unwrap().to_string(), recorded.trace().to_string());
        // Behind the end, there may be another block, but not this one.
        let end = start.wrapping_add(block.capacity()).addr();
        let behind =
            snapshot.blocks().find(|found| (found.address()..found.address() + found.size()).contains(&end));
        assert_eq!(traceback_of(end as *const u8).is_some(), behind.is_some());
    }
    let local = 0_u8;
    for pointer in [&raw const local, std::ptr::null(), std::ptr::dangling(), usize::MAX as *const u8] {
        assert!(traceback_of(pointer).is_none());
    }
    recording.stop();
    assert!(held.iter().all(|(_, block)| traceback_of(block.as_ptr()).is_none()), "nothing is recorded");
}

#[test]
fn freed_and_resized_blocks_have_their_latest_trace() {
    let _alone = alone();
    let _recording = Recorder::all().start();
    let mut block = makes_first(100);
    assert_eq!(maker(block.as_ptr()).as_deref(), Some(MAKERS[0].0));
    #[inline(never)]
    fn grows(block: &mut Vec<u8>) {
        block.reserve_exact(black_box(5000));
    }
    grows(&mut block);
    assert!(maker(block.as_ptr()).unwrap().ends_with("grows"));
    let address = block.as_ptr();
    drop(block);
    assert!(traceback_of(address).is_none());
    // The value of an `Arc` is inside its block.
    let shared: Arc<[u8]> = vec![1; 50].into();
    assert!(maker(&*shared).unwrap().starts_with("traceback_of::freed_and_resized"));
}

#[test]
fn a_sampled_recording_has_the_sampled_blocks_only() {
    let _alone = alone();
    let _recording = Recorder::sampled_every(1000).start();
    let held: Vec<Vec<u8>> = (0..2000).map(|_| makes_first(100)).collect();
    let snapshot = Snapshot::take_with_blocks();
    let sampled: HashSet<usize> = snapshot.blocks().map(|block| block.address()).collect();
    let found = held.iter().filter(|block| maker(block.as_ptr()).as_deref() == Some(MAKERS[0].0)).count();
    assert_eq!(found, held.iter().filter(|block| sampled.contains(&block.as_ptr().addr())).count());
    assert!((50..500).contains(&found), "{found}");
}

#[test]
fn threads_look_up_their_own_and_other_blocks() {
    let _alone = alone();
    let _recording = Recorder::all().start();
    let (shared, done) = (makes_second(10), AtomicUsize::new(0));
    thread::scope(|scope| {
        for seed in 0..4 {
            let (shared, done) = (&shared, &done);
            scope.spawn(move || {
                for turn in 0..100 {
                    let (name, make) = MAKERS[(seed + turn) % 2];
                    let block = make(10 + turn);
                    assert_eq!(maker(block.as_ptr().wrapping_add(turn)).as_deref(), Some(name));
                    assert_eq!(maker(shared.as_ptr()).as_deref(), Some(MAKERS[1].0));
                    done.fetch_add(1, Relaxed);
                }
            });
        }
    });
    assert_eq!(done.into_inner(), 400);
}

#[test]
fn a_traceback_is_the_trackers_own_memory_and_may_be_empty() {
    let _alone = alone();
    let _recording = Recorder::all().max_depth(0).start();
    let block = makes_first(10);
    assert_eq!(traceback_of(block.as_ptr()).unwrap().to_string(), "  In <unknown>");
    let Measured { usage, .. } = measure(|| drop(traceback_of(block.as_ptr())));
    assert_eq!((usage.allocated_size, usage.freed_size), (0, 0));
}
