//! Samples, marks, and the files written from them.

mod eventually;
mod shared;

use std::fmt::Write as _;
use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use deep_size_track::{Event, Mark, Scope, Timeline, TrackingAllocator, mark, process, scope, tracker_size};

use eventually::eventually;
use shared::alone;

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

const MILLISECOND: Duration = Duration::from_millis(1);

fn bytes(size: usize) -> Vec<u8> {
    black_box(Vec::with_capacity(size))
}

fn svg(timeline: &Timeline) -> String {
    let mut written = Vec::new();
    timeline.write_svg(&mut written).expect("writing to a vector does not fail");
    String::from_utf8(written).expect("SVG is UTF-8")
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
    let plot = svg(&timeline);
    assert!(plot.contains("<path class=\"high\"") && plot.contains("peak 1.0 GiB at"), "{plot}");
    let mut written = Vec::new();
    timeline.write_csv(&mut written).expect("writing to a vector does not fail");
    let resident = last.resident_size.map(|size| size.to_string()).unwrap_or_default();
    let line = format!(",{},{},{resident},sample,,\n", last.live_size, last.peak_size);
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
        timeline.write_svg(std::io::sink()).expect("writing to a sink does not fail");
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
    assert!(written.starts_with("seconds,live_bytes,peak_bytes,resident_bytes,event,name,thread\n0.000000,"));
    let expected =
        "sample,,\nbegin,\"a,b\"\nmark,\"\"\"quoted\"\"\\nand on\"\nend,\"a,b\"\nmark,'=1+1\nsample,,\n";
    assert_eq!(without_figures, expected);
}

#[test]
fn a_plot_is_valid_xml_with_all_samples_and_marks() {
    let _alone = alone();
    let mut timeline = Timeline::start(MILLISECOND).with_scopes();
    let hostile = "a<b>&\"'\u{0}\u{1b}\u{fffe}]]>-- </text></svg>\n and more than fits a line";
    mark(hostile);
    let held = bytes(5 << 20);
    // On a busy machine, no sample may be taken while the bytes are held.
    mark("held");
    thread::sleep(5 * MILLISECOND);
    drop(held);
    scope!("grüße", thread::sleep(3 * MILLISECOND));
    timeline.stop();
    let text = svg(&timeline);
    let document = roxmltree::Document::parse(&text).expect("the plot is XML");
    assert_eq!(document.root_element().tag_name().name(), "svg");
    let class =
        |name: &'static str| document.descendants().filter(move |n| n.attribute("class") == Some(name));
    let titles: Vec<&str> =
        class("mark").chain(class("scope")).filter_map(|g| g.first_element_child()?.text()).collect();
    assert!(
        titles[0]
            .starts_with("a<b>&\"'\\0\\u{1b}\\u{fffe}]]>-- </text></svg>\\n and more than fits a line: ")
    );
    assert!(titles[2].starts_with("grüße: "), "{titles:?}");
    let peak =
        class("peak").next().and_then(|g| g.last_element_child()?.text()).expect("the peak has a label");
    let sizes = timeline.samples().into_iter().map(|sample| sample.live_size);
    let sizes = sizes.chain(timeline.marks().into_iter().map(|mark| mark.live_size));
    let peak_size = sizes.max().expect("there are samples");
    assert!(
        peak.starts_with(&format!("peak {:.1} MiB at ", peak_size as f64 / f64::from(1 << 20))),
        "{peak}"
    );
    // The curve has a step for each sample and mark, from left to right.
    let path = class("live").next().and_then(|path| path.attribute("d")).expect("there is a curve");
    let steps: Vec<f64> = path
        .split('H')
        .skip(1)
        .map(|step| step.split('V').next().expect("a step begins with a number").parse().expect("a number"))
        .collect();
    assert!(steps.windows(2).all(|pair| pair[0] <= pair[1]));
    assert!(steps.len() >= timeline.samples().len() - 1);
    let ticks: Vec<&str> = class("bytes").filter_map(|tick| tick.text()).collect();
    assert!((3..=8).contains(&ticks.len()) && ticks[0] == "0" && ticks[1].ends_with("iB"), "{ticks:?}");
    assert!(class("time").count() >= 2);
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
    let plot = svg(&timeline);
    assert!(plot.contains("<path class=\"resident\"") && plot.contains("; dashed: resident memory"));
    // Reading it allocates nothing.
    assert!(eventually(|| {
        let before = counts();
        black_box(process());
        counts() == before
    }));
    drop(held);
}

/// The brackets: name, left, right and top edge.
fn brackets(text: &str) -> Vec<(String, f64, f64, f64)> {
    let document = roxmltree::Document::parse(text).expect("the plot is XML");
    let scopes = document.descendants().filter(|node| node.attribute("class") == Some("scope"));
    let bracket = |scope: roxmltree::Node<'_, '_>| {
        let title =
            scope.first_element_child().and_then(|title| title.text()).expect("a bracket has a title");
        let rect =
            scope.children().find(|node| node.tag_name().name() == "rect").expect("a bracket has a box");
        let [x, y, width] = ["x", "y", "width"]
            .map(|name| rect.attribute(name).and_then(|text| text.parse::<f64>().ok()).expect("a number"));
        (title.split(':').next().unwrap_or_default().to_owned(), x, x + width, y)
    };
    scopes.map(bracket).collect()
}

#[test]
fn scopes_are_brackets_in_the_plot_and_inner_ones_are_below() {
    let _alone = alone();
    let pause = || thread::sleep(3 * MILLISECOND);
    let before = Scope::enter("before");
    let mut timeline = Timeline::start(Duration::from_secs(3600)).with_scopes();
    let outer = Scope::enter("outer");
    pause();
    scope!("inner", pause());
    thread::scope(|threads| {
        threads.spawn(|| scope!("other thread", scope!("its inner", pause())));
    });
    scope!("inner", pause());
    outer.end();
    pause();
    before.end();
    let open = Scope::enter("open");
    pause();
    timeline.stop();
    open.end();
    let marks = timeline.marks();
    let thread_of = |name: &str| marks.iter().find(|mark| mark.name == name).expect("it is marked").thread;
    assert_eq!(thread_of("outer"), thread_of("inner"));
    assert_eq!(thread_of("other thread"), thread_of("its inner"));
    assert_ne!(thread_of("outer"), thread_of("other thread"));
    let plot = svg(&timeline);
    let brackets = brackets(&plot);
    let names: Vec<&str> = brackets.iter().map(|bracket| bracket.0.as_str()).collect();
    assert_eq!(names, ["outer", "inner", "other thread", "its inner", "inner", "before", "open"]);
    for (at, (name, left, right, top)) in brackets.iter().enumerate() {
        for (other, l, r, t) in &brackets[..at] {
            assert!(t != top || right <= l || r <= left, "{name} and {other} overlap");
        }
    }
    let [outer, inner, _, its_inner, ..] = &brackets[..] else { panic!("{brackets:?}") };
    let other = &brackets[2];
    for (outer, inner) in [(outer, inner), (other, its_inner), (outer, &brackets[4])] {
        assert!(outer.1 <= inner.1 && inner.2 <= outer.2 && outer.3 < inner.3, "{outer:?} {inner:?}");
    }
    // One began before the timeline, and one ended after it.
    assert!(brackets[5].1 <= outer.1 && brackets[5].2 >= outer.2 && brackets[6].1 >= brackets[5].2);
    assert!(plot.contains(">outer</text>"));
}

#[test]
fn of_deep_scopes_the_outer_ones_are_shown() {
    fn nested(depth: usize) {
        scope!(
            "nested",
            if depth > 1 {
                nested(depth - 1)
            }
        );
    }
    let _alone = alone();
    let timeline = Timeline::start(Duration::from_secs(3600)).with_scopes();
    nested(50);
    let plot = svg(&timeline);
    assert_eq!(brackets(&plot).len(), 32);
    assert!(plot.contains("; 18 deeper scopes are not shown"));
}

/// The bounding box of each name, and the position of each line.
fn boxes(text: &str) -> (Vec<[f64; 4]>, Vec<[f64; 3]>) {
    let document = roxmltree::Document::parse(text).expect("the plot is XML");
    let (mut names, mut lines) = (Vec::new(), Vec::new());
    let marks = document.descendants().filter(|node| node.attribute("class") == Some("mark"));
    for element in marks.flat_map(|mark| mark.children()) {
        let number = |name: &str| element.attribute(name).and_then(|text| text.parse::<f64>().ok());
        if let ("text", Some(x), Some(y)) = (element.tag_name().name(), number("x"), number("y")) {
            // Letters of monospace fonts are 0.6 times as wide as high.
            let width = 6.6 * element.text().expect("a name is not empty").chars().count() as f64;
            names.push([x, y - 9.0, x + width, y + 3.0]);
        }
        if let (Some(x), Some(bottom), Some(top)) = (number("x1"), number("y1"), number("y2")) {
            lines.push([x, top, bottom]);
        }
    }
    (names, lines)
}

#[test]
fn names_of_marks_overlap_neither_each_other_nor_lines() {
    let _alone = alone();
    let mut timeline = Timeline::start(MILLISECOND);
    for at in 0..60_u64 {
        mark(&"long name ".repeat(at as usize % 3 + 1));
        thread::sleep(MILLISECOND * if at % 7 == 0 { 20 } else { (at % 3) as u32 });
    }
    timeline.stop();
    let (names, lines) = boxes(&svg(&timeline));
    assert!(names.len() >= 8 && lines.len() == 60, "{} of {}", names.len(), lines.len());
    for (at, [left, top, right, bottom]) in names.iter().enumerate() {
        for [l, t, r, b] in &names[..at] {
            assert!(r <= left || right <= l || b <= top || bottom <= t, "names overlap");
        }
        for [x, line_top, line_bottom] in &lines {
            assert!(
                x <= left || right <= x || line_bottom <= top || bottom <= line_top,
                "a line crosses a name"
            );
        }
    }
}
