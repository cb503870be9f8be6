//! A timeline as comma-separated values (RFC 4180).

use std::fmt::Write as _;

use super::data::Contents;
use super::sample::{Event, Sample};
use crate::visible::Visible;

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

/// A field that spreadsheets do not evaluate, escaped as in `deep_size::Report::write_csv`.
fn field(text: &str) -> String {
    let mut text = Visible(text).to_string();
    if text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) {
        text.insert(0, '\'');
    }
    if text.contains(['"', ',', ';', '\t', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}
