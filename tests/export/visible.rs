//! Hostile names in every part of a report: no output has a raw character that a terminal or a spreadsheet interprets.

use std::io;

use deep_size::{Report, inspect};
use serde_json::Value;

use crate::values::{self, is_raw};

const ATTACKS: [&str; 13] = [
    "\u{1b}]0;title\u{7}\u{1b}[2J",
    "\nFORGED line",
    "\r\nFORGED after a carriage return\u{8}\u{8}",
    "\u{9b}31m\u{85}\u{90}\u{9d}",
    "\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}\u{200e}\u{200f}\u{61c}",
    "\u{2028}FORGED\u{2029}\u{feff}\u{ffff}\u{e0041}\u{7f}\0",
    "=HYPERLINK(\"http://localhost\")",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "a\u{e0100}\u{fe0f}\u{34f}\u{301}\u{3164}\u{115f}\u{1160}\u{ffa0}\u{2800}",
    "\"'\\`$(x)</script>&amp;;{}|",
];

/// The members of a saved report that contain text of the program.
const NAMES: [&str; 7] = ["name", "type", "path", "declaration", "other", "variant", "field"];

/// Encloses all names in attacks. Equal names stay equal, and different ones stay different.
fn attack(value: &mut Value, round: usize) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| attack(item, round)),
        Value::Object(members) => {
            for (key, member) in members {
                match member {
                    Value::String(name) if NAMES.contains(&key.as_str()) => {
                        let attack = ATTACKS[(name.len() + round) % ATTACKS.len()];
                        *name = format!("{attack}{name}{attack}");
                    }
                    _ => attack(member, round),
                }
            }
        }
        _ => {}
    }
}

fn attacked(report: &Report, round: usize) -> Report {
    let mut document: Value = serde_json::from_str(&report.to_json()).expect("a report is JSON");
    attack(&mut document, round);
    Report::from_json(&document.to_string()).expect("any text can be a name")
}

/// Calls `check` with each attacked report and its original.
fn for_each_attack(mut check: impl FnMut(&str, &Report, &Report)) {
    for (name, report) in values::all() {
        // Larger reports have the same kinds of parts, only more of them.
        if report.nodes().count() < 200 {
            (0..ATTACKS.len()).step_by(4).for_each(|round| check(name, &attacked(&report, round), &report));
        }
    }
}

fn written(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).expect("writes to a vector succeed");
    String::from_utf8(out).expect("names are UTF-8")
}

#[track_caller]
fn assert_visible(what: &str, text: &str) {
    if let Some(at) = text.find(|character| is_raw(character) && character != '\n') {
        let start = text[..at].char_indices().rev().nth(60).map_or(0, |(start, _)| start);
        panic!("{what} has a raw character after {:?}", &text[start..=at]);
    }
    assert!(!text.lines().any(|line| line.trim_start().starts_with("FORGED")), "{what} has a forged line");
}

#[test]
fn texts_have_no_raw_characters() {
    for_each_attack(|name, report, before| {
        assert_visible(name, &report.to_string());
        assert_visible(name, &format!("{report:#}"));
        // The standard library prints some invisible letters raw.
        assert!(!format!("{report:?}").contains(char::is_control), "the debug format of {name}");
        report.advice().for_each(|advice| assert_visible(name, &advice.to_string()));
        report.opaque_parts().iter().for_each(|part| assert_visible(name, &part.reason.to_string()));
        report.lower_bounds().iter().for_each(|bound| assert_visible(name, &bound.reason.to_string()));
        let other = attacked(before, 100);
        for diff in [report.diff(before), before.diff(report), report.diff(&other)] {
            assert_visible(name, &diff.to_string());
            assert_visible(name, &format!("{diff:#}"));
            assert_visible(name, &diff.to_json());
        }
    });
}

#[test]
fn exports_have_no_raw_characters() {
    for_each_attack(|name, report, _| {
        assert_visible(name, &written(|out| report.write_folded(out)));
        assert_visible(name, &written(|out| report.write_dot(out)));
        assert_visible(name, &written(|out| report.write_heapsnapshot(out)));
        assert_visible(name, &report.to_json());
        assert_visible(name, &report.to_html());
        let tables = [written(|out| report.write_csv(out)), written(|out| report.write_layouts_csv(out))];
        for csv in tables.map(|csv| csv.replace("\r\n", "\n")) {
            assert_visible(name, &csv);
            for line in csv.lines() {
                let cell = line.trim_start_matches('"');
                assert!(!cell.starts_with(['=', '+', '-', '@', '\t']), "{name}: a formula: {line}");
            }
        }
        for text in crate::pprof::strings(report) {
            assert_visible(name, &text);
        }
    });
}

#[test]
fn json_has_the_names_unchanged() {
    for_each_attack(|name, report, _| {
        let read = Report::from_json(&report.to_json()).expect("a report can be read back");
        let names = |report: &Report| -> Vec<_> {
            report.nodes().map(|node| (node.name(), node.type_name().to_owned())).collect()
        };
        assert_eq!(names(&read), names(report), "{name}");
        assert_eq!(read.to_json(), report.to_json(), "{name}");
    });
}

#[test]
fn errors_have_no_raw_characters() {
    let json = inspect(&vec![String::from("x")]).to_json();
    for attack in ATTACKS {
        let quoted = serde_json::to_string(attack).expect("a text is JSON");
        for (old, new) in [
            ("\"element\"", quoted.clone()),
            ("\"parent\"", quoted.clone()),
            ("\"freed\"", quoted.clone()),
            ("\"deep\": ", format!("\"deep\": {quoted}, \"d\": ")),
        ] {
            if let Err(error) = Report::from_json(&json.replace(old, &new)) {
                assert_visible("an error", &error.to_string());
            }
        }
        let bad = json.replace("\"element\"", &quoted);
        assert_visible("an error", &Report::from_json(&bad).expect_err("it is no step").to_string());
    }
}
