//! A timeline as a page with a plot.

use std::io::{self, Write};
use std::time::Duration;

use deep_size_format::html::{Json, Page, TEXT, Texts};

use super::data::{Contents, Note};
use super::sample::{Event, Sample};
use crate::page::{program, write_total};
use crate::units::{ByteCount, Plural};

const PAGE: Page = Page {
    body: include_str!("page/body.html"),
    style: include_str!("page/style.css"),
    scripts: &[TEXT, include_str!("page/plot.js")],
};

/// The page. Writing to a vector does not fail.
pub(super) fn text(record: &Contents) -> Vec<u8> {
    let mut page = Vec::new();
    let _ = PAGE.write(&mut page, |name, out| match name {
        "title" => write!(out, "Live memory of {}", program()),
        "name" => out.write_all(program().as_bytes()),
        "totals" => totals(record, out),
        "data" => Data { out }.write(record),
        _ => Ok(()),
    });
    page
}

/// The totals, which are readable without JavaScript.
fn totals(record: &Contents, out: &mut impl Write) -> io::Result<()> {
    let samples = &record.samples;
    let (first, last) = (samples[0], samples[samples.len() - 1]);
    let moments = || samples.iter().copied().chain(record.marks.iter().map(|mark| mark.sample));
    let highest = |left: Sample, right: Sample| if right.peak_size > left.peak_size { right } else { left };
    let peak = moments().fold(first, highest);
    out.write_all(b"<dl class=\"totals\">\n")?;
    for (names, size, at) in [
        (["start", "Live at the start"], first.live_size, first.at),
        (["peak", "Live at the peak"], peak.peak_size, peak.at),
        (["end", "Live at the end"], last.live_size, last.at),
    ] {
        write_total(out, names, size, ByteCount(size), &[format!("at {:.3} s", at.as_secs_f64())])?;
    }
    if let Some(size) = samples.iter().filter_map(|sample| sample.resident_size).max() {
        write_total(out, ["resident", "Resident at most"], size, ByteCount(size), &[])?;
    }
    out.write_all(b"</dl>\n")?;
    if record.dropped_marks > 0 {
        writeln!(
            out,
            "<p class=\"note\">{} dropped: only the first 4,096 are kept</p>",
            Plural(record.dropped_marks, "mark")
        )?;
    }
    Ok(())
}

/// The writer of the script's data.
struct Data<'o, W> {
    out: &'o mut W,
}

impl<W: Write> Json for Data<'_, W> {
    type Out = W;

    fn out(&mut self) -> &mut W {
        self.out
    }
}

impl<W: Write> Data<'_, W> {
    fn write(mut self, record: &Contents) -> io::Result<()> {
        let mut names = Texts::default();
        let name: Vec<usize> = record.marks.iter().map(|mark| names.position(&*mark.name)).collect();
        self.member("{", "samples")?;
        let columns: [(&str, &str, fn(&Sample) -> u64); 3] = [
            ("{", "at", |sample| micros(sample.at)),
            (",", "live", |sample| sample.live_size),
            (",", "peak", |sample| sample.peak_size),
        ];
        for (before, column, of) in columns {
            self.member(before, column)?;
            self.list(record.samples.iter(), |data, sample| data.number(of(sample)))?;
        }
        self.member(",", "resident")?;
        self.list(record.samples.iter(), |data, sample| match sample.resident_size {
            Some(size) => data.number(size),
            None => data.out.write_all(b"null"),
        })?;
        self.out.write_all(b"}")?;
        self.member(",", "marks")?;
        self.member("{", "name")?;
        self.list(name.iter(), |data, &name| data.number(name))?;
        let columns: [(&str, fn(&Note) -> u64); 4] = [
            ("at", |mark| micros(mark.sample.at)),
            ("live", |mark| mark.sample.live_size),
            ("event", |mark| {
                [Event::Mark, Event::Begin, Event::End]
                    .iter()
                    .position(|event| *event == mark.event)
                    .unwrap_or(0) as u64
            }),
            ("thread", |mark| mark.thread),
        ];
        for (column, of) in columns {
            self.member(",", column)?;
            self.list(record.marks.iter(), |data, mark| data.number(of(mark)))?;
        }
        self.out.write_all(b"}")?;
        self.member(",", "names")?;
        self.list(names.texts.iter(), |data, name| data.text(&deep_size_format::shown(name)))?;
        self.out.write_all(b"}")
    }
}

fn micros(at: Duration) -> u64 {
    u64::try_from(at.as_micros()).unwrap_or(u64::MAX)
}
