//! Texts that the pages of snapshots and timelines share.

use std::fmt;
use std::io::{self, Write};

use deep_size_format::{markup, shown};

/// The file name of a program with this path, as markup.
pub(crate) fn program(path: &str) -> String {
    markup(&shown(path.rsplit(['/', '\\']).next().unwrap_or(path)))
}

/// Writes a figure at the top of a page, with notes below it.
pub(crate) fn write_total(
    out: &mut impl Write,
    [id, label]: [&str; 2],
    figure: u64,
    text: impl fmt::Display,
    notes: &[String],
) -> io::Result<()> {
    write!(out, "<div id=\"total-{id}\"><dt>{label}</dt><dd><data value=\"{figure}\">{text}</data>")?;
    notes.iter().try_for_each(|note| write!(out, "<small>{note}</small>"))?;
    out.write_all(b"</dd></div>\n")
}
