//! Coverages as text, CSV and JSON.

use deep_size_track::{Class, Coverage, Recorder};

use crate::shared::alone;

#[inline(never)]
fn read(size: usize) -> Vec<u8> {
    vec![0; size]
}

#[inline(never)]
fn convert(size: usize) -> Vec<u8> {
    vec![1; size]
}

#[test]
fn paths_name_the_lines_that_allocated_their_blocks() {
    let _alone = alone();
    let recording = Recorder::all().start();
    let mut entries: Vec<(u8, Vec<u8>)> = (0..23).map(|_| (1, read(100))).collect();
    entries.extend([(2, convert(100)), (2, convert(100))]);
    let cache = Box::new(entries);
    let coverage = Coverage::of([("http/cache", &cache)]);
    let text = coverage.to_string();
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let body = lines.iter().find(|line| line.starts_with("`http/cache[].1`: ")).expect("the path is printed");
    assert!(body.starts_with("`http/cache[].1`: 2.4 KiB in 25 blocks, 92 % from "), "{body}");
    assert!(
        body.contains("tests/coverage/output.rs:9, 8 % from ") && body.ends_with("output.rs:14"),
        "{body}"
    );
    assert!(lines[0].starts_with("live: ") && lines[1].starts_with("claimed once: "), "{text}");
    assert!(format!("{coverage:#}").lines().count() >= lines.len());
    drop(recording);
}

#[test]
fn tables_have_all_rows() {
    let _alone = alone();
    let recording = Recorder::all().start();
    let texts = vec![read(100), read(20)];
    let forgotten = read(3000);
    let coverage = Coverage::of([("a, \"b\"", &texts), ("c", &texts)]);
    let mut text = Vec::new();
    coverage.write_csv(&mut text).expect("writing to a vector succeeds");
    let mut table = csv::Reader::from_reader(&*text);
    let head = table.headers().expect("there is a head").clone();
    let names = "class path second_path crate kind name bytes blocks bytes_error blocks_error block_bytes";
    assert_eq!(head.iter().collect::<Vec<_>>(), names.split(' ').collect::<Vec<_>>());
    let rows: Vec<csv::StringRecord> = table.records().map(|row| row.expect("the row is complete")).collect();
    assert_eq!(rows.len(), coverage.rows().len());
    let sum = |class: Class| {
        let rows = rows.iter().filter(|row| row[0] == class.to_string());
        rows.map(|row| row[6].parse::<u64>().expect("a number")).sum::<u64>()
    };
    for class in Class::ALL {
        assert_eq!(sum(class), coverage.estimate(class).amount.size);
    }
    let twice = rows.iter().find(|row| &row[1] == "a, \"b\"[]").expect("the texts are claimed twice");
    assert_eq!(
        [&twice[0], &twice[2], &twice[6], &twice[7], &twice[10]],
        ["claimed twice", "c[]", "120", "2", ""]
    );
    #[cfg(feature = "json")]
    {
        let mut json = Vec::new();
        coverage.write_json(&mut json).expect("writing to a vector succeeds");
        let json: serde_json::Value = serde_json::from_slice(&json).expect("it is JSON");
        assert_eq!(json["rows"].as_array().map(Vec::len), Some(rows.len()));
        assert_eq!((&json["sampling_interval"], &json["lost_blocks"]), (&serde_json::Value::Null, &0.into()));
    }
    drop((forgotten, recording));
}
