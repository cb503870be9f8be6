//! Fuzzes saved reports: reads any bytes, and writes each valid report in every format.
#![no_main]

use deep_size::Report;
use deep_size_fuzz::{assert_visible, saved_report, text_from, written};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = text_from(data, saved_report);
    let is_generated = data.first().is_some_and(|&first| first < 8);
    let report = match Report::from_json(&text) {
        Ok(report) => report,
        Err(error) => {
            assert_visible(&error.to_string());
            let _ = Report::read_json(data);
            return;
        }
    };
    let json = report.to_json();
    assert_visible(&json);
    let read = Report::from_json(&json).expect("a report can be read back");
    assert_eq!(read.to_json(), json);

    assert_visible(&report.to_string());
    assert_visible(&format!("{report:#}"));
    let _ = format!("{report:?}");
    report.advice().for_each(|advice| assert_visible(&advice.to_string()));
    for node in report.nodes() {
        let _ = (node.path(), format!("{node:?}"));
    }
    assert_visible(&written(|out| report.write_folded(out)));
    assert_visible(&written(|out| report.write_dot(out)));
    assert_visible(&written(|out| report.write_heapsnapshot(out)));
    // Only for some inputs: a page takes longer than all other formats, because it contains a large script.
    if text.len().is_multiple_of(16) {
        assert_visible(&report.to_html());
    }
    assert_visible(&written(|out| report.write_csv(out)).replace("\r\n", "\n"));
    report.write_pprof(std::io::sink()).expect("the input is too short for long paths");

    let half = &text.as_bytes()[..text.len() / 2];
    let other = match Report::read_json(half) {
        Ok(_) => unreachable!("half of a report ends early"),
        Err(_) if is_generated => {
            let rest = data.get(data.len() / 2..).unwrap_or_default();
            Report::from_json(&saved_report(&mut arbitrary::Unstructured::new(rest)))
        }
        Err(_) => Report::from_json(&deep_size::inspect(&vec![String::from("x")]).to_json()),
    };
    let other = other.as_ref().unwrap_or(&report);
    for diff in [report.diff(other), other.diff(&report), report.diff(&report)] {
        assert_visible(&diff.to_string());
        assert_visible(&format!("{diff:#}"));
        assert_visible(&diff.to_json());
        let _ = format!("{diff:?}");
    }
    let same = report.diff(&report);
    assert!(same.is_empty(), "{same:#}");
});
