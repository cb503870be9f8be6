//! A report that was read equals the one that was written.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroU64;
use std::rc::Rc;

use arbitrary::{Arbitrary as _, Unstructured};
use deep_size::inspect::TreeNode;
use deep_size::{DeepSize, Inspector, Reason, Report, Walker, inspect};

use crate::graph::{Alive, random as random_graph};
use crate::random::Random;
use crate::support::report::assert_adds_up;
use crate::trial::for_random_bytes;

/// Writes and reads a report, and compares all its public parts.
#[track_caller]
fn assert_round_trips(report: &Report) {
    let text = report.to_json();
    let read = Report::from_json(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(read.to_json(), text);
    assert_eq!(format!("{read:#}"), format!("{report:#}"));
    assert_eq!(read.to_string(), report.to_string());
    assert_adds_up(&read);
    let paths = |report: &Report| report.nodes().map(|node| node.path()).collect::<Vec<_>>();
    assert_eq!(paths(&read), paths(report));
    assert_eq!(read.opaque_parts(), report.opaque_parts());
    assert_eq!(read.largest_values(), report.largest_values());
    assert_eq!(read.types(), report.types());
    assert_eq!(read.layouts(), report.layouts());
    let figures = |report: &Report| -> Vec<_> {
        let figures = |node: TreeNode<'_>| (node.padding(), node.unused_by_variants(), node.sample_size());
        report.nodes().map(figures).collect()
    };
    assert_eq!(figures(&read), figures(report));
    assert_eq!(read.pointer_width(), usize::BITS);
}

fn family<T: Random>() {
    for_random_bytes(|source| assert_round_trips(&inspect(&T::random(source, 0))));
}

#[test]
fn reports_on_collections_round_trip() {
    family::<Vec<HashMap<String, BTreeMap<u8, Vec<String>>>>>();
    family::<BTreeMap<u16, Option<Box<[String]>>>>();
    family::<Vec<Result<String, Vec<u8>>>>();
}

#[test]
fn reports_on_graphs_round_trip() {
    for clean in [false, true] {
        for_random_bytes(|source: &mut Unstructured<'_>| {
            Alive::forget();
            let graph = random_graph(source, clean);
            assert_round_trips(&inspect(&graph.value));
            assert_round_trips(&Inspector::new().max_nodes(7).compare_contents(true).inspect(&graph.value));
            drop(graph);
            Alive::unlink(|_| true);
        });
    }
}

struct Foreign(u8);

impl DeepSize for Foreign {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("a \"name\";\n</script> ß\u{2028}", &self.0);
        walker.opaque(Reason::Other("only its author knows \"why\""));
        walker.opaque(Reason::Hidden);
    }
}

#[derive(DeepSize)]
enum Shape {
    Dot,
    Image([u8; 100]),
}

#[derive(DeepSize)]
struct List {
    shapes: Vec<Shape>,
    next: Option<Box<List>>,
}

#[test]
fn all_names_reasons_and_advice_round_trip() {
    let cells = vec![Cell::new(String::from("unseen"))];
    let texts = vec![String::from("a text"); 100];
    let numbers = (vec![i64::MIN + 1; 100], vec![-3_i128; 100], vec![u128::from(u64::MAX); 20_000]);
    let shapes = || (0..100).map(|at| if at == 0 { Shape::Image([0; 100]) } else { Shape::Dot }).collect();
    let mut list = List { shapes: shapes(), next: None };
    for _ in 0..10 {
        list = List { shapes: shapes(), next: Some(Box::new(list)) };
    }
    let boxes: Vec<Box<u8>> = (0..100).map(Box::new).collect();
    let flat: Vec<Shape> = shapes();
    let value = (
        Foreign(1),
        cells,
        texts,
        Vec::<u8>::with_capacity(9),
        list,
        boxes,
        (flat, Rc::new([(); 9]), numbers),
    );
    let report = Inspector::new().compare_contents(true).inspect(&value);
    assert!(report.advice().len() >= 4, "{:#}", report);
    assert_eq!(report.remarks().count(), 2, "{:#}", report);
    assert_round_trips(&report);
    assert_round_trips(&inspect(&()));
    assert_round_trips(&Inspector::new().largest_values(0).max_nodes(0).inspect(&value));
}

/// Flat values with a niche, a tag, and a determined discriminant, nested and with padding.
#[derive(Clone, DeepSize)]
enum Flat {
    Nothing,
    Pair(u8, u64),
    Named { is_set: bool, inside: Option<Inner> },
    Optional(Option<u64>, Option<NonZeroU64>, (u16, [u8; 3])),
    Rare([u8; 60], Result<u32, u8>),
}

#[derive(Clone, DeepSize)]
#[repr(u16)]
enum Inner {
    One,
    Two(u32),
    Three(Plain),
}

#[derive(Clone, DeepSize)]
#[repr(C)]
struct Plain {
    first: u8,
    second: (u32, Option<char>),
}

#[derive(Clone, Copy, DeepSize)]
union Either {
    number: u32,
    bytes: [u8; 7],
}

#[derive(DeepSize)]
enum Owning {
    Name(String),
    Flats(Vec<Flat>),
    Pair(Option<Box<Flat>>, u8),
    Number(u32),
}

/// Numbers without randomness left are 0.
fn number(source: &mut Unstructured<'_>) -> u32 {
    u32::arbitrary(source).unwrap_or_default()
}

impl Flat {
    fn random(source: &mut Unstructured<'_>) -> Self {
        let some = number(source);
        match some % 5 {
            0 => Self::Nothing,
            1 => Self::Pair(some as u8, 1),
            2 => {
                Self::Named { is_set: some % 7 == 0, inside: (some % 3 == 0).then(|| Inner::random(source)) }
            }
            3 => Self::Optional(
                (some % 3 == 0).then_some(1),
                NonZeroU64::new(u64::from(some % 2)),
                (some as u16, [1; 3]),
            ),
            _ => Self::Rare([1; 60], if some % 2 == 0 { Ok(some) } else { Err(1) }),
        }
    }
}

impl Inner {
    fn random(source: &mut Unstructured<'_>) -> Self {
        let some = number(source);
        match some % 3 {
            0 => Self::One,
            1 => Self::Two(some),
            _ => Self::Three(Plain { first: 1, second: (some, char::from_u32(some)) }),
        }
    }
}

impl Owning {
    fn random(source: &mut Unstructured<'_>) -> Self {
        let some = number(source);
        match some % 4 {
            0 => Self::Name("x".repeat(some as usize % 10)),
            1 => Self::Flats(flats(source)),
            2 => Self::Pair((some % 3 == 0).then(|| Flat::random(source).into()), 1),
            _ => Self::Number(some),
        }
    }
}

fn flats(source: &mut Unstructured<'_>) -> Vec<Flat> {
    (0..number(source) % 10).map(|_| Flat::random(source)).collect()
}

#[test]
fn layouts_of_random_values_round_trip() {
    let layouts = Cell::new(0);
    for_random_bytes(|source: &mut Unstructured<'_>| {
        let flats = flats(source);
        let owning: Vec<Owning> = (0..number(source) % 10).map(|_| Owning::random(source)).collect();
        let report = inspect(&(flats, owning, [Either { number: 7 }; 3]));
        layouts.set(layouts.get() + report.layouts().len());
        assert_round_trips(&report);
    });
    assert!(layouts.get() > 100, "{layouts:?}");
}

#[test]
fn estimates_of_random_values_round_trip() {
    let sampled = Cell::new(0);
    for_random_bytes(|source: &mut Unstructured<'_>| {
        let count = [10_000, 10_001, 20_001, 30_007][number(source) as usize % 4];
        let some: Vec<Flat> = (0..17).map(|_| Flat::random(source)).collect();
        let flats: Vec<Flat> = some.iter().cycle().take(count).cloned().collect();
        let option = |flat: &Flat| if let Flat::Pair(..) = flat { None } else { Some(flat.clone()) };
        let options: Vec<Option<Flat>> = flats.iter().map(option).collect();
        let report = inspect(&(flats, options));
        let estimated = report.nodes().filter(|node| node.sample_size().is_some()).count();
        assert!((estimated > 0) == (count > 10_000), "{report:#}");
        sampled.set(sampled.get() + usize::from(estimated > 0));
        assert_round_trips(&report);
    });
    assert!(sampled.get() > 10, "{sampled:?}");
}

#[test]
fn a_list_of_a_million_nodes_has_a_small_file() {
    let mut list = List { shapes: Vec::new(), next: None };
    for _ in 0..1_000_000 {
        list = List { shapes: Vec::new(), next: Some(Box::new(list)) };
    }
    let report = inspect(&list);
    assert_round_trips(&report);
    assert!(report.to_json().len() < 10_000);
    while let Some(next) = list.next.take() {
        list = *next;
    }
}

#[test]
fn serde_works_without_the_json_feature() {
    let text = Rc::new(String::from("text"));
    let report = inspect(&[text.clone(), text]);
    let value = serde_json::to_value(&report).expect("a report can be any format of serde");
    assert_eq!(value["version"], 1);
    let read: Report = serde_json::from_value(value.clone()).expect("and come from it");
    assert_eq!(read.to_json(), report.to_json());
    let mut later = value;
    later["version"] = 2.into();
    let error = serde_json::from_value::<Report>(later).expect_err("the version is unknown");
    assert!(error.to_string().contains("version 2"), "{error}");
}
