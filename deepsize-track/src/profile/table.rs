//! A profile as a table.

use std::fmt;

use super::row::Row;
use crate::units::{Bytes, Count};
use crate::untracked::Untracked;

const HEADS: [&str; 7] = ["scope", "calls", "allocated", "freed", "net", "peak", "self"];

pub(super) fn write(out: &mut fmt::Formatter<'_>, rows: &[Row], is_installed: bool) -> fmt::Result {
    if !is_installed {
        out.write_str("no bytes are counted, for the program's allocator is no `TrackingAllocator`\n")?;
    }
    if rows.is_empty() {
        return out.write_str("no scope was entered\n");
    }
    let in_bytes = out.alternate();
    let lines = Untracked::new(|| {
        let heads = HEADS.map(String::from);
        [heads].into_iter().chain(rows.iter().map(|row| cells(row, in_bytes))).collect::<Vec<_>>()
    });
    let mut widths = [0; HEADS.len()];
    for line in lines.iter() {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = cell.chars().count().max(*width);
        }
    }
    for line in lines.iter() {
        let [scope, figures @ ..] = line;
        write!(out, "{scope:width$}", width = widths[0])?;
        for (figure, width) in figures.iter().zip(&widths[1..]) {
            write!(out, "  {figure:>width$}")?;
        }
        out.write_str("\n")?;
    }
    Ok(())
}

fn cells(row: &Row, in_bytes: bool) -> [String; HEADS.len()] {
    // A line for each row, whatever the names are.
    let name = row.name.replace(char::is_control, "\u{FFFD}");
    let bytes = |bytes: u64| if in_bytes { Count(bytes).to_string() } else { Bytes(bytes).to_string() };
    let sign = match row.net() {
        0 => "",
        1.. => "+",
        _ => "-",
    };
    [
        format!("{:indent$}{name}", "", indent = 2 * row.depth),
        Count(row.calls).to_string(),
        bytes(row.allocated),
        bytes(row.freed),
        format!("{sign}{}", bytes(row.net().unsigned_abs())),
        bytes(row.peak),
        bytes(row.self_allocated),
    ]
}
