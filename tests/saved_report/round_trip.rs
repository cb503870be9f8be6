//! A report that was read equals the one that was written.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use arbitrary::Unstructured;
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
    let shapes = || (0..100).map(|at| if at == 0 { Shape::Image([0; 100]) } else { Shape::Dot }).collect();
    let mut list = List { shapes: shapes(), next: None };
    for _ in 0..10 {
        list = List { shapes: shapes(), next: Some(Box::new(list)) };
    }
    let boxes: Vec<Box<u8>> = (0..100).map(Box::new).collect();
    let flat: Vec<Shape> = shapes();
    let value =
        (Foreign(1), cells, texts, Vec::<u8>::with_capacity(9), list, boxes, (flat, Rc::new([(); 9])));
    let report = Inspector::new().compare_contents(true).inspect(&value);
    assert!(report.advice().len() >= 4, "{:#}", report);
    assert_round_trips(&report);
    assert_round_trips(&inspect(&()));
    assert_round_trips(&Inspector::new().largest_values(0).max_nodes(0).inspect(&value));
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
