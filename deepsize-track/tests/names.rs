//! The memory that names take, and whose it is.

use std::hint::black_box;

use deep_size_track::{By, Measured, Recorder, Snapshot, TrackingAllocator, measure, process, tracker_size};

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

// Without the test harness, whose main thread may allocate at any time.
fn main() {
    names_take_little_memory_which_is_the_trackers_own();
}

fn names_take_little_memory_which_is_the_trackers_own() {
    // The first call makes the cache.
    backtrace::clear_symbol_cache();
    let recording = Recorder::all().start();
    let kept = black_box(vec![1_u8; 1000]);
    let snapshot = Snapshot::take();
    recording.stop();
    let before = tracker_size();
    let (at_first, live) = (snapshot.tracker_size(), process().live_size);
    let Measured { value: statistics, usage } = measure(|| snapshot.statistics(By::Line));
    assert_eq!((usage.allocated_size, usage.freed_size), (0, 0));
    let printed = statistics.to_string();
    drop(statistics);
    let names = tracker_size() - before;
    assert!((1..1 << 20).contains(&names), "{names}");
    // The printed line includes the names.
    assert_eq!(snapshot.tracker_size(), at_first + names);
    let line = printed.lines().find_map(|line| line.strip_prefix("tracker's own memory: ")).unwrap();
    assert_eq!(line, format!("{:.1} KiB", (at_first + names) as f64 / 1024.0), "{printed}");
    // The program may use the same libraries, and clear their caches.
    let Measured { usage, .. } = measure(backtrace::clear_symbol_cache);
    assert_eq!((usage.allocated_size, usage.freed_size), (0, 0));
    drop(printed);
    assert_eq!(process().live_size, live);
    drop(kept);
}
