//! A timeline as a table.

use super::data::Contents;
use super::sample::Event;
use crate::table::{Cell, Table};

pub(super) fn table(record: &Contents) -> Table {
    let samples = record.samples.iter().map(|sample| {
        (
            sample.at,
            [Some(sample.live_size), Some(sample.peak_size), sample.resident_size],
            "sample",
            "",
            None,
        )
    });
    let marks = record.marks.iter().map(|mark| {
        let event = match mark.event {
            Event::Mark => "mark",
            Event::Begin => "begin",
            Event::End => "end",
        };
        (mark.at, [Some(mark.live_size), Some(mark.live_size), None], event, &*mark.name, Some(mark.thread))
    });
    let mut rows: Vec<_> = samples.chain(marks).collect();
    rows.sort_by_key(|(at, ..)| *at);
    let cells = rows.into_iter().map(|(at, sizes, event, name, thread)| {
        let seconds = Cell::Text(format!("{}.{:06}", at.as_secs(), at.subsec_micros()));
        let name = if name.is_empty() { Cell::Empty } else { Cell::Text(name.into()) };
        let sizes = sizes.map(Cell::from);
        [seconds].into_iter().chain(sizes).chain([Cell::Text(event.into()), name, thread.into()]).collect()
    });
    Table {
        columns: "seconds,live_bytes,peak_bytes,resident_bytes,event,name,thread".into(),
        rows: cells.collect(),
        facts: Vec::new(),
    }
}
