//! Samples, marks, and the files written from them.

mod eventually;
mod shared;

use std::fmt::Write as _;
use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

#[cfg(feature = "html")]
use deep_size_track::Sample;
use deep_size_track::{Event, Mark, Scope, Timeline, TrackingAllocator, mark, process, scope, tracker_size};

use eventually::eventually;
use shared::alone;

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

const MILLISECOND: Duration = Duration::from_millis(1);

fn bytes(size: usize) -> Vec<u8> {
    black_box(Vec::with_capacity(size))
}

/// The page outside its data, and the data.
#[cfg(feature = "html")]
fn page(timeline: &Timeline) -> (String, serde_json::Value) {
    let mut written = Vec::new();
    timeline.write_html(&mut written).expect("writing to a vector does not fail");
    let written = String::from_utf8(written).expect("HTML is UTF-8");
    let start = "<script type=\"application/json\" id=\"data\">";
    let (before, rest) = written.split_once(start).expect("there are data");
    let (data, after) = rest.split_once("</script>").expect("the data end");
    (format!("{before}{after}"), serde_json::from_str(data).expect("the data are JSON"))
}

#[test]
fn samples_follow_the_live_bytes() {
    let _alone = alone();
    let started = Instant::now();
    let mut timeline = Timeline::start(MILLISECOND);
    let ten_more = |timeline: &Timeline| {
        let before = timeline.samples().len();
        assert!(eventually(|| timeline.samples().len() >= before + 10));
    };
    ten_more(&timeline);
    let held = bytes(10 << 20);
    mark("allocated");
    ten_more(&timeline);
    mark("freed");
    drop(held);
    ten_more(&timeline);
    timeline.stop();
    let (samples, marks) = (timeline.samples(), timeline.marks());
    // One at the start, one at the end, and between them at most one for each millisecond.
    assert!(samples.len() as u128 <= 2 + started.elapsed().as_millis(), "{}", samples.len());
    assert!(samples.windows(2).all(|pair| pair[0].at <= pair[1].at));
    assert_eq!(samples[0].at, Duration::ZERO);
    let [allocated, freed] = &marks[..] else { panic!("expected two marks: {marks:?}") };
    assert_eq!((allocated.name.as_str(), allocated.event), ("allocated", Event::Mark));
    // The harness frees far less than 1 MiB meanwhile.
    let held = |live_size: u64| live_size >= samples[0].live_size + (9 << 20);
    for sample in &samples {
        if sample.at > allocated.at && sample.at < freed.at {
            assert!(held(sample.live_size), "{sample:?}");
        }
    }
    assert!(held(allocated.live_size) && held(freed.live_size));
    assert!(!held(samples[samples.len() - 1].live_size));
    // After the end, nothing is added.
    mark("too late");
    timeline.mark("too late");
    assert_eq!((timeline.samples(), timeline.marks()), (samples, marks));
}

#[test]
fn a_spike_between_two_samples_is_kept() {
    let _alone = alone();
    let mut timeline = Timeline::start(Duration::from_secs(3600));
    drop(bytes(1 << 30));
    timeline.stop();
    let samples = timeline.samples();
    let [first, last] = &samples[..] else { panic!("expected two samples: {samples:?}") };
    assert!(last.peak_size >= first.live_size + (1 << 30) - (64 << 10), "{samples:?}");
    assert!(last.live_size < first.live_size + (1 << 20));
    #[cfg(feature = "html")]
    {
        let (outside, data) = page(&timeline);
        assert_eq!(data["samples"]["peak"][1].as_u64(), Some(last.peak_size));
        let total = format!("<dt>Live at the peak</dt><dd><data value=\"{}\">1.0 GiB (", last.peak_size);
        assert!(outside.contains(&total), "{outside}");
    }
    let mut written = Vec::new();
    timeline.write_csv(&mut written).expect("writing to a vector does not fail");
    let resident = last.resident_size.map(|size| size.to_string()).unwrap_or_default();
    let line = format!(",{},{},{resident},sample,,\r\n", last.live_size, last.peak_size);
    assert!(String::from_utf8_lossy(&written).ends_with(&line));
    // The next timeline begins with another peak.
    let mut next = Timeline::start(Duration::from_secs(3600));
    next.stop();
    assert!(next.samples().iter().all(|sample| sample.peak_size < 1 << 30));
}

#[test]
fn a_timeline_is_the_trackers_own_memory_and_leaves_nothing() {
    let _alone = alone();
    let live = || (process().live_size, tracker_size());
    let round = || {
        let before = live();
        let mut timeline = Timeline::start(MILLISECOND).with_scopes();
        for _ in 0..100 {
            scope!("in a timeline");
            timeline.mark("a mark");
        }
        #[cfg(feature = "html")]
        timeline.write_html(std::io::sink()).expect("writing to a sink does not fail");
        timeline.write_csv(std::io::sink()).expect("writing to a sink does not fail");
        let (program, own) = live();
        // Only the thread belongs to the program.
        let is_small = program.abs_diff(before.0) < 2000;
        assert!(own >= before.1 + 300 * 40);
        timeline.stop();
        timeline.stop();
        drop(timeline);
        is_small && live() == before
    };
    // The first round allocates the rows of the scopes, which are never freed.
    assert!(eventually(round));
}

#[test]
fn scopes_are_marked_on_request() {
    let _alone = alone();
    let without = Timeline::start(MILLISECOND);
    let with = Timeline::start(MILLISECOND).with_scopes();
    let outer = Scope::enter("outer");
    scope!("inner", mark("in it"));
    outer.end();
    let marks = |timeline: &Timeline| {
        let mut marks = String::new();
        for Mark { event, name, .. } in timeline.marks() {
            write!(marks, "{event:?} {name};").expect("writing to a string does not fail");
        }
        marks
    };
    assert_eq!(marks(&without), "Mark in it;");
    assert_eq!(marks(&with), "Begin outer;Begin inner;Mark in it;End inner;End outer;");
    drop(with);
    scope!("after it");
    assert_eq!(marks(&without), "Mark in it;");
}

#[test]
fn memory_is_bounded() {
    let _alone = alone();
    let timeline = Timeline::start(Duration::ZERO);
    for _ in 0..5000 {
        mark("many");
    }
    thread::sleep(50 * MILLISECOND);
    assert_eq!((timeline.marks().len(), timeline.dropped_mark_count()), (4096, 904));
    assert!(timeline.samples().len() <= 8192 + 3);
}

#[test]
fn stopping_does_not_wait_for_the_next_sample() {
    let _alone = alone();
    let started = Instant::now();
    let mut timeline = Timeline::start(Duration::from_secs(3600));
    let held = bytes(2 << 20);
    timeline.stop();
    assert!(started.elapsed() < Duration::from_secs(60));
    let samples = timeline.samples();
    assert_eq!(samples.len(), 2);
    // The harness frees far less than 1 MiB meanwhile.
    assert!(samples[1].live_size >= samples[0].live_size + (1 << 20));
    drop(held);
}

#[test]
fn csv_has_a_line_for_each_sample_and_mark() {
    let _alone = alone();
    let mut timeline = Timeline::start(Duration::from_secs(3600)).with_scopes();
    scope!("a,b", mark("\"quoted\"\nand on"));
    mark("=1+1");
    timeline.stop();
    let mut written = Vec::new();
    timeline.write_csv(&mut written).expect("writing to a vector does not fail");
    let written = String::from_utf8(written).expect("CSV is UTF-8");
    let thread = format!(",{}", timeline.marks()[0].thread);
    let mut without_figures = String::new();
    let mut before = 0.0;
    for line in written.lines().skip(1) {
        let fields: Vec<&str> = line.splitn(5, ',').collect();
        let &[seconds, live, peak, resident, rest] = &fields[..] else { panic!("{line}") };
        let is_sample = rest.starts_with("sample");
        assert_eq!(!resident.is_empty(), is_sample && cfg!(target_os = "linux"), "{line}");
        let rest = rest.strip_suffix(&thread).unwrap_or(rest);
        let seconds: f64 = seconds.parse().expect("the field is a number");
        assert!(seconds >= before);
        before = seconds;
        let [live, peak] = [live, peak].map(|size| size.parse::<u64>().expect("the field is a number"));
        assert!(peak >= live);
        without_figures += &format!("{rest}\n");
    }
    assert!(
        written.starts_with("seconds,live_bytes,peak_bytes,resident_bytes,event,name,thread\r\n0.000000,")
    );
    let expected =
        "sample,,\nbegin,\"a,b\"\nmark,\"\"\"quoted\"\"\\nand on\"\nend,\"a,b\"\nmark,'=1+1\nsample,,\n";
    assert_eq!(without_figures, expected);
}

/// Compares the data of a page with the samples and marks.
#[cfg(feature = "html")]
fn assert_complete(timeline: &Timeline, data: &serde_json::Value) {
    let column = |table: &str, name: &str| -> Vec<Option<u64>> {
        let column = data[table][name].as_array().expect("a column");
        column.iter().map(serde_json::Value::as_u64).collect()
    };
    let micros = |at: Duration| Some(at.as_micros() as u64);
    let (samples, marks) = (timeline.samples(), timeline.marks());
    let of_samples = |figure: fn(&Sample) -> Option<u64>| samples.iter().map(figure).collect::<Vec<_>>();
    assert_eq!(column("samples", "at"), samples.iter().map(|sample| micros(sample.at)).collect::<Vec<_>>());
    assert_eq!(column("samples", "live"), of_samples(|sample| Some(sample.live_size)));
    assert_eq!(column("samples", "peak"), of_samples(|sample| Some(sample.peak_size)));
    assert_eq!(column("samples", "resident"), of_samples(|sample| sample.resident_size));
    assert_eq!(column("marks", "at"), marks.iter().map(|mark| micros(mark.at)).collect::<Vec<_>>());
    assert_eq!(column("marks", "live"), marks.iter().map(|mark| Some(mark.live_size)).collect::<Vec<_>>());
    assert_eq!(column("marks", "thread"), marks.iter().map(|mark| Some(mark.thread)).collect::<Vec<_>>());
    let events = column("marks", "event").into_iter().flatten();
    let events = events.map(|event| [Event::Mark, Event::Begin, Event::End][event as usize]);
    assert!(events.eq(marks.iter().map(|mark| mark.event)));
}

#[test]
#[cfg(feature = "html")]
fn a_page_has_all_samples_and_marks_and_no_markup_in_names() {
    let _alone = alone();
    let mut timeline = Timeline::start(MILLISECOND).with_scopes();
    let hostile = "a<b>&\"'\u{0}\u{1b}\u{fffe}]]>-- </script></svg>\n and more than fits a line";
    mark(hostile);
    let held = bytes(5 << 20);
    // On a busy machine, no sample may be taken while the bytes are held.
    mark("held");
    thread::sleep(5 * MILLISECOND);
    drop(held);
    scope!("grüße", thread::sleep(3 * MILLISECOND));
    timeline.stop();
    let (outside, data) = page(&timeline);
    assert_complete(&timeline, &data);
    let expected = "a<b>&\"'\\0\\u{1b}\\u{fffe}]]>-- </script></svg>\\n and more than fits a line";
    assert_eq!(data["names"], serde_json::json!([expected, "held", "grüße"]));
    let samples = timeline.samples();
    let peaks = samples.iter().map(|sample| sample.peak_size);
    let peak =
        peaks.chain(timeline.marks().iter().map(|mark| mark.live_size)).max().expect("there are samples");
    let [first, last] = [samples[0].live_size, samples[samples.len() - 1].live_size];
    for (id, size) in [("start", first), ("peak", peak), ("end", last)] {
        let (_, total) = outside.split_once(&format!("id=\"total-{id}\"")).expect("it exists");
        assert!(total.split_once(" value=\"").expect("a figure").1.starts_with(&format!("{size}\"")), "{id}");
    }
    assert_eq!(outside.matches("<script").count(), 1);
    for word in ["://", "url(", "fetch(", "innerHTML", " style=", "{{"] {
        // The namespace of SVG is a name, and is not fetched.
        assert!(!outside.replace("http://www.w3.org/2000/svg", "").contains(word), "{word}");
    }
}

#[test]
#[cfg(feature = "html")]
fn a_page_of_random_scopes_and_threads_is_complete() {
    let _alone = alone();
    for round in 0..20_usize {
        let mut timeline = Timeline::start(MILLISECOND).with_scopes();
        thread::scope(|threads| {
            for worker in 0..round % 4 {
                threads.spawn(move || {
                    for step in 0..round {
                        let outer = Scope::enter("outer");
                        scope!("inner", drop(bytes(1000 * step)));
                        mark(&format!("mark {worker} {step}"));
                        outer.end();
                    }
                });
            }
        });
        timeline.stop();
        assert_eq!(timeline.marks().len(), round * (round % 4) * 5);
        assert_complete(&timeline, &page(&timeline).1);
    }
}

#[test]
#[cfg(feature = "html")]
fn dropped_marks_are_named_in_the_page() {
    let _alone = alone();
    let timeline = Timeline::start(Duration::from_secs(3600));
    for _ in 0..4100 {
        mark("many");
    }
    let (outside, data) = page(&timeline);
    assert!(
        outside.contains("<p class=\"note\">4 marks dropped: only the first 4,096 are kept</p>"),
        "{outside}"
    );
    assert_eq!(
        (data["marks"]["at"].as_array().map(Vec::len), data["names"].as_array().map(Vec::len)),
        (Some(4096), Some(1))
    );
}

#[test]
#[cfg(target_os = "linux")]
fn samples_have_the_resident_memory() {
    const SIZE: usize = 64 << 20;
    let _alone = alone();
    let resident = || process().resident_size.expect("Linux has resident sizes");
    let before = resident();
    let counts = || {
        let process = process();
        (process.live_size, process.total.allocated_blocks, tracker_size())
    };
    let mut timeline = Timeline::start(Duration::from_secs(3600));
    // Untouched memory is not resident.
    let mut held = bytes(SIZE);
    assert!(resident() < before + SIZE as u64 / 2);
    held.resize(SIZE, 1);
    let after = resident();
    // The kernel lags behind by some pages of each processor.
    assert!(after >= before + SIZE as u64 - (8 << 20), "{before} {after}");
    timeline.stop();
    let samples = timeline.samples();
    let risen =
        |sample: usize| samples[sample].resident_size.expect("a sample has it") >= before + SIZE as u64 / 2;
    assert!(!risen(0) && risen(1), "{samples:?}");
    #[cfg(feature = "html")]
    {
        let highest = samples.iter().filter_map(|sample| sample.resident_size).max().expect("Linux has them");
        let (outside, _) = page(&timeline);
        assert!(outside.contains(&format!("<dt>Resident at most</dt><dd><data value=\"{highest}\">")));
    }
    // Reading it allocates nothing.
    assert!(eventually(|| {
        let before = counts();
        black_box(process());
        counts() == before
    }));
    drop(held);
}
