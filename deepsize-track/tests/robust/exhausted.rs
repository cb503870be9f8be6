//! Failing allocations, of the program and of the tracker.

use std::alloc::{Layout, alloc, alloc_zeroed, dealloc, realloc};
use std::hint::black_box;

use deep_size_track::{Measured, Recorder, Snapshot, measure};

use crate::alone::{alone, live_of, marked_block};
use crate::inner::{self, Mood};

#[test]
fn failed_requests_do_not_count_and_a_block_that_cannot_be_resized_stays() {
    let _alone = alone();
    let recording = Recorder::all().start();
    let layout = Layout::from_size_align(1000, 8).unwrap();
    let block = makes(layout);
    let before = Snapshot::take();
    assert_eq!(live_of(&before, "exhausted::makes"), (1000, 1));
    let Measured { usage, .. } = measure(|| {
        inner::set(Mood::Small { most: 0 });
        // SAFETY: the layouts have a size, and all results are null.
        let failed = unsafe { [alloc(layout), alloc_zeroed(layout), realloc(block, layout, 2000)] };
        inner::set(Mood::Good);
        assert!(black_box(failed).iter().all(|block| block.is_null()));
    });
    assert_eq!((usage.allocated_size, usage.freed_size, usage.reallocations, usage.peak_size), (0, 0, 0, 0));
    let after = Snapshot::take();
    assert_eq!(live_of(&after, "exhausted::makes"), (1000, 1));
    let totals = |snapshot: &Snapshot| {
        let ours = snapshot
            .traces()
            .find(|trace| trace.live_amount().size == 1000 && trace.total_amount().blocks == 1);
        ours.map(|trace| (trace.total_amount(), trace.lifetime_sum()))
    };
    assert_eq!(totals(&before), totals(&after), "the block is neither allocated twice nor freed");
    // SAFETY: the block was allocated with this layout.
    unsafe { dealloc(block, layout) };
    assert_eq!(live_of(&Snapshot::take(), "exhausted::makes"), (0, 0));
    recording.stop();
}

#[inline(never)]
fn makes(layout: Layout) -> *mut u8 {
    // SAFETY: the layout has a size.
    let block = unsafe { alloc(layout) };
    assert!(!block.is_null());
    block
}

/// Allocates at some depth of recursion, so that each depth is a call site.
#[inline(never)]
fn at_depth(depth: usize) -> Vec<u8> {
    if depth == 0 { marked_block(64) } else { black_box(at_depth(depth - 1)) }
}

/// The live bytes and blocks that a function allocated. Blocks whose trace did not fit are recorded without it, so they count too.
fn live_or_other(function: &str) -> (u64, u64) {
    let snapshot = Snapshot::take();
    let (traced, other) = (live_of(&snapshot, function), snapshot.other().map(|other| other.live_amount()));
    other.map_or(traced, |other| (traced.0 + other.size, traced.1 + other.blocks))
}

#[test]
fn blocks_that_cannot_be_recorded_are_counted_as_lost() {
    let _alone = alone();
    let lost_before = Snapshot::take().lost_count();
    let recording = Recorder::all().max_depth(128).start();
    let mut held: Vec<Vec<u8>> = Vec::with_capacity(100_000);
    // Blocks of 64 bytes are available, but no table of records, and no trace.
    inner::set(Mood::Small { most: 64 });
    for number in 0..50_000 {
        held.push(at_depth(number % 90));
    }
    inner::set(Mood::Good);
    let lost = recording.lost_count();
    assert!(lost > 0 && inner::failed() > 0, "{lost} lost");
    assert_eq!(Snapshot::take().lost_count(), lost_before + lost, "a snapshot counts them");
    let live = || live_or_other("marked_block");
    let (bytes, blocks) = live();
    assert_eq!((bytes, blocks), (64 * blocks, 50_000 - lost), "all other blocks are recorded");
    drop(held);
    assert_eq!(live(), (0, 0));
    recording.stop();
}

#[test]
fn intermittent_failures_do_no_harm() {
    let _alone = alone();
    for one_in in [2, 3, 7] {
        let recording = Recorder::all().start();
        let layout = Layout::from_size_align(48, 8).unwrap();
        let mut held = Vec::with_capacity(20_000);
        inner::set(Mood::Fails { one_in });
        for number in 0..20_000 {
            // SAFETY: the layout has a size, and blocks are resized and freed with the layout they have.
            unsafe {
                let block = alloc(layout);
                if !block.is_null() {
                    let moved = if number % 3 == 0 { realloc(block, layout, 96) } else { block };
                    match (moved.is_null(), number % 3) {
                        (true, _) => dealloc(block, layout),
                        (false, 0) => dealloc(moved, Layout::from_size_align_unchecked(96, 8)),
                        (false, _) => held.push(moved),
                    }
                }
            }
        }
        inner::set(Mood::Good);
        let recorded = live_or_other("intermittent_failures").1;
        // `held` itself is one of the blocks.
        assert!(recorded <= 1 + held.len() as u64 && recorded + recording.lost_count() > held.len() as u64);
        for block in held {
            // SAFETY: all held blocks were allocated with this layout.
            unsafe { dealloc(block, layout) };
        }
        assert_eq!(live_or_other("intermittent_failures"), (0, 0));
        recording.stop();
    }
}

#[test]
fn a_recording_that_cannot_begin_records_nothing() {
    let _alone = alone();
    let recordings: Vec<_> = {
        let mut recordings = Vec::with_capacity(1000);
        inner::set(Mood::Small { most: 0 });
        (0..1000).for_each(|_| recordings.push(Recorder::all().start()));
        inner::set(Mood::Good);
        recordings
    };
    let block = marked_block(100);
    drop(recordings);
    let recording = Recorder::all().start();
    assert!(recording.is_running());
    assert_eq!(live_of(&Snapshot::take(), "marked_block"), (0, 0), "the block is older than the recording");
    drop(block);
}

#[test]
fn an_allocator_may_allocate_through_the_tracker() {
    let _alone = alone();
    let recording = Recorder::all().start();
    inner::set(Mood::Reenters);
    let held: Vec<_> = (0..1000).map(marked_block).collect();
    let Measured { usage, .. } = measure(|| drop(marked_block(10)));
    inner::set(Mood::Good);
    // The allocator itself allocates 24 bytes for each request and each free.
    assert_eq!((usage.allocated_size, usage.freed_size, usage.net_blocks()), (58, 58, 0));
    assert_eq!(live_of(&Snapshot::take(), "marked_block"), (999 * 1000 / 2, 999));
    assert_eq!(recording.lost_count(), 0);
    drop(held);
    assert_eq!(live_of(&Snapshot::take(), "marked_block"), (0, 0));
}

#[test]
fn no_request_has_size_zero() {
    let _alone = alone();
    let recording = Recorder::all().start();
    let before = inner::empty_requests();
    drop((Box::new(()), Vec::<u8>::new(), Vec::<()>::with_capacity(10), marked_block(10)));
    drop(Snapshot::take());
    recording.stop();
    assert_eq!(inner::empty_requests(), before);
}

#[test]
fn blocks_of_any_alignment_are_recorded() {
    let _alone = alone();
    let recording = Recorder::all().start();
    for power in 0..=26 {
        let layout = Layout::from_size_align(24, 1 << power).unwrap();
        let block = makes(layout);
        assert_eq!(block.addr() % layout.align(), 0);
        assert_eq!(live_of(&Snapshot::take(), "exhausted::makes"), (24, 1), "2^{power}");
        // SAFETY: the block was allocated with this layout.
        unsafe { dealloc(block, layout) };
    }
    assert_eq!(live_of(&Snapshot::take(), "exhausted::makes"), (0, 0));
    recording.stop();
}
