//! A timeline as comma-separated values (RFC 4180).

use std::fmt::{self, Write as _};

use super::data::{Contents, Note};
use super::sample::{Event, Sample};

pub(super) fn text(record: &Contents) -> String {
    let mut text = String::from("seconds,live_bytes,peak_bytes,resident_bytes,event,name,thread\r\n");
    let mut marks = record.marks.iter().peekable();
    for sample in &record.samples {
        while let Some(mark) = marks.next_if(|mark| mark.sample.at < sample.at) {
            add_mark(&mut text, mark);
        }
        add(&mut text, *sample, format_args!("sample,,"));
    }
    marks.for_each(|mark| add_mark(&mut text, mark));
    text
}

fn add_mark(text: &mut String, mark: &Note) {
    let Note { sample, event: kind, name, thread } = mark;
    add(text, *sample, format_args!("{},{},{thread}", event(*kind), field(name)));
}

fn add(text: &mut String, sample: Sample, rest: fmt::Arguments<'_>) {
    let Sample { at, live_size, peak_size, resident_size } = sample;
    let (seconds, micros) = (at.as_secs(), at.subsec_micros());
    let resident = resident_size.map(|size| size.to_string()).unwrap_or_default();
    // Writing to a string does not fail.
    let _ = write!(text, "{seconds}.{micros:06},{live_size},{peak_size},{resident},{rest}\r\n");
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
