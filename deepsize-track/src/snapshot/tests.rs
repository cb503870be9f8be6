//! Exact texts and figures of artificial snapshots.

use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};

use super::{Amount, Attribution, By, Figures, Filter, Frame, Group, Metric, Snapshot};
use crate::counters::untracked;
use crate::sites::{AllSums, SiteSums, TRUNCATED};
use crate::symbols::{self, Symbol};
use crate::untracked::Untracked;

#[path = "../../tests/shared/mod.rs"]
mod shared;
use shared::random;

const VEC: &str = "/rustc/59807616e1fa/library/alloc/src/vec/mod.rs";
const THREAD: &str = "/rustc/59807616e1fa/library/std/src/thread/mod.rs";
const SERDE: &str = "/x/registry/src/index-1/serde_json-1.0.1/src/de.rs";

/// The addresses of the functions.
const PUSH: usize = 0x201;
const PARSE: usize = 0x202;
const LOAD: usize = 0x203;
const MAIN: usize = 0x204;
const SPAWN: usize = 0x205;
const DESERIALIZE: usize = 0x206;
const INLINED: usize = 0x207;
const NO_FILE: usize = 0x208;

fn make_up() {
    for (address, functions) in [
        (PUSH, &[("alloc::vec::Vec<T,A>::push", VEC, 2450)][..]),
        (PARSE, &[("zz::parse", "src/a.rs", 12)]),
        (LOAD, &[("zz::load", "src/b.rs", 7)]),
        (MAIN, &[("zz::main", "src/main.rs", 3), ("main", "", 0)]),
        (SPAWN, &[("std::thread::spawn", THREAD, 728)]),
        (DESERIALIZE, &[("serde_json::de::from_str", SERDE, 99)]),
        (INLINED, &[("reserve", VEC, 5), ("grow", "src/a.rs", 20), ("zz::load", "src/b.rs", 8)]),
        (NO_FILE, &[("zz::no_file", "", 0)]),
    ] {
        symbols::define(address, functions);
    }
}

/// A trace, innermost function first, with its live bytes and blocks. Its total amount is twice as large.
type Made = (&'static [usize], i64, i64);

fn snapshot(traces: &[Made]) -> Snapshot {
    make_up();
    let sites = traces.iter().map(|&(frames, bytes, blocks)| SiteSums {
        frames: frames.to_vec(),
        live: (bytes, blocks),
        total: (2 * bytes, 2 * blocks),
        at_peak: (bytes + 1, blocks),
        max_live: (bytes, blocks),
        ..SiteSums::default()
    });
    let process = crate::process();
    Snapshot {
        inner: Untracked::new(|| Figures {
            sampling_interval: Some(0),
            tracker_size: 524_288,
            process,
            sums: AllSums { sites: sites.collect(), ..AllSums::default() },
            ..Figures::default()
        }),
    }
}

const LATER: [Made; 5] = [
    (&[PUSH, PARSE, LOAD, MAIN], 4_971_520, 46_530),
    (&[PARSE, MAIN], 100, 1),
    (&[DESERIALIZE, PARSE, PARSE, MAIN], 2048, 2),
    (&[INLINED, MAIN], 10, 1),
    (&[PUSH, SPAWN], 300, 3),
];

const EARLIER: [Made; 2] = [(&[DESERIALIZE, PARSE, PARSE, MAIN], 12_048, 3), (&[NO_FILE, MAIN], 700, 1)];

#[test]
fn statistics_are_printed_in_the_units_of_reports() {
    let statistics = snapshot(&LATER).statistics(By::Line);
    assert_eq!(
        statistics.to_string(),
        "\
src/a.rs:12: size=4.7 MiB, count=46,531, average=107 B
serde_json-1.0.1/src/de.rs:99: size=2.0 KiB, count=2, average=1.0 KiB
std/std/src/thread/mod.rs:728: size=300 B, count=3, average=100 B
src/a.rs:20: size=10 B, count=1, average=10 B
total: 4.7 MiB
tracker's own memory: 512.0 KiB"
    );
    assert_eq!(
        statistics.top(1).to_string(),
        "\
src/a.rs:12: size=4.7 MiB, count=46,531, average=107 B
3 others: 2.3 KiB
total: 4.7 MiB
tracker's own memory: 512.0 KiB"
    );
    let total = statistics.ranked_by(Metric::TotalSize);
    assert_eq!(
        total.top(1).to_string(),
        "\
src/a.rs:12: size=9.5 MiB, count=93,062, average=107 B
3 others: 4.6 KiB
total: 9.5 MiB
tracker's own memory: 512.0 KiB"
    );
}

#[test]
fn a_comparison_is_printed_with_signed_differences() {
    let comparison = snapshot(&LATER).compare_to(&snapshot(&EARLIER), By::Line);
    assert_eq!(
        comparison.top(4).to_string(),
        "\
src/a.rs:12: size=4.7 MiB (+4.7 MiB), count=46,531 (+46,531), average=107 B
serde_json-1.0.1/src/de.rs:99: size=2.0 KiB (-9.8 KiB), count=2 (-1), average=1.0 KiB
zz::no_file: size=0 B (-700 B), count=0 (-1)
std/std/src/thread/mod.rs:728: size=300 B (+300 B), count=3 (+3), average=100 B
1 other: 10 B (+10 B)
total: 4.7 MiB (+4.7 MiB)
tracker's own memory: 512.0 KiB (0 B)"
    );
}

#[test]
fn each_grouping_has_its_names() {
    let snapshot = snapshot(&[LATER[0], LATER[2], LATER[3], LATER[4], EARLIER[1]]);
    let names = |by| snapshot.statistics(by).rows().map(|row| row.group().to_string()).collect::<Vec<_>>();
    assert_eq!(
        names(By::Function),
        ["zz::parse", "serde_json::de::from_str", "zz::no_file", "std::thread::spawn", "grow (src/a.rs)"]
    );
    assert_eq!(
        names(By::File),
        ["src/a.rs", "serde_json-1.0.1/src/de.rs", "zz", "std/std/src/thread/mod.rs"]
    );
    // Only the file of `grow` is known, and another function shows the crate of this file.
    assert_eq!(names(By::Crate), ["zz", "serde_json", "std"]);
    let of_trace = snapshot.statistics(By::Trace);
    assert_eq!(
        of_trace.top(1).to_string(),
        "\
src/a.rs:12: size=4.7 MiB, count=46,530, average=107 B
  File \"src/main.rs\", line 3
  File \"src/b.rs\", line 7
  File \"src/a.rs\", line 12
4 others: 3.0 KiB
total: 4.7 MiB
tracker's own memory: 512.0 KiB"
    );
}

#[test]
fn cumulative_amounts_count_once_in_each_function_of_a_trace() {
    let statistics = snapshot(&LATER).cumulative_statistics(By::Function);
    let rows: Vec<_> = statistics.rows().map(|row| (row.group(), row.size(), row.count())).collect();
    assert_eq!(
        rows,
        [
            (Group::Function("zz::main"), 4_973_678, 46_534),
            (Group::Function("zz::parse"), 4_973_668, 46_533),
            (Group::Function("zz::load"), 4_971_530, 46_531),
            (Group::Function("serde_json::de::from_str"), 2048, 2),
            (Group::Function("std::thread::spawn"), 300, 3),
            (Group::Function("grow (src/a.rs)"), 10, 1),
        ]
    );
    assert_eq!(statistics.sum(), Amount { size: 4_973_978, blocks: 46_537 });
    assert_eq!(
        statistics.top(1).to_string(),
        "\
zz::main: size=4.7 MiB, count=46,534, average=107 B
5 others
total: 4.7 MiB
tracker's own memory: 512.0 KiB"
    );
}

#[test]
fn remarks_below_a_table_name_its_limits() {
    let with = |sampling_interval, lost_blocks| {
        let made = snapshot(&LATER[1..2]);
        Snapshot {
            inner: Untracked::new(|| Figures {
                sampling_interval,
                lost_blocks,
                ..Figures::clone(&made.inner)
            }),
        }
    };
    let sampled = with(Some(524_288), 3);
    assert_eq!(
        sampled.statistics(By::File).to_string(),
        "\
src/a.rs: size=100 B, count=1, average=100 B
total: 100 B
tracker's own memory: 512.0 KiB
figures are estimates: one byte in 512.0 KiB was sampled
3 blocks could not be recorded because memory was short"
    );
    let all = with(Some(0), 0);
    assert!(sampled.compare_to(&all, By::File).to_string().contains("one byte in 512.0 KiB"));
    assert!(all.compare_to(&sampled, By::File).to_string().contains("one byte in 512.0 KiB"));
    let nothing = with(None, 0);
    let expected = "no blocks were recorded: start a `Recorder` before the snapshot";
    assert_eq!(nothing.statistics(By::Line).to_string(), expected);
    assert_eq!(nothing.compare_to(&nothing, By::Line).to_string(), expected);
    let over = "\nrecording had ended before the later snapshot, so its amounts are 0";
    assert!(Snapshot::made_of(None, Vec::new()).compare_to(&all, By::File).to_string().ends_with(over));
    assert!(!all.compare_to(&nothing, By::File).to_string().contains(over));
}

#[test]
fn an_empty_table_says_that_the_allocator_is_not_installed() {
    // The library's own tests run without it.
    let expected = "no blocks were recorded: the program's global allocator is not a `TrackingAllocator`";
    for mean in [Some(0), None] {
        let empty = Snapshot::made_of(mean, Vec::new());
        assert_eq!(empty.statistics(By::Line).to_string(), expected);
        assert_eq!(empty.compare_to(&empty, By::Trace).to_string(), expected);
    }
}

#[test]
fn filters_select_by_file_function_and_crate() {
    let snapshot = snapshot(&LATER);
    let live = |filters: &[Filter<'_>]| snapshot.filter_traces(filters).live_amount().size;
    let (first, second, third, fourth, fifth) = (4_971_520, 100, 2048, 10, 300);
    let all = first + second + third + fourth + fifth;
    assert_eq!(live(&[]), all);
    assert_eq!(live(&[Filter::only_files("src/*.rs")]), first + second + fourth);
    assert_eq!(live(&[Filter::only_files("src/a.rs").line(12)]), first + second);
    assert_eq!(live(&[Filter::without_files("src/a.rs").line(12)]), third + fourth + fifth);
    assert_eq!(live(&[Filter::only_files("*/registry/*")]), third, "full paths match too");
    assert_eq!(live(&[Filter::only_crates("serde_*"), Filter::only_crates("std")]), third + fifth);
    assert_eq!(
        live(&[Filter::without_crates("serde_*"), Filter::without_crates("std")]),
        first + second + fourth
    );
    assert_eq!(
        live(&[Filter::only_functions("zz::*"), Filter::without_files("src/b.rs").all_frames()]),
        second
    );
    assert_eq!(live(&[Filter::only_functions("zz::parse").all_frames()]), first + second + third);
    assert_eq!(live(&[Filter::without_functions("zz::main").all_frames()]), fifth);
    assert_eq!(live(&[Filter::only_functions("*push*").all_frames()]), 0, "hidden functions do not match");
}

#[test]
fn each_trace_has_at_least_one_function() {
    let snapshot =
        snapshot(&[(&[], 1, 1), (&[PUSH, SPAWN, PUSH], 2, 1), (&[PUSH], 3, 1), (&[PARSE, MAIN], 4, 1)]);
    let mut frames: Vec<Vec<String>> =
        snapshot.traces().map(|trace| trace.frames().map(|frame| frame.to_string()).collect()).collect();
    frames.sort();
    assert_eq!(
        frames,
        [
            vec!["<unknown>".to_owned()],
            vec!["src/a.rs:12".to_owned(), "src/main.rs:3".to_owned()],
            vec!["std/alloc/src/vec/mod.rs:2450".to_owned()],
            vec!["std/std/src/thread/mod.rs:728".to_owned()],
        ]
    );
    for by in [By::Line, By::Function, By::File, By::Crate, By::Trace] {
        let statistics = snapshot.statistics(by);
        assert_eq!(statistics.rows().map(|row| row.size()).sum::<u64>(), 10, "{by:?}");
    }
    // Addresses without a symbol: no function is in the first page of memory.
    let nameless = self::snapshot(&[(&[0x211, 0x212], 5, 1), (&[0x211, 0x213], 6, 1)]);
    let traces: Vec<_> = nameless.traces().map(|trace| trace.to_string()).collect();
    // All traces contain the innermost one.
    assert_eq!(traces, ["  In 0x212", "  In 0x213"]);
    assert_eq!(nameless.statistics(By::Trace).rows().len(), 2);
    assert_eq!(
        nameless.statistics(By::Line).to_string(),
        "\
0x213: size=6 B, count=1, average=6 B
0x212: size=5 B, count=1, average=5 B
total: 11 B
tracker's own memory: 512.0 KiB
no lines are known: set `debug = \"line-tables-only\"` in the program's Cargo profile"
    );
    assert!(!nameless.statistics(By::Function).to_string().contains("no lines"));
}

#[test]
fn rows_of_zero_are_not_printed() {
    let (live, freed) = (snapshot(&LATER[1..3]), snapshot(&[(&[PARSE, MAIN], 100, 1), (&[MAIN], 0, 0)]));
    let printed = freed.statistics(By::Line).to_string();
    assert_eq!(printed.lines().next(), Some("src/a.rs:12: size=100 B, count=1, average=100 B"));
    assert!(printed.lines().nth(1).is_some_and(|line| line.starts_with("total: ")), "{printed}");
    assert_eq!(freed.statistics(By::Line).rows().len(), 2);
    let printed = live.compare_to(&freed, By::Line).to_string();
    assert!(!printed.contains("main.rs:3"), "{printed}");
    // A row that has become zero is a difference.
    let printed = freed.compare_to(&live, By::Line).to_string();
    assert!(printed.contains("size=0 B (-2.0 KiB)"), "{printed}");
}

#[test]
fn a_truncated_trace_has_a_separate_root() {
    let snapshot =
        snapshot(&[(&[PUSH, PARSE, TRUNCATED], 5, 1), (&[PUSH, TRUNCATED], 2, 1), (&[PARSE, MAIN], 1, 1)]);
    assert_eq!(snapshot.truncated_count(), 2);
    let [first, second, third] = &snapshot.traces().collect::<Vec<_>>()[..] else { panic!("three traces") };
    assert!(first.is_truncated() && second.is_truncated() && !third.is_truncated());
    assert_eq!(first.addresses(), [PUSH, PARSE]);
    assert_eq!(first.to_string(), "  In [truncated]\n  File \"src/a.rs\", line 12");
    assert_eq!(second.to_string(), "  In [truncated]\n  File \"std/alloc/src/vec/mod.rs\", line 2450");
    let printed = snapshot.cumulative_statistics(By::Function).to_string();
    assert!(printed.contains("[truncated]: size=7 B, count=2, average=4 B\n"), "{printed}");
    assert!(printed.ends_with("\n2 of 3 traces are truncated: see `Recorder::max_depth`"), "{printed}");
    assert!(!snapshot.statistics(By::Function).to_string().contains("truncated"));
    let mut folded = Vec::new();
    snapshot.write_folded(&mut folded).unwrap();
    let folded = String::from_utf8(folded).unwrap();
    assert!(folded.contains("[truncated];zz::parse 5\n"), "{folded}");
    let mut dhat = Vec::new();
    snapshot.write_dhat(&mut dhat).unwrap();
    assert!(String::from_utf8(dhat).unwrap().contains("\"[truncated]\""));
}

#[test]
fn a_traceback_shows_readable_source() {
    let (file, line) = (concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sites.rs"), 1);
    symbols::define(
        0x220,
        &[("zz::inner", file, line), ("zz::outer", "/nowhere/b.rs", 7), ("zz::last", file, 1_000_000)],
    );
    let snapshot = snapshot(&[(&[0x220], 1, 1)]);
    let trace = snapshot.traces().next().unwrap();
    let short = trace.frames().next().unwrap().short_file();
    let traceback = trace.traceback().with_source();
    assert_eq!(
        traceback.to_string(),
        format!(
            "  File \"{short}\", line 1000000\n  File \"/nowhere/b.rs\", line 7\n  File \"{short}\", line 1
    //! Recorded blocks, compared with the allocations of the test."
        )
    );
    assert!(format!("{traceback:#}").contains("  File \"/nowhere/b.rs\", line 7, in zz::outer\n"));
    assert_eq!(trace.to_string(), super::Traceback::new(traceback.frames()).to_string());
}

/// The shown functions at an address, innermost first: the row, the crate, and whether it is the program's.
fn shown_at(address: usize) -> &'static [(&'static str, &'static str, bool)] {
    match address {
        PARSE => &[("src/a.rs:12", "zz", true)],
        LOAD => &[("src/b.rs:7", "zz", true)],
        MAIN => &[("src/main.rs:3", "zz", true)],
        DESERIALIZE => &[("serde_json-1.0.1/src/de.rs:99", "serde_json", false)],
        INLINED => &[("src/a.rs:20", "zz", true), ("src/b.rs:8", "zz", true)],
        NO_FILE => &[("zz::no_file", "zz", false)],
        _ => &[],
    }
}

/// A snapshot of random traces. Each has a function that is shown.
fn random_traces(random: &mut impl FnMut(usize) -> usize) -> Vec<(Vec<usize>, i64, i64)> {
    let trace = |_| {
        let mut frames: Vec<usize> = (0..random(5)).map(|_| PUSH + random(8)).collect();
        frames.push([MAIN, DESERIALIZE, NO_FILE][random(3)]);
        (frames, random(1000) as i64, random(10) as i64)
    };
    (0..30).map(trace).collect()
}

fn snapshot_of(traces: &[(Vec<usize>, i64, i64)]) -> Snapshot {
    let made: Vec<Made> =
        traces.iter().map(|(frames, size, n)| (&*frames.clone().leak(), *size, *n)).collect();
    snapshot(&made)
}

#[test]
fn a_trace_counts_at_the_nearest_function_of_the_chosen_crates() {
    let mut random = random();
    type Choice<'c> = (Attribution<'c>, fn(&(&str, &str, bool)) -> bool);
    let choices: [Choice<'_>; 5] = [
        (Attribution::Innermost, |_| true),
        (Attribution::Program, |frame| frame.2),
        (Attribution::Crates(&["serde-*"]), |frame| frame.1 == "serde_json"),
        (Attribution::Crates(&["z?", "none"]), |frame| frame.1 == "zz"),
        (Attribution::Crates(&[]), |_| false),
    ];
    for _ in 0..50 {
        let traces = [random_traces(&mut random), random_traces(&mut random)];
        let [later, earlier] = [snapshot_of(&traces[0]), snapshot_of(&traces[1])];
        for (attribution, is_own) in choices {
            let later = later.attributed_to(attribution);
            let mut expected: [BTreeMap<&str, (u64, u64)>; 2] = Default::default();
            let mut cumulative: BTreeMap<&str, u64> = BTreeMap::new();
            for (traces, expected) in traces.iter().zip(&mut expected) {
                for (frames, size, blocks) in traces {
                    let shown = || frames.iter().flat_map(|&address| shown_at(address));
                    let row = shown().find(|frame| is_own(frame)).or(shown().next()).unwrap();
                    let sum = expected.entry(row.0).or_default();
                    *sum = (sum.0 + *size as u64, sum.1 + *blocks as u64);
                }
            }
            for (frames, size, _) in &traces[0] {
                let shown = || frames.iter().flat_map(|&address| shown_at(address));
                let has_own = shown().any(is_own);
                let mut rows: Vec<&str> =
                    shown().filter(|frame| !has_own || is_own(frame)).map(|frame| frame.0).collect();
                rows.sort_unstable();
                rows.dedup();
                rows.into_iter().for_each(|row| *cumulative.entry(row).or_default() += *size as u64);
            }
            let statistics = later.statistics(By::Line);
            assert_eq!(statistics.rows().len(), expected[0].len(), "{attribution:?}");
            for row in statistics.rows() {
                let (size, blocks) = expected[0][&*row.group().to_string()];
                assert_eq!(row.live_amount(), Amount { size, blocks }, "{attribution:?} {row}");
                assert_eq!(row.total_amount(), Amount { size: 2 * size, blocks: 2 * blocks });
            }
            for row in later.cumulative_statistics(By::Line).rows() {
                assert_eq!(row.size(), cumulative[&*row.group().to_string()], "{attribution:?} {row}");
            }
            for by in [By::Line, By::Function, By::File, By::Crate, By::Trace] {
                let statistics = later.statistics(by);
                let sum = |rank| {
                    let mut sum = Amount::default();
                    let ranked = statistics.ranked_by(rank);
                    ranked.rows().for_each(|row| sum.add(Amount { size: row.size(), blocks: row.count() }));
                    sum
                };
                assert_eq!(sum(Metric::LiveSize), later.live_amount());
                assert_eq!(sum(Metric::TotalSize), later.total_amount());
                assert_eq!(sum(Metric::PeakSize), later.peak_amount());
            }
            // The earlier snapshot is not attributed itself.
            for row in later.compare_to(&earlier, By::Line).rows() {
                let [now, before] = expected
                    .each_ref()
                    .map(|rows| rows.get(&*row.group().to_string()).copied().unwrap_or_default());
                assert_eq!((row.size(), row.count()), now, "{attribution:?} {row}");
                assert_eq!(row.size_change(), now.0 as i64 - before.0 as i64);
                assert_eq!(row.count_change(), now.1 as i64 - before.1 as i64);
            }
        }
    }
}

#[test]
fn attributed_traces_and_filters_leave_out_other_crates() {
    let made: [Made; 3] = [
        (&[PUSH, DESERIALIZE, PARSE, DESERIALIZE, MAIN], 5, 1),
        (&[DESERIALIZE, NO_FILE], 2, 1),
        (&[DESERIALIZE, TRUNCATED], 1, 1),
    ];
    let attributed = snapshot(&made).attributed_to(Attribution::Program);
    let traces: Vec<_> = attributed.traces().map(|trace| trace.to_string()).collect();
    let parser = "  File \"serde_json-1.0.1/src/de.rs\", line 99";
    assert_eq!(traces[0], "  File \"src/main.rs\", line 3\n  File \"src/a.rs\", line 12");
    assert_eq!(traces[1], format!("  In zz::no_file\n{parser}"));
    assert_eq!(traces[2], format!("  In [truncated]\n{parser}"));
    let live = |filter| attributed.filter_traces(&[filter]).live_amount().size;
    assert_eq!(live(Filter::only_files("src/a.rs")), 5);
    assert_eq!(live(Filter::only_crates("serde_json")), 3);
    assert_eq!(live(Filter::only_crates("serde_json").all_frames()), 3);
    let filtered = attributed.filter_traces(&[Filter::only_crates("zz")]);
    assert_eq!(filtered.statistics(By::Crate).rows().next().unwrap().group(), Group::Crate("zz"));
}

#[test]
fn rows_are_ranked_by_their_number_of_blocks() {
    let statistics = snapshot(&LATER).statistics(By::Line).ranked_by(Metric::LiveBlocks);
    assert_eq!(
        statistics.top(2).to_string(),
        "\
src/a.rs:12: size=4.7 MiB, count=46,531, average=107 B
std/std/src/thread/mod.rs:728: size=300 B, count=3, average=100 B
2 others: 3 blocks
total: 46,537 blocks
tracker's own memory: 512.0 KiB"
    );
    let earlier = snapshot(&EARLIER).statistics(By::Line).ranked_by(Metric::LiveBlocks);
    assert_eq!(
        statistics.compare_to(&earlier).top(3).to_string(),
        "\
src/a.rs:12: size=4.7 MiB (+4.7 MiB), count=46,531 (+46,531), average=107 B
std/std/src/thread/mod.rs:728: size=300 B (+300 B), count=3 (+3), average=100 B
serde_json-1.0.1/src/de.rs:99: size=2.0 KiB (-9.8 KiB), count=2 (-1), average=1.0 KiB
2 others: 1 block (0)
total: 46,537 blocks (+46,533)
tracker's own memory: 512.0 KiB (0 B)"
    );
    let mut random = random();
    for _ in 0..50 {
        let statistics = snapshot_of(&random_traces(&mut random)).statistics(By::Line);
        for (rank, bytes) in [
            (Metric::LiveBlocks, Metric::LiveSize),
            (Metric::TotalBlocks, Metric::TotalSize),
            (Metric::PeakBlocks, Metric::PeakSize),
        ] {
            let (by_blocks, by_bytes) = (statistics.ranked_by(rank), statistics.ranked_by(bytes));
            assert_eq!(by_blocks.sum(), by_bytes.sum());
            let mut rows: Vec<_> =
                by_bytes.rows().map(|row| (row.count(), row.size(), row.group().to_string())).collect();
            rows.sort_by_key(|row| std::cmp::Reverse((row.0, row.1)));
            let ranked: Vec<_> =
                by_blocks.rows().map(|row| (row.count(), row.size(), row.group().to_string())).collect();
            assert_eq!(ranked, rows);
        }
    }
}

#[test]
fn later_look_ups_change_no_earlier_snapshot() {
    let earlier = snapshot(&[(&[0x9001, 0x9002], 100, 1)]);
    let lines = || earlier.statistics(By::Line).to_string();
    let before = lines();
    assert!(before.starts_with("0x9002: "), "{before}");
    let _ = snapshot(&[(&[0x9002, 0x9003], 100, 1)]).statistics(By::Line);
    assert_eq!(lines(), before);
}

#[test]
fn frames_that_differ_in_any_part_have_different_hashes() {
    let hashes = untracked(|| {
        [("", ""), ("a", ""), ("", "a"), ("b", "")].map(|(file, function)| {
            let symbol =
                Symbol { file: file.into(), function: function.into(), ..Symbol::unknown("a".into()) };
            BuildHasherDefault::<DefaultHasher>::default().hash_one(Frame::new(symbol))
        })
    });
    assert_eq!(HashSet::from(hashes).len(), 4);
}
