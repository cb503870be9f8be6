//! The table of types, parsed per RFC 4180.

use deep_size::Report;

use crate::for_each_report;
use crate::values::is_raw;

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
        assert_eq!(records[0], ["type", "count", "bytes", "spare", "average"]);
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
            assert_eq!(record[4].parse::<f64>(), Ok(total.average_size()));
            sum += number(2);
        }
        assert_eq!(sum, report.deep_size(), "{name}");
    });
}
