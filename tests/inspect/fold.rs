//! Recursive types fold into one node.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::thread;

use deep_size::{DeepSize, Walker};

use crate::nodes;
use crate::support::report::checked_report;

#[derive(DeepSize)]
struct List {
    value: String,
    next: Option<Box<List>>,
}

impl List {
    fn of(length: usize) -> Self {
        let mut list = List { value: String::new(), next: None };
        for _ in 1..length {
            list = List { value: "v".into(), next: Some(Box::new(list)) };
        }
        list
    }
}

#[test]
fn a_list_of_a_million_nodes_prints_a_few_lines() {
    let thread = thread::Builder::new().stack_size(512 * 1024);
    let test = || {
        let mut list = List::of(1_000_000);
        let report = checked_report(&list);
        let found = crate::list(&report);
        while let Some(next) = list.next.take() {
            list = *next;
        }
        assert_eq!(
            found,
            [
                format!(". × 1 = {}", 32 + 999_999 * 33),
                String::from("value × 1 = 25"),
                format!("next… × 1000000 = {}", 8 + 999_999 * 33 - 1),
                format!("next….value × 999999 = {}", 999_999 * 24 + 999_998),
                String::from("next….next × 999999 → next…"),
            ]
        );
        // A long path is cut.
        assert!(report.largest_values().iter().all(|value| value.path.len() < 500));
    };
    thread.spawn(test).expect("a thread starts").join().expect("the report is made");
}

#[test]
fn lists_in_a_vector_have_a_node_besides_their_own_nodes() {
    assert_eq!(
        nodes(&vec![List::of(3), List::of(1)]),
        [
            ". × 1 = 154",
            "[] × 2 = 130",
            "[].value × 2 = 49",
            "[].next… × 4 = 81",
            "[].next….value × 2 = 49",
            "[].next….next × 2 → [].next…"
        ]
        .map(String::from)
    );
}

#[derive(DeepSize)]
struct Tree {
    left: Option<Box<Tree>>,
    right: Option<Box<Tree>>,
}

fn tree(depth: usize) -> Tree {
    let child = |depth: Option<usize>| depth.map(|depth| Box::new(tree(depth)));
    Tree { left: child(depth.checked_sub(1)), right: child(depth.checked_sub(2)) }
}

#[test]
fn left_and_right_subtrees_have_separate_nodes() {
    let value = tree(10);
    let side = |tree: &Option<Box<Tree>>| tree.deep_size();
    assert_eq!(
        nodes(&value),
        [
            format!(". × 1 = {}", value.deep_size()),
            format!("left… × {} = {}", side(&value.left) / 8, side(&value.left)),
            format!("left….left × {0} → left…", (side(&value.left) - 8) / 16),
            format!("left….right × {0} → left…", (side(&value.left) - 8) / 16),
            format!("right… × {} = {}", side(&value.right) / 8, side(&value.right)),
            format!("right….left × {0} → right…", (side(&value.right) - 8) / 16),
            format!("right….right × {0} → right…", (side(&value.right) - 8) / 16),
        ]
    );
}

#[derive(DeepSize)]
struct Folder {
    name: String,
    folders: Vec<Folder>,
}

fn folder(width: usize) -> Folder {
    Folder { name: "n".into(), folders: (0..width).map(folder).collect() }
}

#[test]
fn outer_vectors_and_recursive_ones_have_separate_nodes() {
    let value = vec![folder(3), folder(2)];
    assert_eq!(
        nodes(&value),
        [
            format!(". × 1 = {}", value.deep_size()),
            format!("[] × 2 = {}", value.heap_size()),
            String::from("[].name × 2 = 50"),
            format!("[].folders… × 12 = {}", value.heap_size() - 50),
            format!("[].folders…[] × 10 = {}", 250),
            String::from("[].folders…[].name × 10 = 250"),
            String::from("[].folders…[].folders × 10 → [].folders…"),
        ]
    );
}

#[derive(DeepSize)]
enum Json {
    Null,
    Text(String),
    Array(Vec<Json>),
    Object(BTreeMap<String, Json>),
}

fn json(depth: usize) -> Json {
    match depth {
        0 => Json::Null,
        1 => Json::Text("text".into()),
        _ if depth % 2 == 0 => Json::Array((0..depth).map(json).collect()),
        _ => Json::Object((0..depth).map(|depth| (depth.to_string(), json(depth))).collect()),
    }
}

#[test]
fn json_has_the_same_nodes_at_any_depth() {
    #[derive(DeepSize)]
    struct Document {
        body: Json,
    }
    let count = |depth| nodes(&Document { body: json(depth) }).len();
    assert_eq!(count(7), count(11));
    assert_eq!(count(8), count(12));
    assert!(count(12) < 30);
}

#[derive(DeepSize)]
struct Ping {
    pong: Option<Box<Pong>>,
}

#[derive(DeepSize)]
struct Pong {
    ping: Vec<Ping>,
}

#[test]
fn types_that_contain_each_other_fold() {
    fn ping(depth: usize) -> Ping {
        Ping { pong: depth.checked_sub(1).map(|depth| Box::new(Pong { ping: vec![ping(depth)] })) }
    }
    assert_eq!(
        nodes(&ping(5)),
        [
            ". × 1 = 168",
            "pong… × 6 = 168",
            "pong….ping × 5 = 120",
            "pong….ping[] × 5 = 0",
            "pong….ping[].pong × 5 → pong…"
        ]
        .map(String::from)
    );
}

#[test]
fn graphs_of_counted_cells_fold() {
    #[derive(DeepSize, Default)]
    struct Node {
        edges: RefCell<Vec<Rc<RefCell<Node>>>>,
    }
    let graph: Vec<Rc<RefCell<Node>>> = (0..50).map(|_| Rc::default()).collect();
    for (from, node) in graph.iter().enumerate() {
        for step in 1..4 {
            let target = graph[(from * step + 1) % graph.len()].clone();
            node.borrow().edges.borrow_mut().push(target);
        }
    }
    let found = nodes(&graph);
    assert_eq!(found.len(), 8, "{found:#?}");
    for node in &graph {
        node.borrow().edges.borrow_mut().clear();
    }
}

#[test]
fn wrappers_without_fields_fold() {
    struct Chain(Option<Box<Chain>>);
    impl DeepSize for Chain {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            walker.inner(&self.0);
        }
    }
    let chain = (0..100).fold(Chain(None), |chain, _| Chain(Some(Box::new(chain))));
    let found = nodes(&chain);
    assert!(found.len() < 5, "{found:#?}");
}

/// Types that all contain each other. Their possible orders are too many for separate nodes.
#[test]
fn densely_recursive_types_have_few_nodes() {
    macro_rules! types {
        ($($type:ident)*) => { types! { @each [$($type)*] $($type)* } };
        (@each $all:tt $($type:ident)*) => { $(types! { @one $type $all })* };
        (@one $type:ident [$($other:ident)*]) => {
            #[derive(DeepSize, Default)]
            #[allow(non_snake_case, reason = "named after types")]
            struct $type { text: String, $($other: Option<Box<$other>>),* }

            impl $type {
                fn random(random: &mut dyn FnMut() -> usize, depth: usize) -> Self {
                    let mut made = Self::default();
                    $(if depth > 0 && random() % 3 == 0 {
                        made.$other = Some(Box::new($other::random(random, depth - 1)));
                    })*
                    made
                }
            }
        };
    }
    types! { A B C D E F }

    let mut random = crate::fastrand(1);
    let value: Vec<A> = (0..100).map(|_| A::random(&mut random, 11)).collect();
    let report = checked_report(&value);
    assert!(report.allocation_count() > 100_000, "{}", report.allocation_count());
    // Each of the six top fields has a place for each of the 36 fields below, and those have seven parts. The walk visited a
    // few places before it found the recursion.
    assert!(report.nodes().count() < 6 * 36 * 9, "{}", report.nodes().count());
}
