//! The memory that names take, and whose it is.

use std::hint::black_box;

use deep_size_track::{
    By, Measured, Recorder, Snapshot, TrackingAllocator, forget_names, measure, process, tracker_size,
};

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

// Without the test harness, whose main thread may allocate at any time.
fn main() {
    names_take_little_memory_which_is_the_trackers_own();
    forgotten_names_are_freed_once_nothing_uses_them();
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

fn forgotten_names_are_freed_once_nothing_uses_them() {
    let take = || {
        let recording = Recorder::all().start();
        let kept = black_box((vec![1_u8; 1000], String::from("text"), Box::new(5)));
        let snapshot = Snapshot::take_with_blocks();
        drop(kept);
        recording.stop();
        snapshot
    };
    let print = |snapshot: &Snapshot| snapshot.statistics(By::Trace).top(100).to_string();
    print(&take());
    forget_names();
    let (start, live) = (tracker_size(), process().live_size);

    // The snapshot keeps its names.
    let snapshot = take();
    let taken = tracker_size();
    let printed = print(&snapshot);
    let first = tracker_size() - taken;
    assert!(printed.contains("names.rs") && first > 1000, "{first}\n{printed}");
    forget_names();
    let kept = tracker_size() - taken;
    assert!((1000..first).contains(&kept), "{kept} of {first}");
    assert_eq!(print(&snapshot), printed);
    assert_eq!(tracker_size(), taken + kept);
    drop((snapshot, printed));
    assert_eq!(tracker_size(), start);

    // The cache keeps them by default, and later snapshots use them.
    let sizes = [(); 2].map(|()| {
        let again = take();
        let before = tracker_size();
        let Measured { usage, .. } = measure(|| drop(again.statistics(By::Trace)));
        assert_eq!(usage.allocated_size, 0);
        let names = tracker_size() - before;
        drop(again);
        (names, tracker_size())
    });
    assert!(sizes[1].0 < sizes[0].0 / 2, "{sizes:?}");
    assert!(sizes[0].1 > start + 1000 && sizes[0].1 == sizes[1].1, "{sizes:?}");

    // Statistics, frames and tracebacks share the names of their snapshot.
    let snapshot = take();
    let statistics = snapshot.statistics(By::Line);
    let trace = snapshot.traces().next().unwrap();
    let (frame, traceback) = (trace.frames().next().unwrap().clone(), trace.traceback());
    let (text, lines, line) = (statistics.to_string(), traceback.to_string(), frame.to_string());
    drop(snapshot);
    forget_names();
    assert_eq!((statistics.to_string(), traceback.to_string(), frame.to_string()), (text, lines, line));
    assert!(tracker_size() > start);
    drop((statistics, traceback, frame));
    assert_eq!((tracker_size(), process().live_size), (start, live));
}
