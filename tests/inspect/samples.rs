//! The inside of flat values, which are visited up to a limit, and sampled beyond it.

use std::collections::{BTreeMap, HashMap};

use deep_size::observer::FlatRun;
use deep_size::{DeepSize, Observer, Report, Walker, inspect, observe};

use crate::support::report::{assert_adds_up, checked_report};

#[derive(Clone, Copy, DeepSize)]
enum Shape {
    Point,
    Circle(u32),
    Square { side: u16, filled: bool },
}

fn shape(number: usize) -> Shape {
    match number {
        0 => Shape::Point,
        1 => Shape::Circle(1),
        _ => Shape::Square { side: 2, filled: true },
    }
}

/// The counts of the variants `Point`, `Circle` and `Square` below `path`.
fn counts(report: &Report, path: &str) -> [usize; 3] {
    let count = |name: &str| {
        let path = format!("{path}::{name}");
        report.nodes().filter(|node| node.path() == path).map(|node| node.count()).sum()
    };
    [count("Point"), count("Circle"), count("Square")]
}

/// Each count differs from the truth by at most a fiftieth of the sum.
#[track_caller]
fn assert_close(found: [usize; 3], truth: [usize; 3]) {
    assert_eq!(found.iter().sum::<usize>(), truth.iter().sum::<usize>(), "{found:?} for {truth:?}");
    let most = truth.iter().sum::<usize>() / 50;
    assert!(
        found.iter().zip(truth).all(|(found, truth)| found.abs_diff(truth) <= most),
        "{found:?} for {truth:?}"
    );
}

fn has_estimates(report: &Report) -> bool {
    report.nodes().any(|node| node.sample_size().is_some())
}

#[test]
fn up_to_10_000_values_are_counted_exactly() {
    let value: Vec<Shape> = (0..10_000).map(|at| shape(at * at % 7 % 3)).collect();
    let report = checked_report(&value);
    let truth = [0, 1, 2].map(|kind| (0..10_000).filter(|at| at * at % 7 % 3 == kind).count());
    assert_eq!(counts(&report, "[]"), truth);
    assert!(!has_estimates(&report));
    let side = report.nodes().find(|node| node.path() == "[]::Square.side").expect("there are squares");
    assert_eq!((side.count(), side.deep_size()), (truth[2], truth[2] * 2));
}

#[test]
fn larger_runs_are_sampled_and_their_counts_add_up() {
    for len in [10_001, 12_345, 100_000, 1_000_000] {
        // A sample at regular distances would see only some of the values of a period.
        for period in [2, 3, 10, 100, 4096] {
            let kind = |at: usize| if at % period == 0 { 0 } else { 1 + at % period % 2 };
            let value: Vec<Shape> = (0..len).map(|at| shape(kind(at))).collect();
            let report = checked_report(&value);
            let truth = [0, 1, 2].map(|one| (0..len).filter(|&at| kind(at) == one).count());
            assert_close(counts(&report, "[]"), truth);
            let elements = report.nodes().find(|node| node.path() == "[]").expect("there are elements");
            assert_eq!((elements.count(), elements.sample_size()), (len, None));
            for variant in elements.children() {
                let sample_size = variant.sample_size().expect("the count is an estimate");
                assert!((5_000..=10_000).contains(&sample_size), "{sample_size}");
            }
            assert!(report.layouts().iter().any(|layout| layout.is_estimate));
        }
    }
}

#[test]
fn options_of_any_number_keep_their_layout() {
    for len in [20_001, 20_002, 20_003, 33_333] {
        let value: Vec<Option<u32>> = (0..len).map(|at| (at % 2 == 0).then_some(1)).collect();
        let report = checked_report(&value);
        let layout = report.layouts().first().expect("the layout is known");
        let [none, some] = &layout.variants[..] else { panic!("there are two variants") };
        assert_eq!(none.count + some.count, len);
        assert_eq!(report.unused_by_variants(), none.count * 4);
        assert_close([none.count, some.count, 0], [len / 2, len - len / 2, 0]);
    }
}

#[test]
fn values_without_bytes_are_no_estimates() {
    #[derive(Clone, Copy, DeepSize)]
    enum Only {
        Unit,
    }
    let value: std::collections::LinkedList<Only> = [Only::Unit; 100].into();
    let report = checked_report(&value);
    let variant =
        report.nodes().find(|node| node.path().ends_with("::Unit")).expect("the variant has a node");
    assert!(!has_estimates(&report));
    assert_eq!(variant.count(), 100);
}

#[test]
fn an_observer_can_end_the_samples() {
    #[derive(Default)]
    struct Ends(usize);
    impl Observer for Ends {
        fn next_samples(&mut self, run: &FlatRun) -> std::ops::Range<usize> {
            self.0 += 1;
            if run.count > 5 { 1..3 } else { 0..0 }
        }
    }
    let mut ends = Ends::default();
    observe(&vec![Shape::Point; 11], &mut ends);
    assert_eq!(ends.0, 3);
    let mut ends = Ends::default();
    observe(&(0..11).map(|key| (key, Shape::Point)).collect::<BTreeMap<u8, _>>(), &mut ends);
    assert_eq!(ends.0, 3);
}

#[test]
fn fields_of_sampled_structs_are_exact() {
    let value = vec![(1_u8, [2_u16; 3], Some(4_u32)); 30_000];
    let report = checked_report(&value);
    let node = |path: &str| report.nodes().find(|node| node.path() == path).expect("the path exists");
    assert_eq!((node("[].0").count(), node("[].0").sample_size()), (30_000, None));
    assert_eq!((node("[].1[]").count(), node("[].1[]").deep_size()), (90_000, 180_000));
    assert_eq!(node("[].2").deep_size(), 30_000 * 8);
    assert_eq!(report.padding(), 30_000);
}

#[test]
fn many_runs_of_one_path_share_the_limit() {
    let runs: Vec<Vec<Shape>> =
        (0..3_000).map(|run| (0..3).map(|at| shape((run + at) % 3)).collect()).collect();
    let report = checked_report(&runs);
    assert_eq!(counts(&report, "[][]"), [3_000; 3]);
    assert!(!has_estimates(&report));

    let runs: Vec<Vec<Shape>> =
        (0..60_000).map(|run| (0..run % 7).map(|at| shape(at % 3)).collect()).collect();
    let report = checked_report(&runs);
    let truth =
        [0, 1, 2].map(|kind| runs.iter().map(|run| (0..run.len()).filter(|at| at % 3 == kind).count()).sum());
    assert_close(counts(&report, "[][]"), truth);
    assert!(has_estimates(&report));
}

#[test]
fn keys_and_values_of_maps_are_sampled_too() {
    let mut map: HashMap<(u32, Option<bool>), Shape> = HashMap::new();
    map.extend((0..50_000).map(|key| ((key, Some(key % 2 == 0)), shape(key as usize % 3))));
    let report = checked_report(&map);
    assert_close(counts(&report, "values[]"), [16_667, 16_667, 16_666]);
    let flag = report.nodes().find(|node| node.path() == "keys[].1").expect("keys have fields");
    assert_eq!(flag.count(), 50_000);

    let tree: BTreeMap<u32, (Shape, String)> =
        (0..20_000).map(|key| (key, (shape(key as usize % 3), String::new()))).collect();
    let report = checked_report(&tree);
    assert_eq!(counts(&report, "values[].0"), [6_667, 6_667, 6_666]);
    assert!(!has_estimates(&report), "values that own memory are visited one by one");
}

#[test]
fn runs_in_sampled_values_are_sampled() {
    let value: Vec<[Shape; 5]> = (0..40_000).map(|at| [0, 1, 2, 0, at % 3].map(shape)).collect();
    let report = checked_report(&value);
    let truth = [2 * 40_000 + 13_334, 40_000 + 13_333, 40_000 + 13_333];
    assert_close(counts(&report, "[][]"), truth);
}

#[test]
fn pointers_in_sampled_values_are_counted_once() {
    #[derive(Clone, DeepSize)]
    struct Token<'t>(&'t str, Option<&'t str>, *const u8);
    let text = String::from("text");
    for len in [3, 9_999, 25_000] {
        let tokens = vec![Token(&text, Some(&text), text.as_ptr()); len];
        assert_eq!(checked_report(&tokens).unfollowed_pointer_count(), 3 * len);
        let set: BTreeMap<usize, Token<'_>> = tokens.iter().cloned().enumerate().collect();
        assert_eq!(checked_report(&set).unfollowed_pointer_count(), 3 * len);
    }
}

#[test]
fn any_number_of_values_without_bytes_takes_no_time() {
    #[derive(Clone, Copy, DeepSize)]
    struct Unit;
    struct Twice([Unit; usize::MAX]);
    impl DeepSize for Twice {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            walker.elements(self.0.iter().chain(&self.0));
        }
    }
    assert_eq!(checked_report(&[Unit; usize::MAX]).padding(), 0);
    assert_eq!(checked_report(&Twice([Unit; usize::MAX])).heap_size(), 0);
}

#[test]
fn a_truncated_report_of_sampled_values_adds_up() {
    let value: Vec<(Shape, Option<Shape>)> =
        (0..30_000).map(|at| (shape(at % 3), (at % 2 == 0).then(|| shape(at % 5 % 3)))).collect();
    for most in 1..20 {
        let report = deep_size::Inspector::new().max_nodes(most).inspect(&value);
        assert_adds_up(&report);
        assert_eq!(report.deep_size(), value.deep_size());
    }
}

#[test]
fn estimates_are_marked_with_the_size_of_their_sample() {
    let shapes: Vec<Shape> = (0..20_000).map(|at| shape(at % 2)).collect();
    let text = inspect(&shapes).to_string();
    assert_eq!(text.matches('≈').count(), 3, "two variants and the legend:\n{text}");
    assert!(text.contains("≈: estimated from a sample of 10,000 values\n"), "{text}");
    let text = inspect(&(shapes, vec![shape(0); 15_000])).to_string();
    assert!(text.contains("≈: estimated from a sample of at least 7,500 values\n"), "{text}");
}

#[test]
fn the_first_lines_of_a_report_name_the_waste_of_an_enum() {
    #[derive(DeepSize)]
    #[expect(dead_code, clippy::large_enum_variant, reason = "the report shall name the waste")]
    enum Job {
        Idle,
        Small(u8),
        Big([u8; 400]),
    }
    let jobs: Vec<Job> = (0..1000).map(|_| Job::Small(1)).collect();
    let report = inspect(&jobs);
    assert_eq!(report.unused_by_variants(), 399_000);
    let text = report.to_string();
    let first: String = text.lines().take(10).collect();
    assert!(first.contains("unused by variants 389.6 KiB (99.5 %)"), "{text}");
    assert!(first.contains("[]::Small.0: u8  (389.6 KiB unused)"), "{text}");
}
