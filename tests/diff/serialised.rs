//! Serialised differences, and differences of reports that were read from files.
#![cfg(feature = "json")]

use std::fmt::Write;

use arbitrary::Unstructured;
use deep_size::{Report, inspect};
use serde_json::{Value, json};

use crate::checked;
use crate::graph::{Alive, random as random_graph};
use crate::trial::for_random_bytes;

#[test]
fn a_document_agrees_with_the_methods() {
    let earlier = inspect(&(vec![1_u8, 2], String::from("text"), 7_u16));
    let later = inspect(&(vec![1_u8, 2, 3, 4, 5], 1_u16, String::from("text"), 7_u32));
    let diff = checked(&earlier, &later);
    let document = serde_json::to_value(&diff).expect("it can be any format of serde");
    assert_eq!(serde_json::from_str::<Value>(&diff.to_json()).expect("it is JSON"), document);
    assert_eq!(document["format"], "deep-size diff");
    assert_eq!(document["version"], 1);
    assert_eq!(document["bytes"], diff.deep_size_change() as i64);
    assert_eq!(document["earlier"]["deep"], earlier.deep_size());
    assert_eq!(document["later"]["allocations"], later.allocation_count());
    assert_eq!(document["paths"].as_array().map(Vec::len), Some(diff.paths().len()));
    let bytes_of_types =
        document["types"].as_array().map(|types| types.iter().filter_map(|one| one["bytes"].as_i64()).sum());
    assert_eq!(bytes_of_types, Some(diff.deep_size_change() as i64));
    let elements = &document["paths"].as_array().expect("there are some")[..];
    let grown = elements.iter().find(|change| change["path"] == "0[]").expect("the elements");
    assert_eq!(
        *grown,
        json!({
            "kind": "grown", "bytes": 3, "count": 3, "path": "0[]", "type": "u8",
            "before": { "bytes": 2, "deep": 2, "count": 2, "allocations": 0, "spare": 0, "shared": 0 },
            "after": { "bytes": 5, "deep": 5, "count": 5, "allocations": 0, "spare": 0, "shared": 0 },
        })
    );
    let moved = elements.iter().find(|change| change["path"] == "2").expect("the text");
    assert_eq!((&moved["kind"], &moved["earlier_path"]), (&json!("renamed"), &json!("1")));
    let lines = diff.to_json().lines().count();
    assert!(lines >= diff.paths().len() + diff.types().len(), "each has a line");
}

#[test]
fn estimates_are_marked() {
    let options = |count: u64, share: u64| -> Vec<Option<(u64, u64)>> {
        (0..count).map(|at| (at % share == 0).then_some((at, 1))).collect()
    };
    let (earlier, later) = (inspect(&options(20_000, 7)), inspect(&options(20_000, 2)));
    let diff = checked(&earlier, &later);
    let document = serde_json::to_value(&diff).expect("it can be any format of serde");
    let (paths, types) = (&document["paths"], &document["types"]);
    assert_eq!(paths.as_array().map(Vec::len), Some(3), "{paths}");
    assert!(
        paths.as_array().is_some_and(|paths| paths.iter().all(|path| path["estimated"] == true)),
        "{paths}"
    );
    assert!(
        types.as_array().is_some_and(|types| types.iter().all(|one| one["estimated"] == true)),
        "{types}"
    );
    let (earlier, later) = (inspect(&options(2_000, 7)), inspect(&options(2_000, 2)));
    assert!(!checked(&earlier, &later).to_json().contains("estimated"));
}

#[test]
fn padding_alone_is_no_difference() {
    let report = inspect(&vec![(1_u64, 2_u8); 10]);
    let older = report.to_json().replace(", \"padding\": 70", "");
    let older = Report::from_json(&older).expect("older releases wrote no padding");
    assert_eq!((older.padding(), report.padding()), (0, 70));
    assert!(checked(&older, &report).is_empty());
}

#[test]
fn saved_reports_have_the_same_difference() {
    for_random_bytes(|source: &mut Unstructured<'_>| {
        Alive::forget();
        let (earlier, later) = (random_graph(source, false), random_graph(source, false));
        let (one, other) = (inspect(&earlier.value), inspect(&later.value));
        let read = |report: &Report| Report::from_json(&report.to_json()).expect("it was just written");
        let diff = other.diff(&one);
        assert_eq!(other.diff(&read(&one)).to_json(), diff.to_json());
        assert_eq!(format!("{:#}", read(&other).diff(&read(&one))), format!("{diff:#}"));
        assert!(one.diff(&read(&one)).is_empty());
        drop((earlier, later));
        Alive::unlink(|_| true);
    });
}

/// A report on nested values. Only the innermost one holds bytes.
fn nested(depth: usize, field: &str, bytes: usize) -> Report {
    let totals =
        format!("\"deep\": {bytes}, \"shared\": 0, \"exclusive\": {bytes}, \"external\": 0, \"cyclic\": 0");
    let mut text = format!(
        "{{\"format\": \"deep-size report\", \"version\": 1, \"pointer_width\": 64, {totals}, \"uncertain\": 0, \
         \"truncated\": false, \"types\": [], \"largest\": [], \"opaque\": [], \"shared_allocations\": [], \
         \"cycles\": [], \"advice\": [], \"nodes\": ["
    );
    for level in 0..=depth {
        let own = if level == depth { bytes } else { 0 };
        let place = match level {
            0 => "\"step\": \"root\"".to_owned(),
            _ => format!("\"step\": \"field\", \"name\": \"{field}\", \"parent\": {}", level - 1),
        };
        let comma = if level == 0 { "" } else { "," };
        let _ = write!(
            text,
            "{comma}{{{place}, \"type\": \"Level{level}\", \"count\": 1, \"shallow\": {bytes}, \"deep\": {bytes}, \
             \"own\": {own}, \"spare\": 0, \"shared\": 0, \"allocations\": 0}}"
        );
    }
    Report::from_json(&(text + "]}")).expect("the report is consistent")
}

#[test]
fn deep_trees_are_compared() {
    let depth = 20_000;
    let (earlier, later) = (nested(depth, "a", 10), nested(depth, "a", 17));
    let diff = later.diff(&earlier);
    let paths: Vec<_> = diff.paths().map(|change| (change.own_size_change(), change.path().len())).collect();
    assert_eq!(paths, [(7, 2 * depth - 1)]);
    // All names differ, from the first on.
    let diff = nested(depth, "b", 17).diff(&earlier);
    assert_eq!(diff.paths().len(), depth);
    assert_eq!(diff.paths().map(|change| change.own_size_change()).sum::<i64>(), 7);
    // All types differ too, except the root.
    let diff = later.diff(&nested(3, "a", 10));
    let two: Vec<_> =
        diff.paths().take(2).map(|change| (change.own_size_change(), change.path().len())).collect();
    assert_eq!(two, [(17, 2 * depth - 1), (-10, 5)]);
    assert_eq!(diff.deep_size_change(), 7);
}

#[test]
fn deep_trees_are_printed() {
    let (earlier, later) = (nested(20_000, "a", 10), nested(20_000, "a", 17));
    let text = format!("{later:#}");
    assert!(text.lines().count() > 20_000 && text.lines().all(|line| line.chars().count() <= 100));
    let brief = later.to_string();
    assert!(brief.lines().count() <= 40 && brief.lines().all(|line| line.chars().count() <= 100), "{brief}");
    assert_eq!(format!("{:#}", later.diff(&earlier)).lines().count(), 3);
    let text = format!("{:#}", nested(20_000, "b", 17).diff(&earlier));
    assert!(text.lines().all(|line| line.chars().count() <= 100));
    assert_eq!(text.lines().filter(|line| line.contains("(was a)")).count(), 20_000);
}

#[test]
fn changes_beyond_i64_saturate() {
    let (none, all) = (nested(1, "a", 0), nested(1, "a", usize::MAX));
    let (growth, shrinkage) = (all.diff(&none), none.diff(&all));
    assert_eq!((growth.deep_size_change(), shrinkage.deep_size_change()), (i64::MAX, -i64::MAX));
    let changes: Vec<i64> = shrinkage.paths().map(|change| change.own_size_change()).collect();
    assert_eq!(changes, [-i64::MAX]);
    let document = serde_json::to_string(&growth).expect("a difference can be serialised");
    assert!(document.contains(&format!("\"bytes\":{},", i64::MAX)), "{document}");
    assert!(growth.to_string().contains("(+8.0 EiB"));
}
