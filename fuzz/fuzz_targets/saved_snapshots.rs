//! Fuzzes saved snapshots: reads any bytes, and writes each valid snapshot in every format.
#![no_main]

use std::io;

use deep_size_fuzz::{assert_visible, written};
use deep_size_track::{Attribution, By, Metric, Snapshot};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let snapshot = match Snapshot::from_json(&text) {
        Ok(snapshot) => snapshot,
        Err(error) => return assert_visible(&error.to_string()),
    };
    let json = written(|out| snapshot.write_json(out));
    let read = Snapshot::from_json(&json).expect("a snapshot can be read back");
    assert_eq!(written(|out| read.write_json(out)), json);

    let document: Value = serde_json::from_str(&json).expect("the output is JSON");
    let has_blocks = document["snapshot"]["blocks"].is_array();
    let own = snapshot.attributed_to(Attribution::Program);
    for snapshot in [&snapshot, &own] {
        let by_thread = has_blocks.then_some(By::Thread);
        for by in [By::Line, By::Function, By::File, By::Crate, By::Trace].into_iter().chain(by_thread) {
            let statistics = snapshot.statistics(by);
            assert_visible(&statistics.to_string());
            assert_visible(&written(|out| statistics.write_csv(out)).replace("\r\n", "\n"));
            assert_visible(&snapshot.compare_to(&read, by).to_string());
        }
        for metric in [Metric::LiveSize, Metric::TotalBlocks, Metric::PeakSize] {
            let export = || snapshot.export().metric(metric);
            assert_visible(&written(|out| export().write_folded(out)));
            export().write_pprof(io::sink()).expect("the names are short");
            // Only for some inputs: a page contains a large script.
            if text.len().is_multiple_of(16) {
                assert_visible(&written(|out| export().compared_to(&read).write_html(out)));
            }
        }
        assert_visible(&written(|out| snapshot.write_dhat(out)));
        if has_blocks {
            snapshot.blocks().for_each(|block| drop(format!("{block:?}")));
            assert_visible(&snapshot.size_histogram().to_string());
        }
    }
    // The same snapshot has no changes.
    assert!(snapshot.compare_to(&read, By::Trace).rows().all(|row| row.size_change() == 0));
});
