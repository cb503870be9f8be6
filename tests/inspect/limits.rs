//! The limits on a report, and truncated reports.

use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use deep_size::{DeepSize, Inspector, Walker, inspect};

use crate::list;
use crate::support::live_bytes;
use crate::support::report::assert_adds_up;

/// Eighteen fields. With the vector and its elements, twenty paths.
#[derive(Clone, Default, DeepSize)]
struct Wide(
    [u8; 1],
    u16,
    u32,
    u64,
    i8,
    i16,
    i32,
    i64,
    f32,
    f64,
    char,
    bool,
    (),
    Box<u8>,
    Box<u16>,
    Option<u8>,
    Option<u16>,
    Option<u32>,
);

#[test]
fn memory_grows_with_paths_not_values() {
    let held = |values: usize| {
        let value = vec![Wide::default(); values];
        let before = live_bytes();
        let report = inspect(&value);
        let held = live_bytes() - before;
        assert_eq!(report.deep_size(), value.deep_size());
        assert_eq!(report.nodes().filter(|node| node.count() >= values).count(), 20, "{report:#}");
        held
    };
    let (few, many) = (held(1_000), held(100_000));
    assert_eq!(few, many);
    assert!(many < 1 << 14, "{many} bytes");
}

#[test]
fn max_nodes_limits_the_tree() {
    let value = vec![vec![(String::from("a"), vec![1_u8])], Vec::new()];
    for most in 0..12 {
        let report = Inspector::new().max_nodes(most).inspect(&value);
        assert_eq!(report.deep_size(), value.deep_size());
        assert_adds_up(&report);
        let truncated = report.nodes().filter(|node| node.is_truncated()).count();
        assert_eq!(report.is_truncated(), most < 6, "{most}");
        assert_eq!(report.is_truncated(), truncated > 0);
        assert!(report.nodes().count() - truncated <= most.max(1));
        assert_eq!(report.to_string().contains("truncated"), most < 6);
    }
    let report = Inspector::new().max_nodes(3).inspect(&value);
    let rest = 48 + 1 + 1;
    assert_eq!(
        list(&report),
        [
            format!(". × 1 = {}", value.deep_size()),
            format!("[] × 2 = {}", 48 + rest),
            format!("[][] × 1 = {rest}"),
            format!("[][].… × 3 = {rest}"),
        ]
    );
}

#[test]
fn truncated_reports_add_up() {
    #[derive(DeepSize)]
    enum Value {
        Leaf,
        Text(String),
        Shared(std::rc::Rc<String>),
        Many(Vec<Value>),
    }
    fn value(depth: usize, shared: &std::rc::Rc<String>) -> Value {
        match depth % 4 {
            _ if depth > 4 => Value::Many((0..depth).map(|depth| value(depth, shared)).collect()),
            0 => Value::Leaf,
            1 => Value::Text("text".into()),
            2 => Value::Shared(shared.clone()),
            _ => Value::Shared(std::rc::Rc::new("unique".into())),
        }
    }
    let value = value(9, &std::rc::Rc::new("shared".into()));
    for most in 0..30 {
        let report = Inspector::new().max_nodes(most).inspect(&value);
        assert_eq!(report.deep_size(), value.deep_size());
        assert_adds_up(&report);
    }
}

#[test]
fn largest_values_sets_the_number_of_values() {
    let texts: Vec<String> = (1..100).map(|length| "x".repeat(length)).collect();
    for most in [0, 1, 5, 200] {
        let report = Inspector::new().largest_values(most).inspect(&texts);
        let largest: Vec<usize> = report.largest_values().iter().map(|value| value.size).collect();
        let mut expected: Vec<usize> = (1..100).collect();
        expected.push(99 * 24);
        expected.sort_by_key(|&bytes| std::cmp::Reverse(bytes));
        expected.truncate(most);
        assert_eq!(largest, expected);
    }
}

struct Slow(usize);

impl DeepSize for Slow {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        for value in 0..self.0 {
            if value % 1000 == 0 {
                thread::sleep(Duration::from_millis(15));
            }
            walker.inner(black_box(&Box::new(1_u8)));
        }
    }
}

#[test]
fn progress_is_reported_at_a_bounded_rate() {
    let mut told = Vec::new();
    let start = Instant::now();
    let report = Inspector::new().on_progress(|progress| told.push(*progress)).inspect(&Slow(60_000));
    let elapsed = start.elapsed();
    assert!(!told.is_empty(), "the walk took {elapsed:?}");
    assert!(told[0].elapsed >= Duration::from_millis(100));
    assert!(told.len() as u128 <= elapsed.as_millis() / 100);
    for pair in told.windows(2) {
        assert!(pair[1].elapsed - pair[0].elapsed >= Duration::from_millis(100));
        assert!(pair[1].value_count > pair[0].value_count && pair[1].size > pair[0].size);
    }
    let last = told.last().expect("progress was reported");
    assert!(last.value_count <= 2 * 60_000 + 1 && last.size <= report.deep_size());
}

#[test]
fn short_walks_report_no_progress() {
    let mut told = 0;
    let mut inspector = Inspector::new().on_progress(|_| told += 1);
    let report = inspector.inspect(&Slow(10));
    assert_eq!(report.allocation_count(), 10);
    drop(inspector);
    assert_eq!(told, 0);
}

#[test]
fn counts_of_zero_sized_values_saturate() {
    let report = inspect(&[vec![(); usize::MAX], vec![(); usize::MAX]]);
    let inner = report.nodes().find(|node| node.path() == "[][]").expect("there are elements");
    assert_eq!((inner.count(), inner.deep_size()), (usize::MAX, 0));
    for line in format!("{report}{report:#}").lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
}

#[test]
fn a_nan_share_hides_nothing() {
    let values = (vec![1_u8; 1000], 1_u8);
    let printed = |share| Inspector::new().min_share(share).inspect(&values).to_string();
    assert_eq!(printed(f64::NAN), printed(0.0));
}
