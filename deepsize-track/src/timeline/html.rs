//! A timeline as a page with a plot.

use std::cmp::Reverse;
use std::io::{self, BufWriter, Write};
use std::time::Duration;

use deep_size_format::html::{Json, Page, TEXT, write_total};
use deep_size_format::{Texts, shown};

use super::data::Contents;
use crate::page::program;
use crate::units::{ByteCount, Plural};
use crate::usage::command;

const PAGE: Page = Page {
    body: include_str!("page/body.html"),
    texts: &[("title", "Live memory of {{name}}")],
    style: include_str!("page/style.css"),
    scripts: &[TEXT, include_str!("page/plot.js")],
};

/// The page. Writing to a vector does not fail.
pub(super) fn text(record: &Contents) -> Vec<u8> {
    let mut page = Vec::new();
    let _ = PAGE.write(&mut page, |name, out| match name {
        "name" => out.write_all(program(&command()).as_bytes()),
        "totals" => totals(record, out),
        _ => data(record, out),
    });
    page
}

/// The totals, which are readable without JavaScript.
fn totals(Contents { samples, marks, dropped_marks }: &Contents, out: &mut impl Write) -> io::Result<()> {
    let (first, last) = (samples[0], samples[samples.len() - 1]);
    let peaks = samples.iter().map(|sample| (sample.peak_size, sample.at));
    let moments = peaks.chain(marks.iter().map(|mark| (mark.live_size, mark.at)));
    let (peak, peak_at) = moments.max_by_key(|&(size, at)| (size, Reverse(at))).unwrap_or_default();
    for (names, size, at) in [
        (["start", "Live at the start"], first.live_size, first.at),
        (["peak", "Live at the peak"], peak, peak_at),
        (["end", "Live at the end"], last.live_size, last.at),
    ] {
        write_total(out, names, size, ByteCount(size), &[format!("at {:.3} s", at.as_secs_f64())])?;
    }
    if let Some(size) = samples.iter().filter_map(|sample| sample.resident_size).max() {
        write_total(out, ["resident", "Resident at most"], size, ByteCount(size), &[])?;
    }
    out.write_all(b"</dl>\n")?;
    if *dropped_marks == 0 {
        return Ok(());
    }
    let dropped = Plural(*dropped_marks, "mark");
    writeln!(out, "<p class=\"note\">{dropped} dropped: only the first 4,096 are kept</p>")
}

fn data(Contents { samples, marks, .. }: &Contents, out: &mut BufWriter<impl Write>) -> io::Result<()> {
    let micros = |at: Duration| u64::try_from(at.as_micros()).unwrap_or(u64::MAX);
    out.member("{", "samples")?;
    out.column("{", "at", samples.iter().map(|sample| micros(sample.at)))?;
    out.column(",", "live", samples.iter().map(|sample| sample.live_size))?;
    out.column(",", "peak", samples.iter().map(|sample| sample.peak_size))?;
    out.column(",", "resident", samples.iter().map(|sample| sample.resident_size))?;
    out.write_all(b"}")?;
    let mut names = Texts::default();
    out.member(",", "marks")?;
    out.column("{", "at", marks.iter().map(|mark| micros(mark.at)))?;
    out.column(",", "live", marks.iter().map(|mark| mark.live_size))?;
    out.column(",", "event", marks.iter().map(|mark| mark.event as u64))?;
    out.column(",", "name", marks.iter().map(|mark| names.position(&*mark.name) as u64))?;
    out.column(",", "thread", marks.iter().map(|mark| mark.thread))?;
    out.write_all(b"}")?;
    out.member(",", "names")?;
    out.list(names.texts.iter(), |out, name| out.text(&shown(name)))?;
    out.write_all(b"}")
}
