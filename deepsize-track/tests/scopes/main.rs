//! Profiles of scopes, compared with the allocations of the test.

mod attribute;
mod ends;
#[path = "../eventually/mod.rs"]
mod eventually;
mod random;

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::sync::{Barrier, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::thread;

use deep_size_track::{
    Measured, Profile, Row, Scope, TrackingAllocator, measure, process, scope, tracker_size,
};

use eventually::eventually;

/// Counts independently, below the tracker.
struct Truth;

static BYTES: AtomicI64 = AtomicI64::new(0);

// SAFETY: every call is forwarded to `System`.
unsafe impl GlobalAlloc for Truth {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BYTES.fetch_add(layout.size() as i64, Relaxed);
        // SAFETY: the caller keeps the contract, which is also that of `System`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        BYTES.fetch_sub(layout.size() as i64, Relaxed);
        // SAFETY: the caller keeps the contract, which is also that of `System`.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: TrackingAllocator<Truth> = TrackingAllocator::new(Truth);

static ALONE: RwLock<()> = RwLock::new(());

/// Runs a test alone, because it reads figures of the whole process.
fn alone() -> RwLockWriteGuard<'static, ()> {
    ALONE.write().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn together() -> RwLockReadGuard<'static, ()> {
    ALONE.read().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[track_caller]
fn row(path: &[&str]) -> Row {
    *Profile::take().find(path).unwrap_or_else(|| panic!("{path:?} was not entered:\n{}", Profile::take()))
}

/// Calls, allocated bytes, freed bytes, peak, and bytes allocated by the scope itself.
#[track_caller]
fn figures(path: &[&str]) -> (u64, u64, u64, u64, u64) {
    let Row { calls, allocated_size, freed_size, peak_size, self_allocated_size, .. } = row(path);
    (calls, allocated_size, freed_size, peak_size, self_allocated_size)
}

fn bytes(size: usize) -> Vec<u8> {
    black_box(Vec::with_capacity(size))
}

#[test]
fn scopes_nest_and_add_up() {
    let _together = together();
    for call in 1..=3 {
        scope!("nest");
        let kept = bytes(100 * call);
        for _ in 0..2 {
            let inner = scope!("nest inner", {
                drop(bytes(5000));
                bytes(10)
            });
            drop(inner);
        }
        // The same name on another path is another row.
        Scope::run("nest other", || scope!("nest inner", drop(bytes(7))));
        drop(kept);
    }
    let (all, inner) = (600, 6 * 5010);
    assert_eq!(figures(&["nest"]), (3, all + inner + 21, all + inner + 21, 5300, all));
    assert_eq!(figures(&["nest", "nest inner"]), (6, inner, 6 * 5000, 5000, inner));
    assert_eq!(row(&["nest", "nest inner"]).net_size(), 60);
    assert_eq!(figures(&["nest", "nest other"]), (3, 21, 21, 7, 0));
    assert_eq!(figures(&["nest", "nest other", "nest inner"]), (3, 21, 21, 7, 21));
    assert!(Profile::take().find(&["nest inner"]).is_none());
}

#[test]
fn a_peak_belongs_to_one_call_and_is_above_its_start() {
    let _together = together();
    let before = bytes(1_000_000);
    let mut held = Vec::with_capacity(3);
    for size in [10, 3000, 20] {
        scope!("peak");
        drop(bytes(size));
        held.push(bytes(50));
        let Measured { usage, .. } = measure(|| drop(bytes(2 * size)));
        assert_eq!(usage.peak_size, 2 * size as u64);
    }
    assert_eq!(figures(&["peak"]), (3, 3 * 3030 + 150, 3 * 3030, 6050, 3 * 3030 + 150));
    scope!("frees", drop(before));
    assert_eq!((row(&["frees"]).net_size(), row(&["frees"]).peak_size), (-1_000_000, 0));
}

fn descend(depth: u64) {
    scope!("descend");
    let held = bytes(100);
    if depth > 0 {
        descend(depth - 1);
    }
    drop(held);
}

#[test]
fn a_recursive_scope_is_counted_once() {
    let _together = together();
    descend(9);
    assert_eq!(figures(&["descend"]), (10, 1000, 1000, 1000, 1000));
    descend(0);
    assert_eq!(figures(&["descend"]), (11, 1100, 1100, 1000, 1100));
}

fn even(depth: u64) {
    scope!("even");
    let _held = bytes(100);
    if depth > 0 {
        odd(depth - 1);
    }
}

fn odd(depth: u64) {
    scope!("odd");
    let _held = bytes(10);
    if depth > 0 {
        even(depth - 1);
    }
}

#[test]
fn mutually_recursive_scopes_are_counted_once() {
    let _together = together();
    even(9);
    assert_eq!(figures(&["even"]), (5, 550, 550, 550, 500));
    // The first call of `odd` is inside `even`, and includes all others.
    assert_eq!(figures(&["even", "odd"]), (5, 450, 450, 450, 50));
    let profile = Profile::take();
    let rows = profile.rows().iter().filter(|row| ["even", "odd"].contains(&row.name));
    assert_eq!(rows.count(), 2);
}

#[test]
fn threads_are_added_up_and_begin_at_the_root() {
    let _together = together();
    let barrier = Barrier::new(8);
    scope!("spawns", {
        thread::scope(|threads| {
            for _ in 0..8 {
                threads.spawn(|| {
                    barrier.wait();
                    for _ in 0..1000 {
                        scope!("thread");
                        drop(bytes(100));
                        scope!("thread inner", drop(bytes(10)));
                    }
                });
            }
        });
    });
    assert_eq!(figures(&["thread"]), (8000, 880_000, 880_000, 100, 800_000));
    assert_eq!(figures(&["thread", "thread inner"]), (8000, 80_000, 80_000, 10, 80_000));
    assert_eq!(row(&["spawns"]).calls, 1);
    assert!(Profile::take().find(&["spawns", "thread"]).is_none());
}

#[test]
fn open_calls_count_up_to_now() {
    let _together = together();
    let barrier = Barrier::new(2);
    thread::scope(|threads| {
        threads.spawn(|| {
            scope!("under way");
            let kept = bytes(100);
            drop(bytes(1000));
            let inner = Scope::enter("under way inside");
            drop(bytes(10));
            barrier.wait();
            barrier.wait();
            drop((inner, kept));
        });
        barrier.wait();
        assert_eq!(figures(&["under way"]), (1, 1110, 1010, 1100, 1100));
        assert_eq!(figures(&["under way", "under way inside"]), (1, 10, 10, 10, 10));
        barrier.wait();
    });
    assert_eq!(figures(&["under way"]), (1, 1110, 1110, 1100, 1100));
}

#[test]
fn many_scopes_are_distinct() {
    let _together = together();
    let names: Vec<&'static str> = (0..5000).map(|at| &*format!("many {at}").leak()).collect();
    scope!("many", {
        for turn in 0..3 {
            for (at, name) in names.iter().enumerate() {
                // Equal names are one scope, even at different addresses.
                let name: &'static str = if turn == 2 { name.to_string().leak() } else { name };
                Scope::run(name, || drop(bytes(at + 1)));
            }
        }
    });
    let profile = Profile::take();
    for (at, name) in names.iter().enumerate().step_by(97) {
        let row = profile.find(&["many", name]).expect("the scope was entered");
        assert_eq!((row.calls, row.allocated_size), (3, 3 * (at as u64 + 1)));
    }
    let inside = profile.rows().iter().filter(|row| row.name.starts_with("many ")).map(|row| row.name);
    assert!(inside.eq(names), "rows are in the order in which they were entered");
}

#[test]
fn deep_scopes_are_closed_in_order() {
    let _together = together();
    let names: Vec<&'static str> = (0..3000).map(|at| &*format!("deep {at}").leak()).collect();
    let mut open: Vec<Scope> = Vec::with_capacity(names.len());
    for name in &names {
        open.push(Scope::enter(name));
        drop(bytes(1));
    }
    while let Some(scope) = open.pop() {
        scope.end();
    }
    assert_eq!(figures(&["deep 0"]).1, 3000);
    assert_eq!(figures(&names), (1, 1, 1, 1, 1));
}

#[test]
fn profiles_are_the_trackers_own_memory() {
    let _alone = alone();
    let mut round = 0;
    let holds_scopes = || {
        round += 1;
        let names: Vec<&'static str> = (0..1000).map(|at| &*format!("own {at} of {round}").leak()).collect();
        let before = tracker_size();
        let Measured { usage, .. } = measure(|| {
            for name in names {
                Scope::run(name, || Scope::run("within", || ()));
            }
            let profile = Profile::take();
            let copy = profile.clone();
            assert_eq!(copy.rows(), profile.rows());
        });
        // Only the list of names belongs to the program.
        assert_eq!((usage.allocated_size, usage.freed_size), (0, 1000 * size_of::<&str>() as u64));
        tracker_size() >= before + 2000 * size_of::<Row>() as u64
    };
    // The thread of a test that has just ended may still free memory.
    assert!(eventually(holds_scopes), "the scopes are held");
    let is_freed = || {
        let held = tracker_size();
        drop(Profile::take());
        tracker_size() == held
    };
    assert!(eventually(is_freed), "dropping a profile frees its memory");
    let agree = || process().live_size + tracker_size() == BYTES.load(Relaxed) as u64;
    assert!(eventually(agree), "{:?}", process());
}

#[test]
fn profiles_can_be_taken_while_threads_run() {
    let _together = together();
    thread::scope(|threads| {
        let workers: Vec<_> = (0..4)
            .map(|_| {
                threads.spawn(|| {
                    for _ in 0..20_000 {
                        scope!("busy");
                        drop(bytes(10));
                    }
                })
            })
            .collect();
        while !workers.iter().all(|worker| worker.is_finished()) {
            if let Some(busy) = Profile::take().find(&["busy"]) {
                assert!(busy.freed_size <= busy.allocated_size);
                assert!(busy.allocated_size <= 10 * busy.calls && busy.peak_size <= 10);
            }
        }
    });
    assert_eq!(figures(&["busy"]), (80_000, 800_000, 800_000, 10, 800_000));
}

#[test]
fn a_table_has_a_line_for_each_row() {
    let _together = together();
    scope!("table\nof two lines", {
        let kept = bytes(12_345);
        scope!("tablé", drop(bytes(2_000_000)));
        std::mem::forget(kept);
    });
    let exact = format!("{:#}", Profile::take());
    let lines: Vec<&str> = exact.lines().collect();
    assert!(lines.iter().all(|line| line.chars().count() == lines[0].chars().count()), "{exact}");
    let line = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.contains(name)).expect("the row has a line").to_owned();
        line.split_whitespace().map(String::from).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(line(&exact, "of two"), "table\\nof two lines 1 2,012,345 2,000,000 +12,345 2,012,345 12,345");
    assert_eq!(line(&exact, "tablé"), "tablé 1 2,000,000 2,000,000 0 2,000,000 2,000,000");
    let text = Profile::take().to_string();
    assert_eq!(line(&text, "tablé"), "tablé 1 1.9 MiB 1.9 MiB 0 B 1.9 MiB 1.9 MiB");
}
