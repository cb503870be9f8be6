//! Code that continues on another stack.

use std::hint::black_box;

use corosensei::on_stack;
use corosensei::stack::{DefaultStack, Stack};
use deep_size_track::{Recorder, Snapshot, Trace};

use crate::alone::{alone, marked_block};

/// Runs on the thread's own stack.
#[inline(never)]
fn outermost(first: &mut DefaultStack, second: &mut DefaultStack, size: usize) -> Vec<u8> {
    black_box(on_stack(first, || on_the_first(second, size)))
}

#[inline(never)]
fn on_the_first(second: &mut DefaultStack, size: usize) -> Vec<u8> {
    black_box(on_stack(second, || on_the_second(size)))
}

#[inline(never)]
fn on_the_second(size: usize) -> Vec<u8> {
    black_box(marked_block(size))
}

#[test]
fn a_trace_continues_across_stacks_at_any_address() {
    let _alone = alone();
    let mut stacks = [(); 2].map(|()| DefaultStack::new(1 << 20).expect("memory suffices for stacks"));
    stacks.sort_by_key(Stack::base);
    let [lower, upper] = &mut stacks;
    let recording = Recorder::all().max_depth(128).start();
    let held = [outermost(upper, lower, 100), outermost(lower, upper, 1000)];
    let snapshot = Snapshot::take();
    // Compares the end of the name: closures have longer names, and run on the next stack.
    let passes = |trace: Trace<'_>, name: &str| trace.frames().any(|frame| frame.function().ends_with(name));
    let marked: Vec<_> = snapshot.traces().filter(|&trace| passes(trace, "marked_block")).collect();
    assert_eq!(marked.iter().map(|trace| trace.live_amount().size).sum::<u64>(), 1100);
    for trace in marked {
        for function in ["on_the_second", "on_the_first", "outermost"] {
            assert!(passes(trace, function), "{function} is missing:\n{trace:#}");
        }
    }
    drop(held);
    recording.stop();
}
