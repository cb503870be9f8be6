//! Artificial snapshots, written in each format and read back.

#[cfg(feature = "pprof")]
use std::collections::HashMap;
use std::collections::HashSet;

use serde_json::Value;

use super::Export;
use crate::sites::{OTHER_ADDRESS, SiteSums};
use crate::snapshot::{Attribution, By, Metric, Snapshot};
use crate::symbols;

#[cfg(feature = "pprof")]
#[path = "../../tests/export/profile.rs"]
mod profile;

/// Functions, files and lines at each address from `FIRST` on.
const FUNCTIONS: [&[(&str, &str, u32)]; 15] = [
    &[("app::main", "src/main.rs", 7)],
    &[("app::inlined", "src/lib.rs", 3), ("app::outer", "src/lib.rs", 30)],
    &[
        ("alloc::vec::Vec<T>::push", "/rustc/0/library/alloc/src/vec/mod.rs", 9),
        ("app::pushes", "src/lib.rs", 4),
    ],
    &[("std::rt::lang_start", "/rustc/0/library/std/src/rt.rs", 1)],
    &[("core::ops::function::FnOnce::call_once", "", 0)],
    // Without a symbol.
    &[],
    &[("", "src/unnamed.rs", 5)],
    &[("", "", 0)],
    &[("<[u8; 3] as a::B>::größe::{{closure}}", "a b;\"c\"\n\\.rs", 1)],
    &[("a;b \"c\"\n\u{1}\u{2028}'\\ 12", "\u{0}", u32::MAX), ("# no comment", "", 3)],
    &[("\u{1b}[2J\u{9b}31m\u{202e}\u{2066}\nFORGED", "\u{1b}[2J\u{202e}\nFORGED.rs", 1)],
    &[(" ", " ", 1), ("12", "12", 2), ("ends in space ", "", 4)],
    &[("app::inlined", "src/lib.rs", 3)],
    &[("serde_json::parse", "/x/registry/src/i-1/serde_json-1.0.1/src/de.rs", 9)],
    &[
        ("serde_json::peek", "/x/registry/src/i-1/serde_json-1.0.1/src/de.rs", 5),
        ("app::calls", "src/lib.rs", 40),
    ],
];
const FIRST: usize = 0x800;

/// The address of a function with a very long name.
const LONG: usize = FIRST + FUNCTIONS.len();

fn addresses() -> usize {
    for (at, functions) in FUNCTIONS.iter().enumerate() {
        symbols::define(FIRST + at, functions);
    }
    symbols::define(LONG, &[(&"generic::<long; 1>".repeat(200), "long.rs", 1)]);
    FUNCTIONS.len() + 1
}

fn sums(frames: Vec<usize>, mut number: impl FnMut() -> i64) -> SiteSums {
    let mut pair = || (number(), number());
    let (live, total, at_peak, max_live) = (pair(), pair(), pair(), pair());
    let (lifetimes, ages) = pair();
    let lifetimes = lifetimes.max(0).unsigned_abs();
    SiteSums { frames, live, total, at_peak, max_live, lifetimes, ages, ..SiteSums::default() }
}

/// The xorshift generator of Marsaglia (2003).
fn random(mut state: u64) -> impl FnMut(usize) -> usize {
    state = state.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    move |below| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    }
}

/// Special and random snapshots, with a name for messages.
pub(super) fn snapshots() -> Vec<(String, Snapshot)> {
    let addresses = addresses();
    let mut all = vec![
        (String::from("not recorded"), Snapshot::made_of(None, Vec::new())),
        (String::from("empty"), Snapshot::made_of(Some(0), Vec::new())),
        (String::from("no address"), Snapshot::made_of(Some(0), vec![sums(Vec::new(), || 5)])),
        (String::from("other"), Snapshot::made_of(Some(0), vec![sums(vec![OTHER_ADDRESS], || 5)])),
        (String::from("below 0"), Snapshot::made_of(Some(0), vec![sums(vec![FIRST], || -5)])),
        (String::from("largest"), Snapshot::made_of(Some(1 << 40), vec![sums(vec![FIRST], || i64::MAX)])),
    ];
    let deepest: Vec<usize> = (0..128).map(|at| FIRST + at % addresses).collect();
    all.push((String::from("deepest"), Snapshot::made_of(Some(0), vec![sums(deepest, || 3)])));
    // The first three have only hidden frames. The others differ only in hidden frames.
    let alike = [vec![3], vec![4], vec![3, 4], vec![0], vec![0, 3], vec![4, 0], vec![2, 0], vec![3, 2, 0]];
    let mut next = 1..;
    let alike = alike.map(|frames| {
        sums(frames.iter().map(|at| FIRST + at).collect(), || next.next().expect("the range is endless"))
    });
    all.push((String::from("alike"), Snapshot::made_of(Some(0), alike.into())));
    for seed in 1..=40 {
        let mut random = random(seed);
        let mut met = HashSet::new();
        let depth = [1, 3, 20, 128][random(4)];
        let mut sites = Vec::new();
        for _ in 0..random(60) {
            let frames: Vec<usize> = (0..=random(depth)).map(|_| FIRST + random(addresses)).collect();
            if met.insert(frames.clone()) {
                let number = || {
                    let bits = random(50.min(usize::BITS as usize - 2));
                    let less = [0, 1000][random(2)];
                    random(1 << bits) as i64 - less
                };
                sites.push(sums(frames, number));
            }
        }
        let mean = [0, 0, 1000, 512 << 10][random(4)];
        all.push((format!("random {seed}"), Snapshot::made_of(Some(mean), sites)));
    }
    all
}

pub(super) fn for_each(mut check: impl FnMut(&str, &Snapshot, Export<'_>)) {
    for (name, snapshot) in snapshots() {
        let attributed = snapshot.attributed_to(Attribution::Program);
        let exports = [snapshot.export(), snapshot.export().with_hidden_frames(), attributed.export()];
        for (at, export) in exports.into_iter().enumerate() {
            check(&format!("{name} {at}"), &snapshot, export);
        }
    }
}

/// In the order of the columns of a page.
pub(super) const METRICS: [Metric; 6] = [
    Metric::LiveSize,
    Metric::LiveBlocks,
    Metric::TotalSize,
    Metric::TotalBlocks,
    Metric::PeakSize,
    Metric::PeakBlocks,
];

pub(super) fn total(snapshot: &Snapshot, metric: Metric) -> u128 {
    snapshot.traces().map(|trace| u128::from(metric.of(trace))).sum()
}

pub(super) fn text(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).expect("writing to a vector does not fail");
    String::from_utf8(out).expect("names are UTF-8")
}

#[test]
fn folded_lines_add_up_to_each_metric() {
    for_each(|name, snapshot, export| {
        for metric in METRICS {
            let folded = text(|out| export.metric(metric).write_folded(out));
            let mut sum = 0;
            let mut met = HashSet::new();
            for line in folded.split_terminator('\n') {
                // The checks follow the parser of inferno 0.12.
                assert_eq!(line, line.trim(), "{name}: readers trim lines");
                assert!(!line.starts_with('#') && !line.contains(is_raw), "{name}: {line}");
                let (stack, number) = line.rsplit_once(' ').expect("a number follows the stack");
                let second = stack.rsplit_once(' ').map_or("", |(_, word)| word);
                let is_number = second.split('.').next().is_some_and(|whole| whole.parse::<u64>().is_ok());
                assert!(!is_number, "{name}: two numbers: {line}");
                assert!(stack.split(';').all(|frame| !frame.trim().is_empty()), "{name}: {line}");
                assert!(met.insert(stack), "{name}: a stack has one line");
                sum += number.parse::<u128>().expect("the last word is a number");
            }
            assert_eq!(sum, total(snapshot, metric), "{name} {metric:?}");
        }
    });
}

/// Whether a terminal interprets a character.
fn is_raw(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[test]
fn printed_texts_have_no_raw_characters() {
    let mut hostile = 0;
    for_each(|name, snapshot, _| {
        let mut texts = Vec::new();
        for by in [By::Line, By::Function, By::File, By::Crate, By::Trace] {
            let statistics = snapshot.statistics(by);
            texts.extend([statistics.top(100).to_string(), format!("{:#}", statistics.top(100))]);
            texts.push(statistics.compare_to(&statistics).top(100).to_string());
        }
        for trace in snapshot.traces() {
            texts.extend([trace.to_string(), format!("{trace:#}"), format!("{trace:?}")]);
        }
        for text in texts {
            assert!(!text.replace('\n', "").contains(is_raw), "{name}: {text:?}");
            assert!(!text.contains("\nFORGED"), "{name}: {text:?}");
            hostile += usize::from(text.contains("\\u{1b}[2J"));
        }
    });
    assert!(hostile > 100, "{hostile}");
}

#[test]
fn hidden_functions_are_shown_on_request_and_if_there_are_no_others() {
    let snapshot = snapshots().into_iter().find(|(name, _)| name == "alike").unwrap().1;
    let folded = text(|out| snapshot.export().metric(Metric::LiveSize).write_folded(out));
    let live: Vec<u64> = snapshot.traces().map(|trace| trace.live_amount().size).collect();
    let expected = [
        (format!("app::main {}", live[3] + live[4] + live[5])),
        (format!("app::main;app::pushes {}", live[6] + live[7])),
        (format!("core::ops::function::FnOnce::call_once {}", live[1])),
        (format!("core::ops::function::FnOnce::call_once;std::rt::lang_start {}", live[2])),
        (format!("std::rt::lang_start {}", live[0])),
    ];
    assert_eq!(folded.lines().collect::<Vec<_>>(), expected);
    let full = text(|out| snapshot.export().with_hidden_frames().write_folded(out));
    assert_eq!(full.lines().count(), 8);
    assert!(full.contains("app::main;app::pushes;alloc::vec::Vec<T>::push;std::rt::lang_start "), "{full}");
}

#[test]
fn each_format_leaves_out_the_crates_that_traces_are_not_attributed_to() {
    let addresses = addresses();
    let mut random = random(7);
    let (mut shortened, app, json) = (0, ["app"], ["serde-*", "none"]);
    type Choice<'c> = (Attribution<'c>, fn(&str) -> bool);
    let choices: [Choice<'_>; 4] = [
        (Attribution::Innermost, |_| true),
        (Attribution::Crates(&app), |name| name.starts_with("app::")),
        (Attribution::Crates(&json), |name| name.starts_with("serde_json::")),
        (Attribution::Crates(&[]), |_| false),
    ];
    for _ in 0..300 {
        // Plain names only.
        let plain = [0, 1, 2, 3, 4, 12, 13, 14];
        let mut frames: Vec<usize> = (0..=random(6)).map(|_| FIRST + plain[random(plain.len())]).collect();
        frames.push(FIRST + plain[[0, 6][random(2)]]);
        assert!(frames.iter().all(|address| address - FIRST < addresses));
        let names = frames.iter().flat_map(|address| FUNCTIONS[address - FIRST]).map(|function| function.0);
        let shown: Vec<&str> = names
            .filter(|name| !name.contains("std::") && !name.contains("core::") && !name.contains("alloc::"))
            .collect();
        let snapshot = Snapshot::made_of(Some(0), vec![sums(frames, || 5)]);
        for (attribution, is_own) in choices {
            let attributed = snapshot.attributed_to(attribution);
            let own: Vec<&str> = shown.iter().copied().filter(|name| is_own(name)).collect();
            let expected = if own.is_empty() { &shown } else { &own };
            shortened += usize::from(expected.len() < shown.len());
            let folded = text(|out| attributed.write_folded(out));
            let outermost_first: Vec<&str> = expected.iter().rev().copied().collect();
            assert_eq!(folded, format!("{} 5\n", outermost_first.join(";")), "{attribution:?}");
            let dhat: Value = serde_json::from_str(&text(|out| attributed.write_dhat(out))).unwrap();
            let stack = dhat["pps"][0]["fs"].as_array().unwrap();
            let stack = stack.iter().map(|at| dhat["ftbl"][at.as_u64().unwrap() as usize].as_str().unwrap());
            let stack: Vec<&str> = stack.map(|frame| frame.split(' ').nth(1).unwrap()).collect();
            assert_eq!(stack, *expected, "{attribution:?}");
            #[cfg(feature = "pprof")]
            {
                let mut packed = Vec::new();
                attributed.write_pprof(&mut packed).unwrap();
                let profile = profile::Profile::read(&packed);
                let stack = profile.samples[0].stack.iter().flat_map(|location| &location.lines);
                assert_eq!(stack.map(|line| &*line.0).collect::<Vec<_>>(), *expected, "{attribution:?}");
            }
            let full = text(|out| attributed.export().with_hidden_frames().write_folded(out));
            assert_eq!(full, text(|out| snapshot.export().with_hidden_frames().write_folded(out)));
        }
    }
    assert!(shortened > 200, "{shortened}");
}

#[test]
fn dhat_has_each_trace_once_with_all_its_amounts() {
    for_each(|name, snapshot, export| {
        let json: Value =
            serde_json::from_str(&text(|out| export.write_dhat(out))).expect("the output is JSON");
        let number =
            |value: &Value, field: &str| value[field].as_u64().unwrap_or_else(|| panic!("{field}: {value}"));
        assert_eq!((number(&json, "dhatFileVersion"), number(&json, "pid")), (2, std::process::id().into()));
        assert_eq!((&json["bklt"], &json["bkacc"]), (&Value::Bool(true), &Value::Bool(false)));
        assert_eq!(
            (&json["tu"], &json["Mtu"], &json["verb"]),
            (&"µs".into(), &"s".into(), &"Allocated".into())
        );
        assert_eq!(json["mode"].as_str().unwrap().contains("sample"), snapshot.sampling_interval().is_some());
        let times = [snapshot.elapsed(), snapshot.peak_elapsed()].map(|time| time.as_micros() as u64);
        assert_eq!([number(&json, "te"), number(&json, "tg")], times);
        let frames = json["ftbl"].as_array().unwrap();
        assert_eq!(frames[0], "[root]");
        assert_eq!(
            frames.iter().collect::<HashSet<_>>().len(),
            frames.len(),
            "{name}: no frame occurs twice"
        );
        assert!(frames.iter().all(|frame| !frame.as_str().unwrap().contains(is_raw)));
        let points = json["pps"].as_array().unwrap();
        assert_eq!(points.len(), snapshot.traces().count(), "{name}");
        let mut met = HashSet::new();
        for (point, trace) in points.iter().zip(snapshot.traces()) {
            let fields =
                ["tb", "tbk", "gb", "gbk", "eb", "ebk", "mb", "mbk"].map(|field| number(point, field));
            let (total, peak, live) = (trace.total_amount(), trace.peak_amount(), trace.live_amount());
            let max = [trace.max_size(), trace.max_blocks()];
            let expected =
                [[total.size, total.blocks], [peak.size, peak.blocks], [live.size, live.blocks], max];
            assert_eq!(fields, *expected.as_flattened(), "{name}");
            let lived = trace.lifetime_sum().as_micros().saturating_add(trace.age_sum().as_micros());
            assert_eq!(u128::from(number(point, "tl")), lived.min(u64::MAX.into()));
            let stack: Vec<u64> =
                point["fs"].as_array().unwrap().iter().map(|at| at.as_u64().unwrap()).collect();
            assert!(!stack.is_empty() && stack.iter().all(|&at| 0 < at && at < frames.len() as u64));
            assert!(met.insert(stack.clone()), "{name}: {stack:?} occurs twice");
            // The frames are in the order of the addresses, innermost first.
            let mut from = 0;
            for frame in stack.iter().map(|&at| frames[at as usize].as_str().unwrap()) {
                let of_address = |address: &usize| frame.starts_with(&format!("{address:#x}: "));
                if !["[unknown]", "[other]"].contains(&frame) {
                    from += trace.addresses()[from..].iter().position(of_address).expect("the frame follows");
                }
            }
        }
    });
}

#[cfg(feature = "pprof")]
#[test]
fn samples_of_a_pprof_profile_add_up_to_each_metric() {
    use profile::Profile;

    let kinds = [
        ("alloc_objects", "count", Metric::TotalBlocks),
        ("alloc_space", "bytes", Metric::TotalSize),
        ("inuse_objects", "count", Metric::LiveBlocks),
        ("inuse_space", "bytes", Metric::LiveSize),
        ("peak_objects", "count", Metric::PeakBlocks),
        ("peak_space", "bytes", Metric::PeakSize),
    ];
    for_each(|name, snapshot, export| {
        let mut packed = Vec::new();
        export.write_pprof(&mut packed).expect("writing to a vector does not fail");
        let profile = Profile::read(&packed);
        let named: Vec<_> = profile.kinds.iter().map(|(kind, unit)| (kind.as_str(), unit.as_str())).collect();
        assert_eq!(named, kinds.map(|(kind, unit, _)| (kind, unit)));
        assert_eq!(profile.default, "inuse_space");
        assert_eq!(
            profile.period,
            ("space".into(), "bytes".into(), snapshot.sampling_interval().unwrap_or(1))
        );
        for (at, (kind, _, metric)) in kinds.into_iter().enumerate() {
            let sum: u128 = profile.samples.iter().map(|sample| u128::from(sample.values[at])).sum();
            assert_eq!(sum, total(snapshot, metric), "{name} {kind}");
        }
        // No stack occurs twice, and each belongs to a trace.
        let stacks: Vec<Vec<u64>> = profile
            .samples
            .iter()
            .map(|sample| sample.stack.iter().map(|location| location.id).collect())
            .collect();
        assert_eq!(stacks.iter().collect::<HashSet<_>>().len(), stacks.len(), "{name}");
        if export.with_hidden {
            let shown: Vec<Vec<u64>> = profile
                .samples
                .iter()
                .map(|sample| sample.stack.iter().map(|location| location.address + 1).collect())
                .collect();
            // Folded traces have no address.
            let address_of = |address| if address == OTHER_ADDRESS { 1 } else { address as u64 };
            let expected: Vec<Vec<u64>> = snapshot
                .traces()
                .map(|trace| trace.addresses().iter().map(|&address| address_of(address)).collect())
                .collect();
            assert_eq!(shown, expected, "{name}");
        }
        let names =
            profile.samples.iter().flat_map(|sample| &sample.stack).flat_map(|location| &location.lines);
        assert!(names.clone().all(|(name, ..)| !name.is_empty() && !name.contains(is_raw)));
        assert!(names.clone().all(|(name, ..)| name.chars().count() <= 1000));
        let mut again = Vec::new();
        export.write_pprof(&mut again).expect("writing to a vector does not fail");
        assert!(again == packed, "{name}: the output is deterministic");
    });
}

#[cfg(feature = "pprof")]
#[test]
fn inlined_functions_are_lines_of_one_location() {
    let snapshot = snapshots().into_iter().find(|(name, _)| name == "deepest").unwrap().1;
    let mut packed = Vec::new();
    snapshot.write_pprof(&mut packed).expect("writing to a vector does not fail");
    let profile = profile::Profile::read(&packed);
    let [sample] = &profile.samples[..] else { panic!("{profile:?}") };
    let lines: HashMap<u64, Vec<(&str, u64)>> = sample
        .stack
        .iter()
        .map(|at| (at.address + 1, at.lines.iter().map(|(name, _, line)| (name.as_str(), *line)).collect()))
        .collect();
    assert_eq!(lines[&(FIRST as u64 + 1)], [("app::inlined", 3), ("app::outer", 30)]);
    assert_eq!(lines[&(FIRST as u64 + 2)], [("app::pushes", 4)]);
    assert!(!lines.contains_key(&(FIRST as u64 + 3)));
}
