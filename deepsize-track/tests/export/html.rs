//! The data of pages, compared with the traces and with folded stacks.

use std::collections::{BTreeMap, HashMap};

use deep_size_format::{folded_frame, shown};
use serde_json::Value;

use crate::export::Export;
use crate::export::tests::{METRICS, for_each, snapshots, text, total};
use crate::snapshot::{Attribution, By, Metric, Snapshot};

const DATA: &str = "<script type=\"application/json\" id=\"data\">";

/// The parts of a page outside its data, and the data.
fn parts(page: &str) -> (String, &str) {
    let (before, rest) = page.split_once(DATA).expect("there are data");
    let (data, after) = rest.split_once("</script>").expect("the data end");
    (format!("{before}{after}"), data)
}

fn data_of(export: Export<'_>) -> Value {
    let page = text(|out| export.write_html(out));
    serde_json::from_str(parts(&page).1).expect("the data are JSON")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

/// A number. Those that JavaScript cannot represent are strings.
fn number(value: &Value) -> u64 {
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok()).expect("a number");
    assert_eq!(value.is_string(), number > 9_007_199_254_740_991, "{value}");
    number
}

/// The nodes with figures, as stacks of folded stacks.
fn stacks(data: &Value) -> Vec<(usize, String)> {
    let column = |name: &str| -> Vec<usize> {
        list(&data["nodes"][name]).iter().map(|at| number(at) as usize).collect()
    };
    let (name, parent) = (column("name"), column("parent"));
    let names: Vec<String> =
        list(&data["names"]).iter().map(|name| folded_frame(name.as_str().expect("a name"))).collect();
    let columns = ["figures", "before"].into_iter().filter_map(|name| data["nodes"].get(name));
    let columns: Vec<&[Value]> = columns.flat_map(list).map(list).collect();
    let has_figures = |node: &usize| columns.iter().any(|column| column[*node] != 0);
    let stack = |node: usize| {
        let (mut stack, mut at) = (Vec::new(), node);
        while at > 0 {
            stack.push(names[name[at]].as_str());
            assert!(parent[at] < at, "the script relies on the order");
            at = parent[at];
        }
        stack.reverse();
        (node, if stack.is_empty() { "?".to_owned() } else { stack.join(";") })
    };
    (0..name.len()).filter(has_figures).map(stack).collect()
}

/// The figures of each stack.
fn folded<'s>(stacks: &'s [(usize, String)], figures: &Value) -> BTreeMap<&'s str, u64> {
    let mut lines = BTreeMap::new();
    for (node, stack) in stacks {
        *lines.entry(stack.as_str()).or_default() += number(&figures[*node]);
    }
    lines.retain(|_, sum| *sum > 0);
    lines
}

/// The lines of folded stacks.
fn lines_of(folded: &str) -> BTreeMap<&str, u64> {
    let line = |line| {
        let (stack, number) = str::rsplit_once(line, ' ').expect("a number follows the stack");
        (stack, number.parse().expect("the last word is a number"))
    };
    folded.lines().map(line).collect()
}

/// Compares a column with folded stacks.
fn assert_folded(stacks: &[(usize, String)], figures: &Value, export: Export<'_>, metric: Metric) {
    let written = text(|out| export.metric(metric).write_folded(out));
    assert!(folded(stacks, figures) == lines_of(&written), "{metric:?} of {export:?}");
}

#[test]
fn nodes_have_the_figures_of_their_stacks() {
    for_each(|name, snapshot, export| {
        let data = data_of(export);
        assert_eq!(data["interval"][0].as_u64(), snapshot.sampling_interval(), "{name}");
        assert!(data["nodes"].get("before").is_none());
        let stacks = stacks(&data);
        for (figures, metric) in list(&data["nodes"]["figures"]).iter().zip(METRICS) {
            let sum: u128 = list(figures).iter().map(|figure| u128::from(number(figure))).sum();
            assert_eq!(sum, total(snapshot, metric), "{name} {metric:?}");
            assert_folded(&stacks, figures, export, metric);
        }
    });
}

#[test]
fn lines_have_the_figures_of_statistics() {
    for_each(|name, snapshot, export| {
        assert_lines(name, export);
        let snapshot = &snapshot.attributed_to(Attribution::Program);
        assert_lines(name, Export { snapshot, ..export });
    });
}

fn assert_lines(name: &str, export: Export<'_>) {
    let data = data_of(export);
    let rows = list(&data["lines"]["rows"]);
    assert_eq!(rows.len() as u64, number(&data["lines"]["all"]), "{name}");
    let (mut shown_lines, mut known) = (BTreeMap::new(), BTreeMap::new());
    for row in rows {
        // The stacks of a line end at its nodes.
        assert!(!list(&row[3]).is_empty());
        let line = shown_lines.entry(row[0].as_str().expect("a line").to_owned()).or_insert([0; 6]);
        line.iter_mut().zip(list(&row[1])).for_each(|(sum, figure)| *sum += number(figure));
    }
    for (at, rank) in [Metric::LiveSize, Metric::TotalSize, Metric::PeakSize].into_iter().enumerate() {
        for row in export.snapshot.statistics(By::Line).ranked_by(rank).rows() {
            let line = known.entry(shown(&row.group().to_string())).or_insert([0; 6]);
            line[2 * at] += row.size();
            line[2 * at + 1] += row.count();
        }
    }
    assert_eq!(shown_lines, known, "{name}");
}

#[test]
fn a_comparison_has_the_figures_of_both_snapshots() {
    let all = snapshots();
    for pair in all.windows(2) {
        let [(_, earlier), (name, later)] = pair else { unreachable!("windows have two elements") };
        let data = data_of(later.export().compared_to(earlier));
        let interval = later.sampling_interval().max(earlier.sampling_interval());
        assert_eq!(data["interval"][0].as_u64(), interval, "{name}");
        let stacks = stacks(&data);
        for (at, metric) in METRICS.into_iter().enumerate() {
            for (column, snapshot) in [("figures", later), ("before", earlier)] {
                assert_folded(&stacks, &data["nodes"][column][at], snapshot.export(), metric);
            }
            for (column, snapshot) in [(1, later), (2, earlier)] {
                let rows = list(&data["lines"]["rows"]).iter();
                let sum: u128 = rows.map(|row| u128::from(number(&row[column][at]))).sum();
                assert_eq!(sum, total(snapshot, metric), "{name} {metric:?}");
            }
        }
    }
}

#[test]
fn totals_and_remarks_are_readable_without_scripts() {
    for (name, snapshot) in snapshots() {
        let page = text(|out| snapshot.write_html(out));
        let (outside, _) = parts(&page);
        for (id, amount) in [
            ("live", snapshot.live_amount()),
            ("total", snapshot.total_amount()),
            ("peak", snapshot.peak_amount()),
        ] {
            let (_, after) = outside.split_once(&format!("id=\"total-{id}\"")).expect("it exists");
            let (_, after) = after.split_once("<data value=\"").expect("with a figure");
            assert_eq!(after.split_once('"').expect("that ends").0, amount.size.to_string(), "{name} {id}");
        }
        let is_said = |remark: &str| outside.contains(&format!("<p class=\"note\">{remark}"));
        assert_eq!(is_said("figures are estimates: one byte in "), snapshot.sampling_interval().is_some());
        assert_eq!(is_said("[other] is up to "), snapshot.other().is_some(), "{name}");
        // The test's program has another allocator.
        assert_eq!(
            is_said("no blocks were recorded: "),
            !snapshot.is_recorded() || snapshot.traces().count() == 0
        );
    }
}

#[test]
fn text_is_never_markup() {
    let mut hostile = 0;
    for_each(|name, _, export| {
        let page = text(|out| export.write_html(out));
        let (outside, data) = parts(&page);
        assert!(!data.contains(['<', '>', '&', '\u{1b}', '\u{2028}', '\u{202e}']), "{name}");
        hostile += usize::from(data.contains("\\u{1b}"));
        assert_eq!(outside.matches("<script").count(), 1, "{name}");
        for word in ["://", "@import", "url(", "fetch(", "innerHTML", " style=", " onclick=", "{{"] {
            assert!(!outside.contains(word), "{name}: {word}");
        }
        assert!(outside.contains("default-src 'none'"), "{name}");
    });
    assert!(hostile > 10, "{hostile}");
}

#[test]
fn marked_and_hidden_frames_are_labelled() {
    let snapshots: HashMap<String, Snapshot> = snapshots().into_iter().collect();
    let data = data_of(snapshots["other"].export());
    assert_eq!((&data["names"][1], &data["lines"]["rows"][0][0]), (&"[other]".into(), &"[other]".into()));
    let data = data_of(snapshots["alike"].export().with_hidden_frames());
    let hidden: Vec<&str> = (0..list(&data["nodes"]["hidden"]).len())
        .filter(|&node| number(&data["nodes"]["hidden"][node]) == 1)
        .map(|node| data["names"][number(&data["nodes"]["name"][node]) as usize].as_str().expect("a name"))
        .collect();
    assert!(hidden.contains(&"std::rt::lang_start") && !hidden.contains(&"app::main"), "{hidden:?}");
}

#[test]
fn without_names_there_are_addresses() {
    let snapshots: HashMap<String, Snapshot> = snapshots().into_iter().collect();
    let data = data_of(snapshots["alike"].export().without_names());
    let names: Vec<&str> =
        list(&data["names"])[1..].iter().map(|name| name.as_str().expect("a name")).collect();
    assert!(names.len() == 4 && names.iter().all(|name| name.starts_with("0x80")), "{names:?}");
    assert!(
        list(&data["lines"]["rows"]).iter().all(|row| row[0].as_str().expect("a line").starts_with("0x80"))
    );
}
