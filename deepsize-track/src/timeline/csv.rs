//! A timeline as comma-separated values (RFC 4180).

use std::fmt::Write as _;

use super::data::Contents;
use super::sample::{Event, Sample};

pub(super) fn text(record: &Contents) -> String {
    let mut text = String::from("seconds,live_bytes,peak_bytes,event,name\n");
    let mut line = |sample: Sample, event: &str, name: &str| {
        let Sample { at, live_size, peak_size } = sample;
        let (seconds, micros) = (at.as_secs(), at.subsec_micros());
        // Writing to a string does not fail.
        let _ = writeln!(text, "{seconds}.{micros:06},{live_size},{peak_size},{event},{}", field(name));
    };
    let mut marks = record.marks.iter().peekable();
    for sample in &record.samples {
        while let Some(mark) = marks.next_if(|mark| mark.sample.at < sample.at) {
            line(mark.sample, event(mark.event), &mark.name);
        }
        line(*sample, "sample", "");
    }
    marks.for_each(|mark| line(mark.sample, event(mark.event), &mark.name));
    text
}

fn event(event: Event) -> &'static str {
    match event {
        Event::Mark => "mark",
        Event::Begin => "begin",
        Event::End => "end",
    }
}

/// A field that spreadsheets do not evaluate. Empty names stay empty.
fn field(text: &str) -> String {
    if text.is_empty() { String::new() } else { deep_size_format::CsvField(text).to_string() }
}
