//! The table of types, parsed per RFC 4180.

#[cfg(feature = "json")]
use deep_size::DeepSize;
use deep_size::layouts::{TypeKind, VariantLayout};
use deep_size::{Report, inspect};

use crate::for_each_report;
use crate::values::is_raw;
use crate::values::layouts::{SAMPLED, jobs};

fn csv(report: &Report) -> String {
    let mut out = Vec::new();
    report.write_csv(&mut out).expect("writes to a vector succeed");
    String::from_utf8(out).expect("names are UTF-8")
}

/// The fields of each record.
fn records(mut text: &str) -> Vec<Vec<String>> {
    let mut records = vec![Vec::new()];
    while !text.is_empty() {
        let mut field = String::new();
        if let Some(quoted) = text.strip_prefix('"') {
            text = quoted;
            loop {
                let end = text.find('"').expect("a quote ends");
                field.push_str(&text[..end]);
                text = &text[end + 1..];
                match text.strip_prefix('"') {
                    Some(rest) => text = rest,
                    None => break,
                }
                field.push('"');
            }
        } else {
            let end = text.find([',', '\r', '\n', '"']).expect("a field ends");
            field.push_str(&text[..end]);
            text = &text[end..];
        }
        records.last_mut().expect("there is one").push(field);
        match text.strip_prefix(',') {
            Some(rest) => text = rest,
            None => {
                text = text.strip_prefix("\r\n").expect("a record ends");
                records.push(Vec::new());
            }
        }
    }
    assert_eq!(records.pop(), Some(Vec::new()), "the last record ends like the others");
    records
}

#[test]
fn every_type_has_a_row_with_its_figures() {
    for_each_report(|name, report| {
        let records = records(&csv(report));
        assert_eq!(
            records[0],
            ["type", "count", "bytes", "spare", "padding", "unused", "average", "estimated"]
        );
        assert_eq!(records.len(), 1 + report.types().len(), "{name}");
        let mut sum = 0;
        for (record, total) in records[1..].iter().zip(report.types()) {
            let number = |at: usize| record[at].parse::<usize>().expect("it is a number");
            // `tests/export/visible.rs` tests names with invisible characters.
            if !total.type_name.contains(is_raw) {
                let is_formula = total.type_name.trim_start().starts_with(['=', '+', '-', '@']);
                let apostrophe = if is_formula { "'" } else { "" };
                assert_eq!(record[0], format!("{apostrophe}{}", total.type_name), "{name}");
            }
            assert_eq!((number(1), number(2), number(3)), (total.count, total.size, total.spare_size));
            assert_eq!((number(4), number(5)), (total.padding, total.unused_by_variants));
            assert_eq!(record[6].parse::<f64>(), Ok(total.average_size()));
            assert!(record[7] == "true" || record[7] == "false" && !total.is_estimate);
            sum += number(2);
        }
        assert_eq!(sum, report.deep_size(), "{name}");
    });
}

fn layouts_csv(report: &Report) -> String {
    let mut out = Vec::new();
    report.write_layouts_csv(&mut out).expect("writes to a vector succeed");
    String::from_utf8(out).expect("names are UTF-8")
}

/// The sum of the sizes of rows of some kinds.
fn size_of(rows: &[&Vec<String>], kinds: &[&str]) -> usize {
    let sizes = rows.iter().filter(|row| kinds.contains(&&*row[6])).map(|row| row[3].parse::<usize>());
    sizes.map(|size| size.expect("it is a number")).sum()
}

#[test]
fn the_rows_of_each_variant_add_up_to_the_size_of_the_type() {
    let mut variants = 0;
    for_each_report(|name, report| {
        let records = records(&layouts_csv(report));
        assert_eq!(
            records[0],
            ["type", "variant", "offset", "size", "name", "field_type", "kind", "count", "estimated"]
        );
        let mut rest = &records[1..];
        for layout in report.layouts() {
            let one = [None];
            let all: Vec<Option<&VariantLayout>> = match layout.kind {
                TypeKind::Enum => layout.variants.iter().map(Some).collect(),
                _ => one.into(),
            };
            for variant in all {
                let variant_name = variant.map_or("", |variant| &variant.name);
                let is_ours = |row: &&Vec<String>| row[0] == layout.type_name && row[1] == variant_name;
                let rows: Vec<&Vec<String>> = rest.iter().take_while(is_ours).collect();
                rest = &rest[rows.len()..];
                variants += 1;
                let count = variant.map_or(layout.count, |variant| variant.count).to_string();
                for row in &rows {
                    assert_eq!((&row[7], &row[8]), (&count, &layout.is_estimate.to_string()), "{name}");
                }
                if variant.is_some_and(|variant| !variant.is_seen()) {
                    assert_eq!(rows.len(), 1, "{name}");
                    assert_eq!(rows[0][2..7], ["", "", "", "", "unseen"], "{name}");
                    continue;
                }
                let (fields, padding, unused) = match variant {
                    Some(variant) => (&variant.fields, variant.padding, variant.unused),
                    None => (&layout.fields, layout.padding, 0),
                };
                let named: Vec<[&str; 2]> =
                    rows.iter().filter(|row| row[6] == "field").map(|row| [&*row[4], &*row[5]]).collect();
                let expected: Vec<[&str; 2]> =
                    fields.iter().map(|field| [&*field.name, &*field.type_name]).collect();
                assert_eq!(named, expected, "{name}");
                assert_eq!(size_of(&rows, &["hole", "tail"]), padding, "{name}: {layout}");
                assert_eq!(size_of(&rows, &["unused"]), unused, "{name}: {layout}");
                let is_union = layout.kind == TypeKind::Union;
                let whole = if is_union { padding } else { layout.size - size_of(&rows, &["field"]) };
                let besides = size_of(&rows, &["hole", "tail", "unused", "discriminant"]);
                assert_eq!(besides, whole, "{name}: {layout}");
                let mut reached = 0;
                for row in rows.iter().filter(|row| !row[2].is_empty() && !is_union) {
                    let offset: usize = row[2].parse().expect("it is a number");
                    assert!(offset >= reached, "{name}: {layout}");
                    reached = offset + size_of(&[row], &[&row[6]]);
                }
                assert!(reached <= layout.size, "{name}: {layout}");
            }
        }
        assert_eq!(rest, <[Vec<String>; 0]>::default(), "{name}");
    });
    assert!(variants > 100, "{variants}");
}

#[test]
fn estimated_counts_are_marked() {
    let report = inspect(&jobs(SAMPLED));
    let estimated = |text: &str, count: usize| -> Vec<[String; 3]> {
        let pick = |row: &Vec<String>| [row[0].clone(), row[count].clone(), row[row.len() - 1].clone()];
        records(text)[1..].iter().map(pick).collect()
    };
    for [type_name, count, is_estimated] in estimated(&csv(&report), 1) {
        // The bytes of `Job` are the padding and unused bytes of its variants.
        let is_exact = type_name.ends_with("Vec<export::values::layouts::Job>");
        assert_eq!(is_estimated, (!is_exact).to_string(), "{type_name} {count}");
    }
    let rows = estimated(&layouts_csv(&report), 7);
    assert!(rows.len() > 10 && rows.iter().all(|row| row[2] == "true"), "{rows:?}");
    let exact = inspect(&jobs(1000));
    assert!(!csv(&exact).contains("true") && !layouts_csv(&exact).contains("true"));
}

#[cfg(feature = "json")]
#[test]
fn names_in_layouts_are_escaped() {
    let report = inspect(&[Tagged { formula: (1, 2_u64) }]);
    let text = report.to_json().replace("formula", r#"=1+\"2\",\u202e"#);
    let report = Report::from_json(&text).expect("only a name has changed");
    let rows = records(&layouts_csv(&report));
    assert!(rows.iter().any(|row| row[4] == "'=1+\"2\",\\u{202e}"), "{rows:?}");
}

#[cfg(feature = "json")]
#[derive(DeepSize)]
struct Tagged {
    formula: (u8, u64),
}
