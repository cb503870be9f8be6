//! Statistics by line, function, file, crate and trace, compared with the allocations of the test.

#![cfg(feature = "sites")]

mod shared;

use std::any::Any;
use std::backtrace::Backtrace;
use std::collections::{BTreeMap, HashMap};
use std::fmt::{self, Write};
use std::hint::black_box;
use std::rc::Rc;
use std::sync::Arc;
use std::thread;

use deep_size_track::{
    Amount, Attribution, By, Filter, Group, Measured, Metric, Recorder, Snapshot, Trace, TrackingAllocator,
    measure, tracker_size,
};

use shared::{alone, random};

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

const GROUPINGS: [By; 5] = [By::Line, By::Function, By::File, By::Crate, By::Trace];

/// Whether the test was built with debug information, according to the standard library.
fn has_lines() -> bool {
    Backtrace::force_capture().to_string().contains(concat!(module_path!(), ".rs:"))
}

/// Whether a group is this line or, without debug information, a function of this name.
fn is_at(group: Group<'_>, line: u32, function: &str) -> bool {
    match group {
        Group::Line { file, line: found } => file == "tests/statistics.rs" && found == line,
        Group::Function(name) => !has_lines() && name.contains(function),
        _ => false,
    }
}

/// The live bytes and blocks of a line or function.
fn live_at(snapshot: &Snapshot, line: u32, function: &str) -> (u64, u64) {
    let statistics = snapshot.statistics(By::Line);
    let rows = statistics.rows().filter(|row| is_at(row.group(), line, function));
    rows.fold((0, 0), |sum, row| (sum.0 + row.size(), sum.1 + row.count()))
}

/// A module with the name of a crate of the standard library.
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

/// A function that is not inlined, even in a release build without debug information.
macro_rules! case {
    ($made:expr) => {{
        #[inline(never)]
        fn case() -> Box<dyn Any> {
            black_box($made)
        }
        (line!(), case)
    }};
}

/// Code that allocates on one line.
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
fn every_block_counts_at_the_line_that_allocates_it() {
    let _alone = alone();
    for (line, case) in cases() {
        let recording = Recorder::all().start();
        let Measured { value: kept, usage } = measure(black_box(case));
        let snapshot = Snapshot::take();
        let (bytes, blocks) = live_at(&snapshot, line, "cases");
        let expected = (usage.net_size(), usage.net_blocks());
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
fn functions_of_the_program_are_shown_under_any_name() {
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
        // Debug information may contain only the last part of a name.
        let is_short = name.ends_with("(tests/statistics.rs)");
        // The initialiser of the thread-local may be a separate function.
        let is_local = function == "LOCAL" && (is_short || name.contains("uses_local"));
        assert!(name.contains(function) || is_local, "{name}");
        assert!(is_short || name.contains("statistics::"), "{name}");
    }
    drop((in_core, generic, twice, spawned));
}

#[test]
fn hidden_functions_are_in_all_frames() {
    let _alone = alone();
    // An unoptimised standard library has many frames.
    let _recording = Recorder::all().max_depth(128).start();
    let (kept, _) = core::in_core(4321);
    let snapshot = Snapshot::take();
    let trace = snapshot.traces().find(|trace| trace.live_amount().size == 4321).unwrap();
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
    rows.fold((0, 0), |sum, amount| (sum.0 + amount.size, sum.1 + amount.blocks))
}

#[test]
fn groups_add_up_to_the_snapshot() {
    let _alone = alone();
    let _recording = Recorder::all().start();
    let kept: Vec<_> = cases().into_iter().map(|(_, case)| case()).collect();
    cases().into_iter().for_each(|(_, case)| drop(case()));
    // Blocks that the runtime allocates for a thread have no function of the program in their traces.
    thread::spawn(|| thread::current().id()).join().unwrap();
    let snapshot = Snapshot::take();
    assert!(snapshot.traces().all(|trace| trace.frames().count() > 0));
    for by in GROUPINGS {
        let statistics = snapshot.statistics(by);
        assert_eq!(
            sum(statistics.rows().map(|row| row.live_amount())),
            sum([snapshot.live_amount()].into_iter()),
            "{by:?}"
        );
        assert_eq!(
            sum(statistics.rows().map(|row| row.total_amount())),
            sum([snapshot.total_amount()].into_iter()),
            "{by:?}"
        );
        assert_eq!(
            sum(statistics.rows().map(|row| row.peak_amount())),
            sum([snapshot.peak_amount()].into_iter()),
            "{by:?}"
        );
        for (rank, total) in [
            (Metric::LiveSize, snapshot.live_amount()),
            (Metric::TotalSize, snapshot.total_amount()),
            (Metric::PeakSize, snapshot.peak_amount()),
        ] {
            let ranked = statistics.ranked_by(rank);
            assert_eq!(ranked.sum(), total);
            let sizes: Vec<u64> = ranked.rows().map(|row| row.size()).collect();
            assert!(
                sizes.is_sorted_by(|left, right| left >= right) && sizes.iter().sum::<u64>() == total.size
            );
        }
        // A cumulative row is never smaller.
        let cumulative = snapshot.cumulative_statistics(by);
        let sizes: HashMap<Group<'_>, u64> = cumulative.rows().map(|row| (row.group(), row.size())).collect();
        assert!(statistics.rows().all(|row| sizes[&row.group()] >= row.size()));
        assert!(sizes.values().all(|size| *size <= snapshot.live_amount().size));
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
fn a_recursive_function_counts_a_trace_once() {
    let _alone = alone();
    let _recording = Recorder::all().max_depth(128).start();
    let kept = begins();
    let statistics = Snapshot::take().cumulative_statistics(By::Function);
    let row = statistics.rows().find(|row| row.group().to_string().contains("descends")).unwrap();
    assert_eq!((row.size(), row.count()), (kept.capacity() as u64, 1));
    let around = statistics.rows().find(|row| row.group().to_string().contains("begins")).unwrap();
    assert_eq!((around.size(), around.count()), (kept.capacity() as u64, 1));
}

#[test]
fn filters_select_by_crate_file_and_function() {
    let _alone = alone();
    let _recording = Recorder::all().start();
    let kept = (core::in_core(1111), generic::<u8>(2222));
    let snapshot = Snapshot::take();
    let only = |filter| snapshot.filter_traces(&[filter]).live_amount();
    assert_eq!(
        only(Filter::only_functions("*in_core*")),
        Amount::clone(
            &snapshot.traces().find(|trace| trace.live_amount().size == 1111).unwrap().live_amount()
        )
    );
    let (own, others) = (only(Filter::only_crates("statistics")), only(Filter::without_crates("statistics")));
    assert!(own.size >= 3333);
    assert_eq!(
        (own.size + others.size, own.blocks + others.blocks),
        (snapshot.live_amount().size, snapshot.live_amount().blocks)
    );
    if has_lines() {
        let line = kept.1.1;
        assert_eq!(only(Filter::only_files("tests/stat*.rs").line(line)).size, 2222);
        assert_eq!(only(Filter::only_files(concat!("*/", "tests/statistics.rs")).line(line)).size, 2222);
        assert_eq!(only(Filter::without_files("tests/*.rs")).size, others.size);
    }
    drop(kept);
}

#[test]
fn differences_add_up_and_swapping_negates() {
    let _alone = alone();
    let _recording = Recorder::all().start();
    let (mut kept, mut draw) = (Vec::<Box<dyn Any>>::new(), random());
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
        let sums =
            there.rows().fold((0, 0), |sum, row| (sum.0 + row.size_change(), sum.1 + row.count_change()));
        assert_eq!(sums, (there.size_change(), there.count_change()));
        assert_eq!(sums.0, later.live_amount().size as i64 - earlier.live_amount().size as i64);
        assert_eq!(sums.1, later.live_amount().blocks as i64 - earlier.live_amount().blocks as i64);
        assert_eq!((there.sum(), back.sum()), (later.live_amount(), earlier.live_amount()));
        let negated: HashMap<_, _> =
            back.rows().map(|row| (row.group(), (-row.size_change(), -row.count_change()))).collect();
        assert_eq!(there.rows().len(), negated.len());
        for row in there.rows() {
            assert_eq!(negated[&row.group()], (row.size_change(), row.count_change()));
        }
        let sizes: Vec<i64> = there.rows().map(|row| row.size_change().abs()).collect();
        assert!(sizes.is_sorted_by(|left, right| left >= right));
    }
}

/// Calls every method of snapshots, and keeps the results.
fn examined(snapshot: &Snapshot, earlier: &Snapshot) -> Box<dyn Any> {
    let mut out = Discard;
    let filtered = snapshot.filter_traces(&[Filter::without_files("*/nowhere/*").all_frames()]);
    let made = GROUPINGS.map(|by| {
        let (statistics, comparison) = (filtered.statistics(by), snapshot.compare_to(earlier, by));
        write!(out, "{statistics}{comparison}{}", statistics.top(3)).unwrap();
        (
            statistics.ranked_by(Metric::TotalSize),
            snapshot.cumulative_statistics(by),
            comparison.clone(),
            statistics,
        )
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
fn snapshots_and_statistics_are_the_trackers_own_memory() {
    let _alone = alone();
    let recording = Recorder::all().start();
    let earlier = Snapshot::take();
    let kept: Vec<_> = cases().into_iter().map(|(_, case)| case()).collect();
    let snapshot = Snapshot::take();
    let Measured { value: seen, usage } = measure(|| examined(&snapshot, &earlier));
    let boxed = size_of_val(&*seen) as u64;
    assert_eq!(
        (usage.allocated_size, usage.freed_size, usage.allocated_blocks, usage.reallocations),
        (boxed, 0, 1, 0)
    );
    let after = Snapshot::take();
    assert_eq!(live_of(&after, "examined"), (boxed, 1), "only the box belongs to the program");
    let Measured { usage, .. } = measure(|| drop(seen));
    assert_eq!((usage.allocated_size, usage.freed_size, usage.freed_blocks), (0, boxed, 1));
    drop((kept, recording));
    // Once all names are cached and nothing is recorded, dropping statistics frees everything.
    drop(after.statistics(By::Trace));
    let before = tracker_size();
    let statistics = after.statistics(By::Trace);
    assert!(tracker_size() > before);
    drop(statistics);
    assert_eq!(tracker_size(), before);
}

/// The live bytes and blocks of the traces that contain a function.
fn live_of(snapshot: &Snapshot, function: &str) -> (u64, u64) {
    let pattern = format!("*{function}*");
    let live = snapshot.filter_traces(&[Filter::only_functions(&pattern).all_frames()]).live_amount();
    (live.size, live.blocks)
}

/// Code that parses JSON on one line, where `serde_json` allocates.
#[rustfmt::skip]
fn parsers() -> Vec<Case> {
    vec![
        case!(Box::new(serde_json::from_str::<serde_json::Value>(black_box(r#"{"a": [1, 2, {"b": "c"}]}"#)).unwrap())),
        case!(Box::new(serde_json::from_str::<serde_json::Value>(black_box(r#"["a", "b", [[], {}]]"#)).unwrap())),
        case!(Box::new(serde_json::to_string(&black_box(vec![1_u32; 100])).unwrap())),
        case!(Box::new(serde_json::json!({ "x": [black_box(1), 2, 3], "y": black_box("text") }))),
    ]
}

#[test]
fn blocks_of_dependencies_count_at_the_line_of_the_program() {
    let _alone = alone();
    let _recording = Recorder::all().max_depth(128).start();
    let mut draw = random();
    let mut kept: Vec<(usize, Box<dyn Any>, [i64; 2])> = Vec::new();
    let (mut totals, mut earlier) = (vec![[0_i64; 2]; 4], None);
    let live = |kept: &[(usize, Box<dyn Any>, [i64; 2])], at: usize| {
        let own = kept.iter().filter(|(parser, ..)| *parser == at);
        own.fold([0, 0], |sum, (_, _, net)| [sum[0] + net[0], sum[1] + net[1]])
    };
    for turn in 0..60 {
        if turn % 3 == 2 {
            kept.swap_remove(draw(kept.len()));
        } else {
            let at = draw(4);
            let Measured { value, usage } = measure(black_box(parsers()[at].1));
            totals[at][0] += usage.allocated_size as i64;
            totals[at][1] += usage.allocated_blocks as i64;
            kept.push((at, value, [usage.net_size(), usage.net_blocks()]));
        }
        if turn % 10 != 9 {
            continue;
        }
        let plain = Snapshot::take();
        let snapshot = plain.attributed_to(Attribution::Program);
        let crates = plain.attributed_to(Attribution::Crates(&["statistics"]));
        let statistics = snapshot.statistics(By::Line);
        for (at, (line, _)) in parsers().into_iter().enumerate().filter(|_| has_lines()) {
            let [size, blocks] = live(&kept, at);
            assert_eq!(live_at(&snapshot, line, ""), (size as u64, blocks as u64), "{statistics}");
            assert_eq!(live_at(&crates, line, ""), (size as u64, blocks as u64), "{statistics}");
            let row = statistics.rows().find(|row| is_at(row.group(), line, ""));
            let total = row.map_or([0, 0], |row| [row.total_amount().size, row.total_amount().blocks]);
            assert_eq!(total.map(|figure| figure as i64), totals[at], "{statistics}");
        }
        let is_parser = |trace: &Trace<'_>| trace.frames().any(|frame| frame.crate_name() == "serde_json");
        assert_eq!(snapshot.traces().filter(is_parser).count(), 0);
        assert!(plain.traces().any(|trace| is_parser(&trace)));
        assert_eq!(
            sum(statistics.rows().map(|row| row.live_amount())),
            sum([plain.live_amount()].into_iter())
        );
        let now: Vec<_> = (0..4).map(|at| live(&kept, at)).collect();
        if let Some((earlier, before)) = earlier.replace((plain, now.clone())) {
            let before: Vec<[i64; 2]> = before;
            let comparison = snapshot.compare_to(&earlier, By::Line);
            for (at, (line, _)) in parsers().into_iter().enumerate().filter(|_| has_lines()) {
                let row = comparison.rows().find(|row| is_at(row.group(), line, ""));
                let change = row.map_or([0, 0], |row| [row.size_change(), row.count_change()]);
                assert_eq!(change, [now[at][0] - before[at][0], now[at][1] - before[at][1]], "{comparison}");
            }
        }
    }
}
