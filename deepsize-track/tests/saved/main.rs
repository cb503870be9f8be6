//! Snapshots that are written as JSON and read back, here and in another process.
#![cfg(feature = "json")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use std::{env, fs, thread};

use deep_size_track::{
    Attribution, By, Filter, Measured, Metric, Recorder, Snapshot, TrackingAllocator, measure, tracker_size,
};
use serde_json::{Value, json};

#[path = "../shared/mod.rs"]
mod shared;
use shared::{alone, random};

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

const METRICS: [Metric; 8] = [
    Metric::LiveSize,
    Metric::LiveBlocks,
    Metric::TotalSize,
    Metric::TotalBlocks,
    Metric::PeakSize,
    Metric::PeakBlocks,
    Metric::TemporarySize,
    Metric::TemporaryBlocks,
];

/// Everything that a snapshot answers.
fn answers(snapshot: &Snapshot, has_blocks: bool) -> String {
    let mut text = format!(
        "{} {:?} {} {} {} {:?} {:?} {:?} {} {:?}\n",
        snapshot.is_recorded(),
        snapshot.sampling_interval(),
        snapshot.tracker_size(),
        snapshot.lost_count(),
        snapshot.truncated_count(),
        snapshot.process(),
        snapshot.elapsed(),
        snapshot.peak_elapsed(),
        snapshot.folded_count(),
        snapshot.other().map(|trace| trace.live_amount()),
    );
    let program = snapshot.attributed_to(Attribution::Program);
    let filtered =
        snapshot.filter_traces(&[Filter::without_files("std/*"), Filter::only_crates("s*").all_frames()]);
    for snapshot in [snapshot, &program, &filtered] {
        for by in [By::Line, By::Function, By::File, By::Crate, By::Trace, By::Thread] {
            if by == By::Thread && !has_blocks {
                continue;
            }
            let statistics = snapshot.statistics(by);
            for metric in METRICS {
                let _ = writeln!(text, "{by:?} {metric:?}\n{:#}", statistics.ranked_by(metric).top(1000));
            }
            let _ = writeln!(
                text,
                "{}\n{}",
                statistics.never_freed(),
                snapshot.cumulative_statistics(by).top(1000)
            );
            let _ = writeln!(text, "{}", snapshot.compare_to(&filtered, by).top(1000));
            for row in statistics.rows() {
                let _ = writeln!(text, "{:?} {:?} {:?}", row.group(), row.mean_lifetime(), row.ages());
            }
        }
        for trace in snapshot.traces() {
            let (lifetimes, ages) = (trace.lifetime_sum(), trace.age_sum());
            let _ = writeln!(text, "{trace:#} {:?} {lifetimes:?} {ages:?}", trace.addresses());
            let _ = writeln!(text, "{} {}", trace.max_size(), trace.max_blocks());
        }
        let mut out = Vec::new();
        for export in
            [snapshot.export(), snapshot.export().with_hidden_frames(), snapshot.export().without_names()]
        {
            METRICS.iter().for_each(|metric| export.metric(*metric).write_folded(&mut out).unwrap());
            export.write_dhat(&mut out).unwrap();
            #[cfg(feature = "pprof")]
            {
                let mut profile = Vec::new();
                export.write_pprof(&mut profile).unwrap();
                let _ = writeln!(text, "{profile:?}");
            }
        }
        text += &String::from_utf8(out).unwrap();
    }
    if has_blocks {
        let _ = writeln!(
            text,
            "{}\n{}",
            snapshot.size_histogram(),
            snapshot.of_threads("*e*").statistics(By::Line)
        );
        let _ = writeln!(text, "{}", snapshot.older_than(Duration::from_micros(200)).statistics(By::Trace));
        let mut blocks: Vec<_> = snapshot.blocks().collect();
        blocks.sort_unstable_by_key(|block| block.address());
        for block in blocks {
            let _ = writeln!(text, "{:#x} {} {:?}", block.address(), block.size(), block.amount());
            let _ = writeln!(text, "{:?} {} {}", block.age(), block.thread_name(), block.trace());
        }
    }
    text
}

fn saved(snapshot: &Snapshot) -> String {
    let mut out = Vec::new();
    snapshot.write_json(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[inline(never)]
fn at<R>(path: usize, depth: u32, code: &mut dyn FnMut() -> R) -> R {
    match (depth, path % 2) {
        (0, _) => code(),
        (_, 0) => black_box(at(path / 2, depth - 1, code)),
        _ => {
            let result = black_box(at(path / 2, depth - 1, code));
            black_box(&path);
            result
        }
    }
}

#[inline(never)]
fn keeps_exactly() -> Vec<Vec<u8>> {
    (1..=10).map(|size| black_box(Vec::with_capacity(size * 1000))).collect()
}

#[test]
fn a_loaded_snapshot_answers_as_the_taken_one() {
    let _alone = alone();
    let mut random = random();
    for turn in 0..12 {
        let has_blocks = turn % 3 != 2;
        let recorder = if turn % 4 == 3 { Recorder::sampled_every(300) } else { Recorder::all() };
        let recording = recorder.max_traces([10, 1000][turn % 2]).max_depth([4, 20, 64][turn % 3]).start();
        let mut held: Vec<Vec<u8>> = Vec::new();
        for _ in 0..300 {
            let (path, size) = (random(64), 1 + random(2000));
            match random(4) {
                0 => drop((!held.is_empty()).then(|| held.swap_remove(random(held.len())))),
                1 => held
                    .iter_mut()
                    .last()
                    .into_iter()
                    .for_each(|block| at(path, 6, &mut || block.reserve(size))),
                2 => held.push(at(path, 6, &mut || vec![1; size])),
                _ => {
                    let make = move || at(path, 3, &mut || vec![1; size]);
                    let threads = thread::Builder::new().name(format!("worker-{}", random(3)));
                    held.push(threads.spawn(make).unwrap().join().unwrap());
                }
            }
        }
        let taken = if has_blocks { Snapshot::take_with_blocks() } else { Snapshot::take() };
        recording.stop();
        let file = saved(&taken);
        let loaded = Snapshot::from_json(&file).unwrap();
        // The first look-up of names counts as the tracker's memory.
        assert_eq!(answers(&loaded, has_blocks), answers(&taken, has_blocks), "{turn}");
        assert!(saved(&loaded) == file, "{turn}: a loaded snapshot can be saved again");
        let change = taken.compare_to(&loaded, By::Trace);
        assert!(change.rows().all(|row| (row.size_change(), row.count_change()) == (0, 0)));
        // An attribution is saved too.
        let attributed = taken.attributed_to(Attribution::Crates(&["saved"]));
        let again = Snapshot::from_json(&saved(&attributed)).unwrap();
        assert_eq!(again.statistics(By::Line).to_string(), attributed.statistics(By::Line).to_string());
    }
}

#[test]
fn another_process_reads_the_same_and_compares_by_name() {
    let _alone = alone();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (file, result) = (folder.join("saved.json"), folder.join("saved.txt"));
    let recording = Recorder::all().start();
    let kept = keeps_exactly();
    let snapshot = Snapshot::take_with_blocks();
    recording.stop();
    drop(kept);
    fs::write(&file, saved(&snapshot)).unwrap();
    let _ = fs::remove_file(&result);
    let status = Command::new(env::current_exe().unwrap())
        .args(["--exact", "the_other_process"])
        .env("SAVED_FILE", &file)
        .env("SAVED_RESULT", &result)
        .output()
        .unwrap();
    assert!(status.status.success(), "{status:?}");
    let found = fs::read_to_string(result).unwrap();
    let (address, found) = found.split_once('\n').unwrap();
    assert_eq!(found, answers(&snapshot, true));
    if fs::read_to_string("/proc/sys/kernel/randomize_va_space").is_ok_and(|mode| mode.trim() != "0") {
        assert_ne!(address, format!("{:p}", keeps_exactly as *const ()), "its addresses differ");
    }
}

/// Started by the test above.
#[test]
fn the_other_process() {
    let Some((file, result)) = env::var_os("SAVED_FILE").zip(env::var_os("SAVED_RESULT")) else { return };
    let _alone = alone();
    let loaded = Snapshot::from_json(&fs::read_to_string(file).unwrap()).unwrap();
    let found = answers(&loaded, true);
    let recording = Recorder::all().start();
    let mut kept = keeps_exactly();
    kept.truncate(4);
    let own = Snapshot::take();
    recording.stop();
    drop(kept);
    // Arguments may be secrets.
    let (file, path) = (saved(&own), env::args().next().unwrap());
    let file: Value = serde_json::from_str(&file).unwrap();
    assert_eq!(file["snapshot"]["program"]["command"], path);
    let is_ours = |name: &str| name.ends_with("keeps_exactly") || name.contains("keeps_exactly::");
    for (later, earlier, factor) in [(&own, &loaded, 1), (&loaded, &own, -1)] {
        let comparison = later.compare_to(earlier, By::Function);
        let rows: Vec<_> = comparison.rows().filter(|row| is_ours(&row.group().to_string())).collect();
        let change: (i64, i64) =
            rows.iter().fold((0, 0), |sum, row| (sum.0 + row.size_change(), sum.1 + row.count_change()));
        assert_eq!(change, (-45_000 * factor, -6 * factor), "{comparison}");
        // Not one row for each process.
        let names: Vec<String> = rows.iter().map(|row| row.group().to_string()).collect();
        assert!(
            names.iter().all(|name| names.iter().filter(|other| *other == name).count() == 1),
            "{names:?}"
        );
        assert!(rows.iter().all(|row| row.size() > 0), "{comparison}");
    }
    fs::write(result, format!("{:p}\n{found}", keeps_exactly as *const ())).unwrap();
}

#[test]
fn a_snapshot_that_is_not_recorded_is_saved_too() {
    let _alone = alone();
    let taken = Snapshot::take();
    let loaded = Snapshot::from_json(&saved(&taken)).unwrap();
    assert!(!loaded.is_recorded());
    assert_eq!(loaded.statistics(By::Line).to_string(), taken.statistics(By::Line).to_string());
}

const VERSION_1: &str = include_str!("version_1.json");

#[test]
fn files_of_version_1_can_be_read() {
    let snapshot = Snapshot::from_json(VERSION_1).unwrap();
    assert_eq!(
        snapshot.statistics(By::Line).to_string(),
        "\
src/a.rs:12: size=2.9 KiB, count=3, average=1000 B
server+0x1234: size=500 B, count=1, average=500 B
total: 3.4 KiB
tracker's own memory: 2.0 KiB
figures are estimates: one byte in 1000 B was sampled
1 block could not be recorded because memory was short
[other] is up to 3 traces beyond `Recorder::max_traces`: 0 B in 0 live blocks; allocated 700 B in 2 blocks"
    );
    let (process, other) = (snapshot.process(), snapshot.other().unwrap());
    assert_eq!((process.live_size, process.total.peak_size, process.resident_size), (5000, 6000, None));
    assert_eq!((other.total_amount().size, snapshot.folded_count()), (700, 3));
    assert_eq!((snapshot.truncated_count(), snapshot.peak_elapsed()), (1, Duration::from_millis(1500)));
    let threads = snapshot.statistics(By::Thread);
    let rows: Vec<_> = threads.rows().map(|row| (row.group().to_string(), row.size(), row.count())).collect();
    assert_eq!(rows, [("worker".into(), 2000, 2), ("server".into(), 1000, 1), ("[other]".into(), 500, 1)]);
    let ages = snapshot.statistics(By::File).rows().next().unwrap().ages().unwrap();
    assert_eq!((ages.newest.as_micros(), ages.median.as_micros(), ages.oldest.as_micros()), (100, 200, 200));
    let mut dhat = Vec::new();
    snapshot.write_dhat(&mut dhat).unwrap();
    let dhat: Value = serde_json::from_slice(&dhat).unwrap();
    assert_eq!((&dhat["cmd"], &dhat["pid"]), (&json!("./server"), &json!(4242)));
    #[cfg(feature = "html")]
    {
        let mut page = Vec::new();
        snapshot.write_html(&mut page).unwrap();
        assert!(String::from_utf8(page).unwrap().contains("<title>Allocations of server</title>"));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn files_of_this_machine_have_no_build_ids_of_a_saved_snapshot() {
    let mut file: Value = serde_json::from_str(VERSION_1).unwrap();
    let module = json!({"start": 4096, "end": 65536, "file": env::current_exe().unwrap()});
    file["snapshot"]["program"]["modules"] = json!([module]);
    let snapshot = Snapshot::from_json(&file.to_string()).unwrap();
    let again: Value = serde_json::from_str(&saved(&snapshot)).unwrap();
    assert_eq!(again["snapshot"]["program"]["modules"][0]["build_id"], json!(""));
}

#[test]
fn the_empty_trace_has_no_name_from_a_file() {
    let mut file: Value = serde_json::from_str(VERSION_1).unwrap();
    file["addresses"][0]["address"] = json!(0);
    file["snapshot"]["sums"]["traces"][0]["frames"] = json!([]);
    let snapshot = Snapshot::from_json(&file.to_string()).unwrap();
    let lines = snapshot.statistics(By::Line);
    assert_eq!(lines.rows().next().unwrap().group().to_string(), "<unknown>");
    let again = Snapshot::from_json(&saved(&snapshot)).unwrap();
    assert_eq!(again.statistics(By::Line).to_string(), lines.to_string());
}

/// Reads a file. If it is a snapshot, calls all its methods.
fn survives(file: &str) -> bool {
    let Ok(snapshot) = Snapshot::from_json(file) else { return false };
    let value: Value = serde_json::from_str(file).unwrap();
    answers(&snapshot, !value["snapshot"]["blocks"].is_null());
    saved(&snapshot);
    true
}

#[test]
fn other_files_are_rejected_with_a_reason() {
    let error = |text: &str| {
        let error = Snapshot::from_json(text).unwrap_err();
        (error.kind(), error.to_string())
    };
    let mut later: Value = serde_json::from_str(VERSION_1).unwrap();
    later["version"] = 2.into();
    let expected = "snapshot version 2 is not supported; this release of deep-size-track reads version 1";
    assert_eq!(error(&later.to_string()), (ErrorKind::Unsupported, expected.into()));
    let not_one = (ErrorKind::InvalidData, String::from("not a deep-size snapshot"));
    for text in [
        "",
        "[]",
        "7",
        "text",
        "{}",
        r#"{"format": "deep-size report", "version": 1}"#,
        r#"["deep-size snapshot", 1]"#,
    ] {
        assert_eq!(error(text), not_one, "{text}");
    }
    let cut = &VERSION_1[..VERSION_1.len() / 2];
    assert!(error(cut).1.starts_with("the snapshot is damaged: EOF while parsing"), "{:?}", error(cut));
    let control = VERSION_1.replace("\"any\"", "\"\\u001b[2J\u{7f}\"");
    let quoted = "the snapshot is damaged: unknown variant `\\u{1b}[2J\\u{7f}`, expected one of";
    assert!(error(&control).1.starts_with(quoted), "{:?}", error(&control));
    let deep = format!("{{\"format\": {}", "[".repeat(1_000_000));
    assert!(error(&deep).1.starts_with("the snapshot is damaged: "));
}

#[test]
fn damaged_and_hostile_files_do_no_harm() {
    let numbers = [json!(-1), json!(5), json!(u64::MAX), json!(i64::MAX), json!(i64::MIN), json!(1e300)];
    let original: Value = serde_json::from_str(VERSION_1).unwrap();
    let mut places = Vec::new();
    visit(&original, String::new(), &mut places);
    let mut accepted = 0;
    for place in &places {
        for other in numbers.iter().chain([&Value::Null, &json!([]), &json!("\u{1b}[2J=1"), &json!({})]) {
            let mut changed = original.clone();
            *changed.pointer_mut(place).unwrap() = other.clone();
            accepted += usize::from(survives(&changed.to_string()));
        }
    }
    assert!(accepted > 200, "{accepted}");
    // Damaged bytes.
    let mut random = random();
    for _ in 0..300 {
        let mut bytes = VERSION_1.as_bytes().to_vec();
        for _ in 0..=random(3) {
            let at = random(bytes.len());
            match random(3) {
                0 => bytes[at] = b"0123456789-,[]{}\"e."[random(19)],
                1 => drop(bytes.remove(at)),
                _ => bytes.truncate(at.max(1)),
            }
        }
        survives(&String::from_utf8_lossy(&bytes));
    }
}

/// The pointers of all values.
fn visit(value: &Value, place: String, into: &mut Vec<String>) {
    match value {
        Value::Array(parts) => {
            (0..).zip(parts).for_each(|(at, part)| visit(part, format!("{place}/{at}"), into))
        }
        Value::Object(parts) => {
            parts.iter().for_each(|(key, part)| visit(part, format!("{place}/{key}"), into))
        }
        _ => into.push(place.clone()),
    }
    if !place.is_empty() && !value.is_number() && !value.is_string() {
        into.push(place);
    }
}

fn changed(change: impl FnOnce(&mut Value)) -> String {
    let mut file: Value = serde_json::from_str(VERSION_1).unwrap();
    change(&mut file);
    file.to_string()
}

/// Traces of `count * count` functions with a name of 1000 characters.
fn set_long_names(file: &mut Value, count: usize) {
    file["functions"][0]["function"] = "a".repeat(1000).into();
    file["addresses"][0]["functions"] = vec![0; count].into();
    file["snapshot"]["sums"]["traces"][0]["frames"] = vec![0; count].into();
}

#[test]
fn parts_that_contradict_each_other_or_exceed_a_limit_are_rejected() {
    let changes: [fn(&mut Value); 7] = [
        |file| set_long_names(file, 100_000),
        |file| set_long_names(file, 270),
        |file| {
            let places = file["addresses"].as_array_mut().unwrap();
            places.insert(1, places[0].clone());
        },
        |file| file["addresses"].as_array_mut().unwrap().reverse(),
        |file| file["snapshot"]["blocks"][0]["weight"] = 1e300.into(),
        |file| file["snapshot"]["attribution"] = json!({"crates": ["a".repeat(1001)]}),
        |file| file["snapshot"]["attribution"] = json!({"crates": vec!["a"; 1001]}),
    ];
    for (at, change) in changes.into_iter().enumerate() {
        let error = Snapshot::from_json(&changed(change)).map(|_| at).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the snapshot is damaged: its parts contradict each other, or exceed a limit",
            "{at}"
        );
    }
    assert!(survives(&changed(|file| set_long_names(file, 2))));
    let longest = json!({"crates": vec!["a".repeat(1000); 1000]});
    assert!(survives(&changed(|file| file["snapshot"]["attribution"] = longest)));
}

/// Later releases may add members, and read the files without them.
#[test]
fn missing_members_have_a_default() {
    let original: Value = serde_json::from_str(VERSION_1).unwrap();
    let mut places = Vec::new();
    visit(&original, String::new(), &mut places);
    let mut required = Vec::new();
    places.dedup();
    for place in places {
        let (parent, member) = place.rsplit_once('/').unwrap();
        let remove = |file: &mut Value| {
            let parent = file.pointer_mut(parent).and_then(Value::as_object_mut);
            parent.is_some_and(|parent| parent.remove(member).is_some())
        };
        let mut file = original.clone();
        if remove(&mut file) && !survives(&file.to_string()) {
            required.push(place);
        }
    }
    required.retain(|place| !place.starts_with("/addresses/"));
    // The blocks refer to the traces and the threads.
    let expected = [
        "/addresses",
        "/format",
        "/functions",
        "/snapshot/program",
        "/snapshot/sums/traces",
        "/snapshot/sums",
        "/snapshot/threads",
        "/snapshot",
        "/version",
    ];
    assert_eq!(required, expected);
}

#[test]
fn a_loaded_snapshot_is_the_trackers_own_memory() {
    let _alone = alone();
    let read = || Snapshot::from_json(VERSION_1).unwrap();
    drop(read());
    let before = tracker_size();
    let Measured { value: snapshot, usage } = measure(read);
    assert_eq!((usage.allocated_size, usage.freed_size), (0, 0));
    assert!(tracker_size() > before + 1000);
    let Measured { usage, .. } = measure(|| drop(snapshot));
    assert_eq!((usage.freed_size, tracker_size()), (0, before));
    let Measured { usage, .. } = measure(|| drop(Snapshot::from_json("{}")));
    assert_eq!((usage.net_size(), tracker_size()), (0, before));
}
