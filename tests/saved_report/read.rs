//! Old files stay readable, and damaged files give precise errors.

use std::collections::BTreeSet;
use std::rc::Rc;

use deep_size::saved_report::ReadError;
use deep_size::{DeepSize, Inspector, Report, inspect};
use serde_json::Value;

use crate::support::report::assert_adds_up;

/// Written by the first release of version 1. Never rewritten.
const FIRST: &str = include_str!("data/first.json");

fn report() -> Report {
    let shared = Rc::new(String::from("text"));
    let weak = Rc::downgrade(&shared);
    inspect(&(vec![shared.clone(), shared], Some(Box::new(7_u8)), weak))
}

#[test]
fn the_first_file_is_still_readable() {
    let report = Report::from_json(FIRST).expect("it was written by an earlier release");
    assert_adds_up(&report);
    assert_eq!((report.deep_size(), report.allocation_count(), report.pointer_width()), (1_084, 10, 64));
    assert_eq!(report.root().type_name(), "dependency_graph::graph::Graph");
    assert_eq!(report.shared_allocations().len(), 4);
    assert!(report.nodes().any(|node| node.path() == "packages[].version.suffix"));
}

/// The members of all objects in a file, by path.
fn members(way: &str, value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (name, member) in object {
                let way = format!("{way}.{name}");
                members(&way, member, found);
                found.insert(way);
            }
        }
        Value::Array(array) => array.iter().for_each(|element| members(&format!("{way}[]"), element, found)),
        _ => {}
    }
}

/// The members in the schema, by path.
fn named(way: &str, schema: &Value, all: &Value, found: &mut BTreeSet<String>) {
    if let Some(name) = schema["$ref"].as_str().and_then(|name| name.strip_prefix("#/$defs/")) {
        return named(way, &all["$defs"][name], all, found);
    }
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        let way = format!("{way}.{name}");
        named(&way, member, all, found);
        found.insert(way);
    }
    if schema["items"].is_object() {
        named(&format!("{way}[]"), &schema["items"], all, found);
    }
}

#[test]
fn the_schema_lists_all_members() {
    let schema: Value = serde_json::from_str(include_str!("schema.json")).expect("the schema is JSON");
    let mut known = BTreeSet::new();
    named("", &schema, &schema, &mut known);
    let mut written = BTreeSet::new();
    for text in [FIRST, &report().to_json(), &layouts(10), &layouts(20_000)] {
        members("", &serde_json::from_str(text).expect("a report is JSON"), &mut written);
    }
    let unknown: Vec<_> = written.difference(&known).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    assert!(written.len() > 50, "{written:?}");
}

#[derive(DeepSize)]
enum Job {
    Idle,
    Niche(bool, u16),
    #[allow(dead_code, reason = "no value has this variant")]
    Unseen(u64),
}

#[derive(DeepSize)]
#[repr(u8)]
enum Tagged {
    Small(u8),
    Large(u32, u8),
}

#[derive(Clone, Copy, DeepSize)]
#[repr(C)]
union Either {
    number: u32,
    bytes: [u8; 5],
}

/// A report with layouts of each kind, as a file.
fn layouts(count: usize) -> String {
    let value = |at: usize| {
        let job = if at % 3 == 0 { Job::Idle } else { Job::Niche(at % 2 == 0, 1) };
        let tagged = if at % 2 == 0 { Tagged::Small(1) } else { Tagged::Large(1, 2) };
        let niche = (at % 5 != 0).then_some((true, 7_u16));
        ((job, tagged), (niche, Either { number: 1 }))
    };
    let report = inspect(&(0..count).map(value).collect::<Vec<_>>());
    assert!(report.layouts().len() >= 7);
    report.to_json()
}

/// Replaces the first occurrence of a text after another.
fn replaced(text: &str, after: &str, from: &str, to: &str) -> String {
    let start = text.find(after).unwrap_or_else(|| panic!("{after} in {text}"));
    let (before, rest) = text.split_at(start);
    assert!(rest.contains(from), "{from} in {rest}");
    format!("{before}{}", rest.replacen(from, to, 1))
}

#[test]
fn errors_describe_the_damage_to_integers() {
    let text = Inspector::new().compare_contents(true).inspect(&vec![-3_i64; 100]).to_json();
    for (from, to) in [("\"i64\"", "\"i8\""), ("\"i64\"", "\"u64\""), ("\"i64\"", "\"ß\"")] {
        assert_fails(
            &replaced(&text, "\"integers\"", from, to),
            "the report is damaged: no smaller type can hold one of the `integers`",
        );
    }
}

#[test]
fn errors_describe_the_damage_to_layouts() {
    let report = inspect(&vec![(1_u64, 2_u8), (3, 4)]);
    let text = report.to_json();
    assert!(Report::from_json(&text).is_ok());
    let bad = |from: &str, to: &str| replaced(&text, "\"layouts\"", from, to);
    assert_fails(
        &bad("\"padding\": 7", "\"padding\": 8"),
        "the report is damaged: layout 0: the fields and `padding` do not add up to `size`",
    );
    assert_fails(
        &bad("\"padding\": 7", &format!("\"padding\": {}", usize::MAX)),
        "the report is damaged: layout 0: a sum of numbers overflows",
    );
    assert_fails(
        &bad("\"offset\": 8", "\"offset\": 16"),
        "the report is damaged: layout 0: the field `1` does not fit into `size`",
    );
    assert_fails(
        &bad("\"offset\": 8", "\"offset\": 7"),
        "the report is damaged: layout 0: the field `1` overlaps another one",
    );
    assert_fails(
        &bad("\"name\": \"1\"", "\"name\": \"0\""),
        "the report is damaged: layout 0: the field `0` is listed twice",
    );
    assert_fails(
        &bad("\"kind\": \"struct\"", "\"kind\": \"class\""),
        "the report is damaged at line 26, column 245: unknown variant `class`, expected one of `struct`, `union`, `enum`",
    );
    let nodes = |from: &str, to: &str| replaced(&text, "\"nodes\"", from, to);
    assert_fails(
        &nodes("\"padding\": 14", "\"padding\": 15"),
        "the report is damaged: node 1: `padding` and `unused` exceed `own`",
    );
    assert_fails(
        &replaced(&text, "\"types\"", "\"padding\": 14", "\"padding\": 15"),
        "the report is damaged: the `padding` and `unused` of the type `(u64, u8)` exceed its `bytes`",
    );

    let text = inspect(&[None, Some([1_u8; 100]), None]).to_json();
    let bad = |from: &str, to: &str| replaced(&text, "\"layouts\"", from, to);
    assert_fails(
        &bad("\"unused\": 100", "\"unused\": 101"),
        "the report is damaged: layout 0: the bytes of the variant `None` exceed `size`",
    );
    assert_fails(
        &bad("\"name\": \"Some\", \"count\": 1", "\"name\": \"Some\", \"count\": 2"),
        "the report is damaged: layout 0: the variants have more values than `count`",
    );
    assert_fails(
        &bad("\"name\": \"Some\"", "\"name\": \"None\""),
        "the report is damaged: layout 0: the variant `None` is listed twice",
    );
    assert_fails(
        &bad("{\"tag\": 1}", "{\"niche\": {\"variant\": \"Some\", \"field\": \"1\"}}"),
        "the report is damaged: layout 0: the niche is in an unknown field",
    );
    assert_fails(
        &bad("\"variants\"", "\"declared_discriminant\": 2, \"variants\""),
        "the report is damaged: layout 0: the discriminant exceeds `size`, or differs from `declared_discriminant`",
    );
    assert_fails(
        &bad("\"fields\": [], ", ""),
        "the report is damaged: layout 0: the variant `None` was not seen, but has `padding` or `unused`",
    );
}

#[test]
fn files_without_layouts_are_readable() {
    let report = inspect(&vec![(1_u64, 2_u8); 3]);
    let mut document: Value = serde_json::from_str(&report.to_json()).expect("it is JSON");
    document.as_object_mut().expect("it is an object").remove("layouts");
    let read = Report::from_json(&document.to_string()).expect("older releases wrote such files");
    assert!(read.layouts().is_empty() && !report.layouts().is_empty());
    assert_eq!(read.padding(), report.padding());
}

#[track_caller]
fn assert_fails(text: &str, expected: &str) {
    let error = Report::from_json(text).expect_err("the file is damaged");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn errors_describe_the_damage() {
    let text = report().to_json();
    assert_fails("", "the report is damaged at line 1, column 0: EOF while parsing a value");
    assert_fails("[1]", "not a deep-size report");
    assert_fails("{}", "not a deep-size report");
    assert_fails("{\"format\": \"something else\", \"version\": 1}", "not a deep-size report");
    let later = text.replace("\"version\": 1", "\"version\": 4000000000000");
    assert_fails(
        &later,
        "report version 4000000000000 is not supported; this release of deep-size reads version 1",
    );
    assert!(matches!(Report::from_json(&later), Err(ReadError::UnknownVersion { found: 4_000_000_000_000 })));
    assert_fails(
        &text.replace("\"step\": \"element\"", "\"step\": \"leap\""),
        "the report is damaged at line 18, column 30: unknown variant `leap`, expected one of `root`, `field`, \
         `element`, `key`, `value`, `inner`, `pointee`, `shared`, `borrowed`, `variant`, `reference`, `rest`",
    );
    assert_fails(
        &text.replace("\"nodes\"", "\"nods\""),
        "the report is damaged at line 46, column 1: missing field `nodes`",
    );
    let total = "{\"name\": \"u8\", \"count\": 1, \"bytes\": 0, \"spare\": 0}";
    assert_fails(
        &text.replace("\"types\": [", &format!("\"types\": [{total}, {total}, ")),
        "the report is damaged: the type `u8` is listed twice",
    );
    let cut = &text[..text.len() / 2];
    let error = Report::from_json(cut).expect_err("half of it is missing").to_string();
    assert!(error.contains("EOF while parsing"), "{error}");
}

#[test]
fn errors_of_a_reader_are_forwarded() {
    let text = report().to_json();
    assert!(Report::read_json(&mut text.as_bytes()).is_ok());
    let error = Report::read_json(&mut &b"{\n \xff"[..]).expect_err("the bytes are not UTF-8");
    assert_eq!(error.to_string(), "the report is damaged at line 2, column 2: invalid UTF-8");

    struct Broken;
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the disk is gone"))
        }
    }
    let error = Report::read_json(&mut Broken).expect_err("the reader fails");
    assert_eq!(error.to_string(), "cannot read the report: the disk is gone");
    assert!(std::error::Error::source(&error).is_some());
}

/// Calls everything that relies on a consistent report.
fn use_all(report: &Report) {
    assert_adds_up_but_counts(report);
    let _ = format!("{report}{report:#}");
    let none = inspect(&());
    for diff in [report.diff(&none), none.diff(report)] {
        let change = |before: usize, after: usize| after as i128 - before as i128;
        let by_path: i128 =
            diff.paths().map(|path| change(path.before().own_size, path.after().own_size)).sum();
        assert_eq!(by_path, change(diff.earlier().deep_size, diff.later().deep_size));
        let _ = format!("{diff}{diff:#}");
    }
    let mut out = std::io::sink();
    for written in [report.write_folded(&mut out), report.write_csv(&mut out), report.write_dot(&mut out)] {
        written.expect("writes to a sink succeed");
    }
    report.write_layouts_csv(&mut out).expect("writes to a sink succeed");
    #[cfg(feature = "heapsnapshot")]
    report.write_heapsnapshot(&mut out).expect("writes to a sink succeed");
    #[cfg(feature = "pprof")]
    report.write_pprof(&mut out).expect("writes to a sink succeed");
    for block in report.shared_allocations() {
        assert!(std::iter::successors(Some(block), |block| block.dominator()).count() > 0);
        assert!(block.holders().len() < 10 && block.retainers().len() < 10);
    }
    report.cycles().for_each(|cycle| assert!(cycle.links().len() < 10));
}

fn assert_adds_up_but_counts(report: &Report) {
    for node in report.nodes() {
        let inside: usize = node.children().map(|child| child.deep_size()).sum();
        assert_eq!(node.deep_size(), node.own_size() + inside);
        let _ = (node.path(), node.refers_to().map(|other| other.path()));
    }
    assert_eq!(report.exclusive_size() + report.external_size() + report.cyclic_size(), report.deep_size());
}

/// For any wrong number, reading either fails or returns a consistent report.
#[test]
fn damaged_numbers_never_cause_a_panic() {
    let cyclic = {
        struct Node(std::cell::RefCell<Vec<Rc<Node>>>, String);
        impl deep_size::DeepSize for Node {
            fn walk_owned(&self, walker: &mut deep_size::Walker<'_>) {
                walker.field("next", &self.0);
                walker.field("name", &self.1);
            }
        }
        let [one, two] = ["one", "two"].map(|name| Rc::new(Node(Default::default(), name.into())));
        one.0.borrow_mut().push(two.clone());
        two.0.borrow_mut().push(one.clone());
        let report = inspect(&vec![one.clone(), two]);
        one.0.borrow_mut().clear();
        report.to_json()
    };
    let mut refused = 0;
    for text in [report().to_json(), cyclic, layouts(2)] {
        let bytes = text.as_bytes();
        let numbers =
            (1..bytes.len()).filter(|&at| bytes[at].is_ascii_digit() && !bytes[at - 1].is_ascii_digit());
        for start in numbers {
            let end = start + bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            for other in
                ["0", "1", "2", "3", "9", "24", "4294967295", "18446744073709551615", "-1", "1.5", "null"]
            {
                let damaged = format!("{}{other}{}", &text[..start], &text[end..]);
                match Report::from_json(&damaged) {
                    Ok(report) => use_all(&report),
                    Err(_) => refused += 1,
                }
            }
        }
        for end in 0..text.len() {
            // Only a missing line break does no damage.
            assert_eq!(Report::from_json(&text[..end]).is_ok(), end + 1 == text.len());
        }
    }
    assert!(refused > 1000, "{refused}");
}
