//! HTML pages, parsed without a browser. `tests/viewers/html.sh` opens them in one.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::{Rc, Weak};

use deep_size::inspect::{TreeNode, TypeTotal};
use deep_size::layouts::{TypeKind, TypeLayout};
use deep_size::{DeepSize, Report, inspect};
use serde_json::Value;

use crate::{for_each_report, values};

const DATA: &str = "<script type=\"application/json\" id=\"data\">";

/// A sum over the values at a node.
type Sum = fn(&TreeNode<'_>) -> usize;

/// The parts before the data, of the data, and after the data.
fn parts(page: &str) -> (&str, &str, &str) {
    let (before, rest) = page.split_once(DATA).expect("there are data");
    let (data, after) = rest.split_once("</script>").expect("the data end");
    (before, data, after)
}

fn data_of(report: &Report) -> Value {
    let page = report.to_html();
    serde_json::from_str(parts(&page).1).expect("the data are JSON")
}

/// A number. Large ones are strings.
fn number(value: &Value) -> usize {
    match value.as_str() {
        Some(digits) => {
            let number = digits.parse().expect("digits");
            assert!(number > 9_007_199_254_740_991, "{number} is exact in JavaScript");
            number
        }
        None => {
            let number = value.as_u64().expect("a number");
            assert!(number <= 9_007_199_254_740_991, "{number} is not exact in JavaScript");
            number as usize
        }
    }
}

fn numbers(value: &Value) -> Vec<usize> {
    list(value).iter().map(number).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

/// The node at a position of a list of nodes, if present.
fn position(value: &Value) -> Option<usize> {
    usize::try_from(value.as_i64().expect("a position")).ok()
}

#[test]
fn the_nodes_of_a_page_add_up_to_the_deep_size() {
    for_each_report(|name, report| {
        let data = data_of(report);
        assert_eq!(number(&data["deep"]), report.deep_size(), "{name}");
        let nodes = &data["nodes"];
        let (own, mut deep) = (numbers(&nodes["own"]), numbers(&nodes["own"]));
        assert_eq!(own.iter().sum::<usize>(), report.deep_size(), "{name}");
        let parents = list(&nodes["parent"]);
        for node in (1..deep.len()).rev() {
            let parent = position(&parents[node]).expect("all but the root have a parent");
            assert!(parent < node, "{name}: the script relies on the order");
            deep[parent] += deep[node];
        }
        assert_eq!(deep, numbers(&nodes["deep"]), "{name}");
    });
}

#[test]
fn the_nodes_of_a_page_agree_with_the_report() {
    for_each_report(|name, report| {
        let data = data_of(report);
        let nodes = &data["nodes"];
        let columns: [(&str, Sum); 8] = [
            ("count", |node| node.count()),
            ("own", |node| node.own_size()),
            ("spare", |node| node.spare_size()),
            ("shared", |node| node.shared_size()),
            ("allocations", |node| node.allocation_count()),
            ("padding", |node| node.padding()),
            ("unused", |node| node.unused_by_variants()),
            ("sample", |node| node.sample_size().unwrap_or(0)),
        ];
        for (column, sum) in columns {
            let expected: Vec<usize> = report.nodes().map(|node| sum(&node)).collect();
            assert_eq!(numbers(&nodes[column]), expected, "{name}: {column}");
        }
        let all: Vec<TreeNode<'_>> = report.nodes().collect();
        for (at, node) in all.iter().enumerate() {
            let text = |column: &str, texts: &str| {
                let text = &data[texts][number(&nodes[column][at])];
                text.as_str().expect("a text").to_owned()
            };
            for (shown, whole) in
                [(text("name", "names"), node.name()), (text("type", "types"), node.type_name().into())]
            {
                match shown.strip_suffix('…').filter(|_| shown != whole) {
                    Some(start) => {
                        assert!(whole.starts_with(start) && start.chars().count() == 1999, "{name}: {at}");
                    }
                    None => assert_eq!(shown, whole, "{name}"),
                }
            }
            let target = position(&nodes["target"][at]).map(|target| all[target].path());
            assert_eq!(target, node.refers_to().map(|target| target.path()), "{name}");
            let flags = number(&nodes["flags"][at]);
            assert_eq!(flags & 4 != 0, node.is_recursive(), "{name}");
            assert_eq!(flags & 8 != 0, node.is_truncated(), "{name}");
            assert_eq!(rebuilt(&data, at, node), node.path(), "{name}");
        }
    });
}

/// The path of a node, built like in the script. Long names come from the report.
fn rebuilt(data: &Value, at: usize, node: &TreeNode<'_>) -> String {
    let mut steps = Vec::new();
    let (mut at, mut node) = (at, *node);
    while let Some(parent) = position(&data["nodes"]["parent"][at]) {
        let around = node.parent().expect("the report has one too");
        let joiner = ["", ".", " "][number(&data["nodes"]["flags"][at]) & 3];
        let joiner = if parent == 0 && joiner == "." { "" } else { joiner };
        steps.push(format!("{joiner}{}", node.name()));
        (at, node) = (parent, around);
    }
    steps.reverse();
    if steps.is_empty() { ".".into() } else { steps.concat() }
}

#[test]
fn the_tables_of_a_page_agree_with_the_report() {
    for_each_report(|name, report| {
        let data = data_of(report);
        let rows = |table: &str| {
            let (all, rows) = (number(&data[table]["all"]), list(&data[table]["rows"]));
            assert_eq!(rows.len(), all.min(10_000), "{name}: {table}");
            rows.to_vec()
        };
        let column =
            |table: &str, at: usize| rows(table).iter().map(|row| number(&row[at])).collect::<Vec<_>>();
        let types: Vec<usize> = report.types().iter().map(|total| total.size).collect();
        assert_eq!(column("byType", 2), types, "{name}");
        assert_eq!(types.iter().sum::<usize>(), report.deep_size(), "{name}");
        for (at, amount) in [(4, padding as fn(&TypeTotal) -> usize), (5, unused), (6, estimate)] {
            let expected: Vec<usize> = report.types().iter().map(amount).collect();
            assert_eq!(column("byType", at), expected, "{name}");
        }
        for (at, amount) in [
            (1, size as fn(&TypeLayout) -> usize),
            (3, |layout| layout.count),
            (5, TypeLayout::padding_of_all),
            (6, TypeLayout::unused_by_variants),
        ] {
            let expected: Vec<usize> = report.layouts().iter().map(amount).collect();
            assert_eq!(column("layouts", at), expected, "{name}");
        }
        let largest: Vec<usize> = report.largest_values().iter().map(|value| value.size).collect();
        assert_eq!(column("largest", 2), largest, "{name}");
        let retained: Vec<usize> = report.shared_allocations().map(|block| block.retained_size()).collect();
        assert_eq!(column("shared", 1), retained, "{name}");
        let kept: Vec<usize> = report.cycles().map(|cycle| cycle.size()).collect();
        assert_eq!(column("cycles", 0), kept, "{name}");
        let saved: Vec<usize> = report.advice().map(|advice| advice.saved_size()).collect();
        assert_eq!(column("advice", 1), saved, "{name}");
        let opaque: Vec<usize> = report.opaque_parts().iter().map(|part| part.count).collect();
        assert_eq!(column("opaque", 2), opaque, "{name}");
        for (row, advice) in rows("advice").iter().zip(report.advice()) {
            let sentence = row[5].as_str().expect("a sentence");
            let deed = sentence.strip_prefix(&format!("{}: ", advice.declaration()));
            let deed = deed.expect("the sentence begins with the declaration");
            assert!(advice.to_string().ends_with(&format!(" bytes: {deed}")), "{name}");
        }
    });
}

fn padding(total: &TypeTotal) -> usize {
    total.padding
}

fn unused(total: &TypeTotal) -> usize {
    total.unused_by_variants
}

fn estimate(total: &TypeTotal) -> usize {
    total.is_estimate.into()
}

fn size(layout: &TypeLayout) -> usize {
    layout.size
}

#[test]
fn the_bars_of_a_page_agree_with_the_layouts() {
    let mut bars = 0;
    for_each_report(|name, report| {
        let data = data_of(report);
        for (row, layout) in list(&data["layouts"]["rows"]).iter().zip(report.layouts()) {
            assert_eq!(number(&row[4]), usize::from(layout.is_estimate), "{name}");
            let kind = format!("{:?}", layout.kind).to_lowercase();
            assert_eq!(row[7], *kind, "{name}");
            let lines = list(&row[8]);
            if layout.kind != TypeKind::Enum {
                assert_eq!((lines.len(), number(&lines[0][1])), (1, layout.count), "{name}");
            } else {
                assert_eq!(lines.len(), layout.variants.len(), "{name}");
            }
            for (at, line) in lines.iter().enumerate() {
                let variant = layout.variants.get(at);
                if variant.is_some_and(|variant| !variant.is_seen()) {
                    assert!(line[2].is_null(), "{name}");
                    continue;
                }
                let sum = |kinds: &[usize]| -> usize {
                    let parts = list(&line[2]).iter().filter(|part| kinds.contains(&number(&part[0])));
                    parts.map(|part| number(&part[1])).sum()
                };
                let (padding, unused) = match variant {
                    Some(variant) => (variant.padding, variant.unused),
                    None => (layout.padding, 0),
                };
                assert_eq!((sum(&[2]), sum(&[3])), (padding, unused), "{name}: {layout}");
                if layout.kind != TypeKind::Union {
                    assert_eq!(sum(&[0, 1, 2, 3]), layout.size, "{name}: {layout}");
                }
                bars += 1;
            }
        }
    });
    assert!(bars > 100, "{bars}");
}

#[test]
fn distinct_types_have_distinct_names() {
    for_each_report(|name, report| {
        let data = data_of(report);
        let full = list(&data["types"]);
        for names in [full, list(&data["shortTypes"])] {
            let mut names: Vec<&str> = names.iter().map(|name| name.as_str().expect("a name")).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), full.len(), "{name}");
        }
    });
}

#[test]
fn the_totals_are_readable_without_scripts() {
    for (name, report) in values::all() {
        let page = report.to_html();
        let totals = [
            ("deep", report.deep_size()),
            ("shallow", report.shallow_size()),
            ("heap", report.heap_size()),
            ("spare", report.spare_size()),
            ("padding", report.padding()),
            ("unused", report.unused_by_variants()),
            ("shared", report.shared_size()),
            ("exclusive", report.exclusive_size()),
            ("external", report.external_size()),
            ("cyclic", report.cyclic_size()),
        ];
        for (total, bytes) in totals {
            let (_, after) = page.split_once(&format!("id=\"total-{total}\"")).expect("it exists");
            let (_, after) = after.split_once("<data value=\"").expect("with a figure");
            assert_eq!(after.split_once('"').expect("that ends").0, bytes.to_string(), "{name}: {total}");
        }
        assert_eq!(page.contains("id=\"not-exact\""), !report.is_exact(), "{name}");
        assert_eq!(page.contains("id=\"truncated\""), report.is_truncated(), "{name}");
    }
}

#[test]
fn a_page_is_self_contained() {
    for (name, report) in values::all() {
        let page = report.to_html();
        let (before, _, after) = parts(&page);
        for part in [before, after] {
            for word in ["://", "@import", "url(", "fetch(", "XMLHttpRequest", "WebSocket", "import("] {
                // Names after the heading may contain these words as text.
                let markup: String = part.split("<h1>").next().unwrap_or_default().into();
                assert!(!markup.contains(word), "{name}: {word}");
            }
            for attribute in [" src=", " href=", " action=", " style=", " onclick=", " onload="] {
                for (_, rest) in
                    part.match_indices(attribute).map(|(at, found)| (at, &part[at + found.len()..]))
                {
                    assert!(
                        rest.starts_with("\"data:,\"") || rest.starts_with("\"#"),
                        "{name}: {attribute}{}",
                        rest.chars().take(40).collect::<String>()
                    );
                }
            }
        }
        assert!(before.contains("default-src 'none'"), "{name}");
    }
}

/// The elements of a page, properly nested. Scripts and styles are skipped.
fn elements(page: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut open = Vec::new();
    let mut rest = page.strip_prefix("<!doctype html>\n").expect("the page has a doctype");
    while let Some(start) = rest.find('<') {
        let tag = &rest[start + 1..];
        let end = tag.find('>').expect("a tag ends");
        let (inside, after) = (&tag[..end], &tag[end + 1..]);
        assert_eq!(inside.matches('"').count() % 2, 0, "{inside}");
        rest = after;
        if let Some(name) = inside.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
            continue;
        }
        let name = inside.split([' ', '/', '\n']).next().expect("a tag has a name");
        assert!(!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric()), "<{inside}>");
        found.push(name);
        if ["meta", "link", "input"].contains(&name) || inside.ends_with('/') {
            continue;
        }
        open.push(name);
        if ["script", "style"].contains(&name) {
            rest = &rest[rest.find(&format!("</{name}>")).expect("it ends")..];
        }
    }
    assert!(open.is_empty(), "{open:?} are not closed");
    found
}

#[test]
fn names_add_no_elements() {
    for (name, report) in values::all() {
        let page = report.to_html();
        let found = elements(&page);
        assert_eq!(found.iter().filter(|&&element| element == "script").count(), 2, "{name}");
        for element in ["b", "img", "iframe", "object", "embed", "form", "base"] {
            assert!(!found.contains(&element), "{name}: {element}");
        }
        let (_, data, _) = parts(&page);
        assert!(
            !data.contains(['<', '>', '&', '\u{2028}', '\u{2029}', '\u{202e}', '\0', '\u{7f}']),
            "{name}"
        );
    }
}

#[test]
fn to_html_and_write_html_agree() {
    for (name, report) in values::all() {
        let mut written = Vec::new();
        report.write_html(&mut written).expect("memory can be written to");
        assert!(written == report.to_html().into_bytes(), "{name}");
    }
}

#[test]
fn write_errors_are_returned() {
    let report = deep_size::inspect(&vec![String::from("text")]);
    let mut room = [0; 5000];
    let error = report.write_html(room.as_mut_slice()).expect_err("there is no room for a page");
    assert_eq!(error.kind(), std::io::ErrorKind::WriteZero);
}

#[test]
fn every_certainty_of_an_advice_has_a_text() {
    let mut met = BTreeSet::new();
    for_each_report(|_, report| {
        for row in list(&data_of(report)["advice"]["rows"]) {
            met.insert(row[3].as_str().expect("a certainty").to_owned());
        }
    });
    let page = inspect(&7_u8).to_html();
    let texts = page.split_once("[\"Certainty\",").expect("the script has a column").1;
    let texts = texts.lines().next().unwrap_or_default();
    assert!(met.len() > 2, "{met:?}");
    for certainty in met {
        assert!(texts.contains(&format!("\"{certainty}\": \"")), "{certainty} is not in {texts}");
    }
}

#[test]
fn a_page_explains_its_patterns() {
    let page = deep_size::inspect(&vec![String::from("text")]).to_html();
    for entry in ["\"unused by the variant\"", "\"spare capacity\"", "\"too small to show\"", "\"own bytes\""]
    {
        assert!(page.contains(entry), "{entry}");
    }
}

#[test]
fn the_theme_button_names_its_effect() {
    let page = deep_size::inspect(&7_u8).to_html();
    assert!(page.contains("Switch to dark") && page.contains("Switch to light"));
    assert!(!page.contains("aria-pressed=\"false\" hidden>Dark theme"));
}

#[test]
fn keyboard_help_is_hidden_on_phones() {
    let page = deep_size::inspect(&7_u8).to_html();
    let (_, rules) = page.split_once("@media (pointer: coarse), (max-width: 620px) {").expect("a rule");
    assert!(rules.trim_start().starts_with("#keyboard-help, .search kbd { display: none; }"));
}

#[test]
fn uncertain_outcomes_are_not_stated_as_facts() {
    let text: Rc<str> = "held in a cell too".into();
    let page = inspect(&(text.clone(), Cell::new(Some(text)))).to_html();
    let outcome =
        "may stay alive <small>external, 55.6 %, 40 B of it uncertain: not all handles were seen</small>";
    assert!(page.contains(outcome), "{page}");
    assert!(page.contains(",1,0,null,0,\"may stay alive\""), "{page}");

    let dead = Rc::new([0_u8; 136]);
    let member = Rc::new(Member { itself: RefCell::default(), old: Rc::downgrade(&dead) });
    drop(dead);
    member.itself.replace(Some(member.clone()));
    let page = inspect(&member).to_html();
    assert!(page.contains("cyclic, 96.0 %, unless others hold 152 B of it</small>"), "{page}");
    member.itself.take();
}

/// Holds itself, and a block with dead contents.
#[derive(DeepSize)]
struct Member {
    itself: RefCell<Option<Rc<Member>>>,
    old: Weak<[u8; 136]>,
}
