//! What is recorded, by line, function, file, crate and trace, held against what the test itself has allocated.

#![cfg(feature = "sites")]

use std::any::Any;
use std::backtrace::Backtrace;
use std::collections::{BTreeMap, HashMap};
use std::fmt::{self, Write};
use std::hint::black_box;
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use deep_size_track::{
    Amount, By, Filter, Group, Rank, Recorder, Snapshot, TrackingAllocator, measure, own_bytes,
};

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

const GROUPINGS: [By; 5] = [By::Line, By::Function, By::File, By::Crate, By::Trace];

/// Recordings are the program's, so that one test at a time makes them.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether the test was built with debug information, as the standard library sees it.
fn has_lines() -> bool {
    Backtrace::force_capture().to_string().contains(concat!(module_path!(), ".rs:"))
}

/// Whether a group is this line, or without debug information a function of this name.
fn is_at(group: Group<'_>, line: u32, function: &str) -> bool {
    match group {
        Group::Line { file, line: found } => file == "tests/statistics.rs" && found == line,
        Group::Function(name) => !has_lines() && name.contains(function),
        _ => false,
    }
}

/// What is live by a line or function.
fn live_at(snapshot: &Snapshot, line: u32, function: &str) -> (u64, u64) {
    let statistics = snapshot.statistics(By::Line);
    let rows = statistics.rows().filter(|row| is_at(row.group(), line, function));
    rows.fold((0, 0), |sum, row| (sum.0 + row.size(), sum.1 + row.count()))
}

/// A module that is called like a crate of the standard library.
mod core {
    #[inline(never)]
    pub(crate) fn in_core(length: usize) -> (Vec<u8>, u32) {
        (std::hint::black_box(vec![1; length]), line!())
    }
}

trait Twice {
    #[must_use]
    fn twice(&self) -> Self;
}

type Case = (u32, fn() -> Box<dyn Any>);

/// A function that is no part of another one, even in a release build without debug information.
macro_rules! case {
    ($made:expr) => {{
        #[inline(never)]
        fn case() -> Box<dyn Any> {
            black_box($made)
        }
        (line!(), case)
    }};
}

/// Each allocates on one line.
#[rustfmt::skip]
fn cases() -> Vec<Case> {
    vec![
        case!(Box::new(black_box([1_u8; 77]))),
        case!({ let mut list = Vec::new(); (0..black_box(1000_u32)).for_each(|n| list.push(n)); Box::new(list) }),
        case!(Box::new((1..black_box(9_usize)).map(|n| vec![0_u8; n]).collect::<Vec<_>>())),
        case!(Box::new(vec![vec!["a".to_owned()]; black_box(5)].clone())),
        case!(Box::new((0..black_box(300)).map(|n| (n, n.to_string())).collect::<HashMap<i32, String>>())),
        case!(Box::new((0..black_box(300)).map(|n| (n, [n; 9])).collect::<BTreeMap<i32, [i32; 9]>>())),
        case!(Box::new(format!("{} and {:>90}", black_box("a"), 1))),
        case!(Box::new(black_box(4.5_f64).to_string())),
        case!({ let mut text = String::new(); write!(text, "{:>99}", black_box(7)).unwrap(); Box::new(text) }),
        case!(Box::new((Rc::<str>::from(black_box("abc")), Arc::new(black_box([0_u64; 9]))))),
        case!({ let mut list: Vec<u64> = (0..black_box(1000)).rev().collect(); list.sort(); Box::new(list) }),
        case!(Box::new(std::fs::read_to_string(black_box("tests/statistics.rs")).unwrap())),
        case!(Box::new(black_box(&["a", "b"]).concat().into_bytes().into_boxed_slice())),
        case!({ let mut bytes = vec![1_u8; black_box(64)]; bytes.extend_from_slice(&[2; 500]); bytes.shrink_to_fit(); Box::new(bytes) }),
    ]
}

#[test]
fn every_block_is_at_the_line_that_asked_for_it() {
    let _alone = alone();
    for (line, case) in cases() {
        let recording = Recorder::all().start();
        let (kept, usage) = measure(black_box(case));
        let snapshot = Snapshot::take();
        let (bytes, blocks) = live_at(&snapshot, line, "cases");
        let expected = (usage.net(), usage.net_blocks());
        assert_eq!((bytes as i64, blocks as i64), expected, "line {line}\n{}", snapshot.statistics(By::Line));
        drop((kept, recording));
    }
}

impl Twice for Vec<u8> {
    #[inline(never)]
    fn twice(&self) -> Self {
        black_box(self.repeat(2))
    }
}

thread_local! {
    static LOCAL: Vec<u8> = black_box(vec![3; 3333]);
}

#[inline(never)]
fn uses_local() {
    LOCAL.with(|local| black_box(local.len()));
}

#[inline(never)]
fn in_thread() -> Vec<u8> {
    black_box(vec![9; 999])
}

#[inline(never)]
fn generic<T: Default + Clone>(length: usize) -> (Vec<T>, u32) {
    (black_box(vec![T::default(); length]), line!())
}

#[test]
fn the_programs_functions_are_shown_whatever_they_are_called() {
    let _alone = alone();
    let _recording = Recorder::all().start();
    let (in_core, core_line) = core::in_core(1234);
    let (generic, generic_line) = generic::<u64>(1000);
    let twice = in_core.twice();
    uses_local();
    let spawned = thread::spawn(in_thread).join().unwrap();
    let snapshot = Snapshot::take();
    assert_eq!(live_at(&snapshot, core_line, "in_core"), (1234, 1));
    assert_eq!(live_at(&snapshot, generic_line, "generic"), (8000, 1));
    let functions = snapshot.statistics(By::Function);
    for (function, size) in
        [("in_core", 1234), ("generic", 8000), ("twice", 2468), ("LOCAL", 3333), ("in_thread", 999)]
    {
        let found = functions.rows().find(|row| row.size() == size && row.count() == 1);
        let name = found.unwrap_or_else(|| panic!("{function}\n{}", functions.top(99))).group().to_string();
        // The part of a name that debug information gives may say nothing of what is around it.
        let is_short = name.ends_with("(tests/statistics.rs)");
        // Where the value is made may be a function of its own.
        let is_local = function == "LOCAL" && (is_short || name.contains("uses_local"));
        assert!(name.contains(function) || is_local, "{name}");
        assert!(is_short || name.contains("statistics::"), "{name}");
    }
    drop((in_core, generic, twice, spawned));
}

#[test]
fn what_is_hidden_can_be_seen() {
    let _alone = alone();
    let _recording = Recorder::all().start();
    let (kept, _) = core::in_core(4321);
    let snapshot = Snapshot::take();
    let trace = snapshot.traces().find(|trace| trace.live().bytes == 4321).unwrap();
    let hidden =
        |name: &str| trace.all_frames().any(|frame| frame.is_hidden() && frame.function().contains(name));
    assert!(hidden("__rust_alloc") && hidden("lang_start") | hidden("thread_start"), "{trace}");
    assert!(
        trace.frames().all(|frame| !frame.is_hidden() && frame.crate_name() == "statistics"),
        "{trace:#}"
    );
    let text = trace.traceback().with_source().to_string();
    assert!(!has_lines() || text.ends_with("(std::hint::black_box(vec![1; length]), line!())"), "{text}");
    drop(kept);
}

fn sum(rows: impl Iterator<Item = Amount>) -> (u64, u64) {
    rows.fold((0, 0), |sum, amount| (sum.0 + amount.bytes, sum.1 + amount.blocks))
}

#[test]
fn groups_add_up_to_the_snapshot() {
    let _alone = alone();
    let _recording = Recorder::all().start();
    let kept: Vec<_> = cases().into_iter().map(|(_, case)| case()).collect();
    cases().into_iter().for_each(|(_, case)| drop(case()));
    // What the runtime allocates for a thread has no function of the program on its way.
    thread::spawn(|| thread::current().id()).join().unwrap();
    let snapshot = Snapshot::take();
    assert!(snapshot.traces().all(|trace| trace.frames().count() > 0));
    for by in GROUPINGS {
        let statistics = snapshot.statistics(by);
        assert_eq!(
            sum(statistics.rows().map(|row| row.live())),
            sum([snapshot.live()].into_iter()),
            "{by:?}"
        );
        assert_eq!(
            sum(statistics.rows().map(|row| row.total())),
            sum([snapshot.total()].into_iter()),
            "{by:?}"
        );
        assert_eq!(
            sum(statistics.rows().map(|row| row.at_peak())),
            sum([snapshot.at_peak()].into_iter()),
            "{by:?}"
        );
        for (rank, total) in [
            (Rank::Live, snapshot.live()),
            (Rank::Total, snapshot.total()),
            (Rank::AtPeak, snapshot.at_peak()),
        ] {
            let ranked = statistics.ranked_by(rank);
            assert_eq!(ranked.total(), total);
            let sizes: Vec<u64> = ranked.rows().map(|row| row.size()).collect();
            assert!(
                sizes.is_sorted_by(|left, right| left >= right) && sizes.iter().sum::<u64>() == total.bytes
            );
        }
        // No group is given less by adding what it called.
        let cumulative = snapshot.cumulative(by);
        let given: HashMap<Group<'_>, u64> = cumulative.rows().map(|row| (row.group(), row.size())).collect();
        assert!(statistics.rows().all(|row| given[&row.group()] >= row.size()));
        assert!(given.values().all(|size| *size <= snapshot.live().bytes));
        assert_eq!(
            statistics.to_string(),
            snapshot.statistics(by).to_string(),
            "the order is always the same"
        );
    }
    drop(kept);
}

#[inline(never)]
fn descends(depth: u32) -> Vec<u8> {
    if depth == 0 {
        return black_box(vec![0; 5000]);
    }
    let mut below = descends(black_box(depth - 1));
    below.push(1);
    black_box(below)
}

#[inline(never)]
fn begins() -> Vec<u8> {
    black_box(descends(10))
}

#[test]
fn a_function_that_calls_itself_is_given_an_amount_once() {
    let _alone = alone();
    let _recording = Recorder::all().depth(128).start();
    let kept = begins();
    let statistics = Snapshot::take().cumulative(By::Function);
    let row = statistics.rows().find(|row| row.group().to_string().contains("descends")).unwrap();
    assert_eq!((row.size(), row.count()), (kept.capacity() as u64, 1));
    let around = statistics.rows().find(|row| row.group().to_string().contains("begins")).unwrap();
    assert_eq!((around.size(), around.count()), (kept.capacity() as u64, 1));
}

#[test]
fn filters_choose_by_crate_file_and_function() {
    let _alone = alone();
    let _recording = Recorder::all().start();
    let kept = (core::in_core(1111), generic::<u8>(2222));
    let snapshot = Snapshot::take();
    let only = |filter| snapshot.filtered(&[filter]).live();
    assert_eq!(
        only(Filter::only_functions("*in_core*")),
        Amount::clone(&snapshot.traces().find(|trace| trace.live().bytes == 1111).unwrap().live())
    );
    let (own, others) = (only(Filter::only_crates("statistics")), only(Filter::without_crates("statistics")));
    assert!(own.bytes >= 3333);
    assert_eq!(
        (own.bytes + others.bytes, own.blocks + others.blocks),
        (snapshot.live().bytes, snapshot.live().blocks)
    );
    if has_lines() {
        let line = kept.1.1;
        assert_eq!(only(Filter::only_files("tests/stat*.rs").line(line)).bytes, 2222);
        assert_eq!(only(Filter::only_files(concat!("*/", "tests/statistics.rs")).line(line)).bytes, 2222);
        assert_eq!(only(Filter::without_files("tests/*.rs")).bytes, others.bytes);
    }
    drop(kept);
}

#[test]
fn differences_add_up_and_swapping_negates() {
    let _alone = alone();
    let _recording = Recorder::all().start();
    let (mut kept, mut random) = (Vec::<Box<dyn Any>>::new(), 0x9E37_79B9_7F4A_7C15_u64);
    let mut draw = |most: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random as usize % most
    };
    let mut snapshots = vec![Snapshot::take()];
    for _ in 0..12 {
        for _ in 0..draw(20) {
            match draw(5) {
                0 if !kept.is_empty() => drop(kept.swap_remove(draw(kept.len()))),
                0 | 1 => kept.push(Box::new(core::in_core(draw(1000)))),
                2 => kept.push(Box::new(generic::<u32>(draw(1000)))),
                _ => kept.push(cases()[draw(14)].1()),
            }
        }
        snapshots.push(Snapshot::take());
    }
    for _ in 0..40 {
        let (later, earlier) = (&snapshots[draw(13)], &snapshots[draw(13)]);
        let by = GROUPINGS[draw(5)];
        let (there, back) = (later.compare_to(earlier, by), earlier.compare_to(later, by));
        let sums = there
            .rows()
            .fold((0, 0), |sum, row| (sum.0 + row.size_difference(), sum.1 + row.count_difference()));
        assert_eq!(sums, (there.size_difference(), there.count_difference()));
        assert_eq!(sums.0, later.live().bytes as i64 - earlier.live().bytes as i64);
        assert_eq!(sums.1, later.live().blocks as i64 - earlier.live().blocks as i64);
        assert_eq!((there.total(), back.total()), (later.live(), earlier.live()));
        let negated: HashMap<_, _> =
            back.rows().map(|row| (row.group(), (-row.size_difference(), -row.count_difference()))).collect();
        assert_eq!(there.rows().len(), negated.len());
        for row in there.rows() {
            assert_eq!(negated[&row.group()], (row.size_difference(), row.count_difference()));
        }
        let sizes: Vec<i64> = there.rows().map(|row| row.size_difference().abs()).collect();
        assert!(sizes.is_sorted_by(|left, right| left >= right));
    }
}

/// Everything there is, made and kept.
fn examined(snapshot: &Snapshot, earlier: &Snapshot) -> Box<dyn Any> {
    let mut out = Discard;
    let filtered = snapshot.filtered(&[Filter::without_files("*/nowhere/*").all_frames()]);
    let made = GROUPINGS.map(|by| {
        let (statistics, comparison) = (filtered.statistics(by), snapshot.compare_to(earlier, by));
        write!(out, "{statistics}{comparison}{}", statistics.top(3)).unwrap();
        (statistics.ranked_by(Rank::Total), snapshot.cumulative(by), comparison.clone(), statistics)
    });
    let trace = snapshot.traces().next().unwrap();
    let traceback = trace.traceback().with_source();
    write!(out, "{trace}{traceback:#}{:?}", filtered.statistics(By::Trace)).unwrap();
    let kept = (filtered.clone(), made, traceback.clone(), Snapshot::take());
    assert!(size_of_val(&kept) > 0);
    black_box(&kept);
    Box::new(kept)
}

struct Discard;

impl Write for Discard {
    fn write_str(&mut self, _: &str) -> fmt::Result {
        Ok(())
    }
}

#[test]
fn looking_is_the_trackers_own_memory() {
    let _alone = alone();
    let recording = Recorder::all().start();
    let earlier = Snapshot::take();
    let kept: Vec<_> = cases().into_iter().map(|(_, case)| case()).collect();
    let snapshot = Snapshot::take();
    let (seen, usage) = measure(|| examined(&snapshot, &earlier));
    let boxed = size_of_val(&*seen) as u64;
    assert_eq!((usage.allocated, usage.freed, usage.blocks_allocated, usage.reallocations), (boxed, 0, 1, 0));
    let after = Snapshot::take();
    assert_eq!(live_of(&after, "examined"), (boxed, 1), "only the box is the program's");
    let ((), usage) = measure(|| drop(seen));
    assert_eq!((usage.allocated, usage.freed, usage.blocks_freed), (0, boxed, 1));
    drop((kept, recording));
    // With all names known, and nothing recorded, nothing is left behind.
    drop(after.statistics(By::Trace));
    let before = own_bytes();
    let statistics = after.statistics(By::Trace);
    assert!(own_bytes() > before);
    drop(statistics);
    assert_eq!(own_bytes(), before);
}

/// What is live of the traces that pass through a function.
fn live_of(snapshot: &Snapshot, function: &str) -> (u64, u64) {
    let pattern = format!("*{function}*");
    let live = snapshot.filtered(&[Filter::only_functions(&pattern).all_frames()]).live();
    (live.bytes, live.blocks)
}
