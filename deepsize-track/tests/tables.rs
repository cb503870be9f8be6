//! Statistics, comparisons and profiles as CSV and JSON, parsed and compared with their methods.
#![cfg(feature = "json")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::io;

use deep_size_track::{
    By, Measured, Metric, Profile, Recorder, Scope, Snapshot, Statistics, TrackingAllocator, measure,
};
use serde_json::Value;

mod shared;
use shared::{alone, random};

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

type Row = BTreeMap<String, String>;

fn bytes(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    out
}

/// The rows of a table by column, which both formats agree on, and the facts in JSON.
fn rows(csv: &[u8], json: &[u8]) -> (Vec<Row>, Value) {
    assert!(
        csv.ends_with(b"\r\n") && !String::from_utf8_lossy(csv).replace("\r\n", "").contains(['\r', '\n'])
    );
    let mut reader = csv::Reader::from_reader(csv);
    let columns = reader.headers().unwrap().clone();
    let row = |record: Result<csv::StringRecord, _>| {
        columns.iter().map(String::from).zip(record.unwrap().iter().map(String::from)).collect()
    };
    let rows: Vec<Row> = reader.records().map(row).collect();
    let json: Value = serde_json::from_slice(json).unwrap();
    let cell = |(name, value): (&String, &Value)| {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            number => number.to_string(),
        };
        (name.clone(), text)
    };
    let others: Vec<Row> = json["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row.as_object().unwrap().iter().map(cell).collect())
        .collect();
    assert_eq!(rows, others);
    (rows, json)
}

fn of_statistics(statistics: &Statistics) -> (Vec<Row>, Value) {
    rows(&bytes(|out| statistics.write_csv(out)), &bytes(|out| statistics.write_json(out)))
}

#[inline(never)]
fn churns(random: &mut impl FnMut(usize) -> usize, held: &mut Vec<Vec<u8>>) {
    for _ in 0..200 {
        let size = 1 + random(2000);
        match random(3) {
            0 if !held.is_empty() => drop(held.swap_remove(random(held.len()))),
            1 => held.push(black_box(vec![1; size])),
            _ => held.push(black_box(Vec::with_capacity(size))),
        }
    }
}

#[test]
fn each_figure_of_statistics_has_a_column() {
    let _alone = alone();
    let (mut random, mut held) = (random(), Vec::new());
    let recording = Recorder::sampled_every(50).start();
    churns(&mut random, &mut held);
    let earlier = Snapshot::take_with_blocks();
    churns(&mut random, &mut held);
    let snapshot = Snapshot::take_with_blocks();
    recording.stop();
    for by in [By::Line, By::Function, By::File, By::Crate, By::Trace, By::Thread] {
        let statistics = snapshot.statistics(by).ranked_by(Metric::TotalSize);
        let (rows, json) = of_statistics(&statistics);
        assert_eq!(rows.len(), statistics.rows().len());
        for (found, row) in rows.iter().zip(statistics.rows()) {
            let amounts = [row.live_amount(), row.total_amount(), row.peak_amount(), row.temporary_amount()];
            for (name, amount) in ["live", "total", "peak", "temporary"].into_iter().zip(amounts) {
                assert_eq!(found[&format!("{name}_bytes")], amount.size.to_string());
                assert_eq!(found[&format!("{name}_blocks")], amount.blocks.to_string());
            }
            let times = [
                ("mean_lifetime_micros", row.mean_lifetime()),
                ("newest_micros", row.ages().map(|ages| ages.newest)),
                ("median_micros", row.ages().map(|ages| ages.median)),
                ("oldest_micros", row.ages().map(|ages| ages.oldest)),
            ];
            for (name, time) in times {
                assert_eq!(found[name], time.map_or(String::new(), |time| time.as_micros().to_string()));
            }
            match by {
                By::Trace => {
                    let innermost = found["name"].rsplit(';').next().unwrap();
                    assert_eq!((&*found["kind"], innermost), ("trace", &*row.group().to_string()));
                }
                By::Thread => assert_eq!(found["kind"], "thread"),
                _ => assert_eq!(found["name"].trim_start_matches('\''), row.group().to_string()),
            }
            assert_eq!(found.len(), 14);
        }
        assert_eq!(json["sampling_interval"], 50);
        assert_eq!(json["lost_blocks"], 0);
        assert_eq!(json["total_bytes"], statistics.sum().size);
        assert_eq!(json["live_blocks"], statistics.ranked_by(Metric::LiveSize).sum().blocks);

        for metric in [Metric::LiveSize, Metric::TotalBlocks, Metric::PeakSize, Metric::TemporaryBlocks] {
            let name = ["live", "total", "peak", "temporary"][metric as usize / 2];
            let comparison = snapshot.statistics(by).ranked_by(metric).compare_to(&earlier.statistics(by));
            let (rows, json) = of_statistics(&comparison);
            assert_eq!((rows.len(), &json["sampling_interval"]), (comparison.rows().len(), &50.into()));
            let ranked_later = snapshot.statistics(by).compare_to(&earlier.statistics(by)).ranked_by(metric);
            assert_eq!(ranked_later.to_string(), comparison.to_string());
            let kept = comparison.never_freed();
            let changes = kept.rows().map(|row| row.size_change()).sum::<i64>();
            assert_eq!(kept.size_change(), changes);
            for (found, row) in rows.iter().zip(comparison.rows()) {
                assert_eq!(found[&format!("{name}_bytes")], row.size().to_string());
                assert_eq!(found[&format!("{name}_bytes_change")], row.size_change().to_string());
                assert_eq!(found[&format!("{name}_blocks")], row.count().to_string());
                assert_eq!(found[&format!("{name}_blocks_change")], row.count_change().to_string());
                assert_eq!(found.len(), 6);
            }
        }
    }
}

#[test]
fn names_are_quoted_and_no_spreadsheet_evaluates_them() {
    let names = ["=HYPERLINK(\"x\")", "a,b;\"c\"", "@sum(1)\r\nx", "\u{1b}[2J\u{202e}", " -1", "größe"];
    let mut file: Value = serde_json::from_str(include_str!("saved/version_1.json")).unwrap();
    file["functions"] = names
        .iter()
        .map(|name| {
            let mut function = file["functions"][1].clone();
            function["label"] = (*name).into();
            function["short_file"] = (*name).into();
            function
        })
        .collect();
    let place =
        |at: usize| serde_json::json!({"address": 5000 + at, "functions": [at], "nameless_traces": 0});
    file["addresses"] = (0..names.len()).map(place).collect();
    let trace = |at: usize| {
        let mut trace = file["snapshot"]["sums"]["traces"][0].clone();
        trace["frames"] = vec![at, (at + 1) % names.len()].into();
        trace
    };
    file["snapshot"]["sums"]["traces"] = (0..names.len()).map(trace).collect();
    let snapshot = Snapshot::from_json(&file.to_string()).unwrap();
    let mut shown: Vec<String> = Vec::new();
    for by in [By::Line, By::Function, By::File, By::Trace] {
        let statistics = snapshot.statistics(by);
        let csv = bytes(|out| statistics.write_csv(out));
        for record in csv::Reader::from_reader(&*csv).records() {
            let name = record.unwrap()[1].to_owned();
            assert!(!name.trim_start().starts_with(['=', '+', '-', '@']), "{name}");
            assert!(!name.contains(char::is_control), "{name:?}");
            shown.push(name);
        }
        let json: Value = serde_json::from_slice(&bytes(|out| statistics.write_json(out))).unwrap();
        assert_eq!(json["rows"].as_array().unwrap().len(), names.len());
        assert_eq!(csv::Reader::from_reader(&*csv).records().count(), names.len());
    }
    for name in ["'=HYPERLINK(\"x\")", "a,b;\"c\"", "'@sum(1)\\r\\nx", "' -1", "größe:12"] {
        assert!(shown.iter().any(|found| found == name), "{name}: {shown:#?}");
    }
}

#[test]
fn a_profile_has_its_rows_in_order() {
    let _alone = alone();
    for name in ["=plain", "outer", "outer"] {
        let _outer = Scope::enter(name);
        let kept = black_box(vec![1_u8; 1000]);
        Scope::run("in, \"ner\"", || black_box(vec![1_u8; 500]));
        drop(kept);
    }
    let profile = Profile::take();
    let (csv, json) = (bytes(|out| profile.write_csv(out)), bytes(|out| profile.write_json(out)));
    let json: Value = serde_json::from_slice(&json).unwrap();
    let records: Vec<_> = csv::Reader::from_reader(&*csv).into_records().map(Result::unwrap).collect();
    assert_eq!(records.len(), profile.rows().len());
    assert!(records.iter().any(|record| &record[0] == "'=plain") && records.len() >= 4);
    for ((record, object), row) in records.iter().zip(json["rows"].as_array().unwrap()).zip(profile.rows()) {
        let figures = [
            ("depth", row.depth as i64),
            ("calls", row.calls as i64),
            ("allocated_bytes", row.allocated_size as i64),
            ("freed_bytes", row.freed_size as i64),
            ("net_bytes", row.net_size()),
            ("peak_bytes", row.peak_size as i64),
            ("self_allocated_bytes", row.self_allocated_size as i64),
        ];
        assert_eq!((&record[0].trim_start_matches('\''), &object["scope"]), (&row.name, &row.name.into()));
        for (at, (name, figure)) in (1..).zip(figures) {
            assert_eq!((&record[at], &object[name]), (&*figure.to_string(), &figure.into()), "{name}");
        }
        assert_eq!((record.len(), object.as_object().unwrap().len()), (8, 8));
    }
}

#[test]
fn an_empty_table_has_a_head_and_writing_allocates_nothing_of_the_program() {
    let _alone = alone();
    let statistics = Snapshot::take().statistics(By::Line);
    assert!(of_statistics(&statistics).0.is_empty());
    assert!(of_statistics(&statistics.compare_to(&statistics)).0.is_empty());
    let Measured { usage, .. } = measure(|| {
        statistics.write_csv(io::sink()).unwrap();
        statistics.write_json(io::sink()).unwrap();
        Profile::take().write_json(io::sink()).unwrap();
    });
    assert_eq!((usage.allocated_size, usage.freed_size), (0, 0));
}
