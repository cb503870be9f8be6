//! A timeline as a table.

use std::time::Duration;

use super::Event;
use super::data::Contents;
use crate::table::{Cell, Table};

pub(super) fn table(record: &Contents) -> Table {
    let row = |at: Duration, sizes: [Option<u64>; 3], event: &str, name: &str, thread: Option<u64>| {
        let seconds = Cell::Text(format!("{}.{:06}", at.as_secs(), at.subsec_micros()));
        let name = if name.is_empty() { Cell::Empty } else { Cell::Text(name.into()) };
        let [live, peak, resident] = sizes.map(Cell::from);
        (at, vec![seconds, live, peak, resident, Cell::Text(event.into()), name, thread.into()])
    };
    let samples = record.samples.iter().map(|sample| {
        let sizes = [Some(sample.live_size), Some(sample.peak_size), sample.resident_size];
        row(sample.at, sizes, "sample", "", None)
    });
    let marks = record.marks.iter().map(|mark| {
        let event = match mark.event {
            Event::Mark => "mark",
            Event::Begin => "begin",
            Event::End => "end",
        };
        let live = Some(mark.live_size);
        row(mark.at, [live, live, None], event, &mark.name, Some(mark.thread))
    });
    let mut rows: Vec<_> = samples.chain(marks).collect();
    rows.sort_by_key(|(at, _)| *at);
    Table {
        columns: "seconds,live_bytes,peak_bytes,resident_bytes,event,name,thread".into(),
        rows: rows.into_iter().map(|(_, row)| row).collect(),
        facts: Vec::new(),
    }
}
