//! A profile as a table.

use std::fmt;

use super::row::Row;
use crate::units::{Bytes, Count, sign};
use crate::untracked::Untracked;
use crate::visible::Visible;

const HEADS: [&str; 7] = ["scope", "calls", "allocated", "freed", "net", "peak", "self"];

pub(super) fn write(out: &mut fmt::Formatter<'_>, rows: &[Row], is_installed: bool) -> fmt::Result {
    if !is_installed {
        out.write_str("all sizes are 0: the program's global allocator is not a `TrackingAllocator`\n")?;
    }
    if rows.is_empty() {
        return out.write_str("no scope was entered\n");
    }
    let in_bytes = out.alternate();
    let lines = Untracked::new(|| {
        let heads = HEADS.map(String::from);
        [heads].into_iter().chain(rows.iter().map(|row| cells(row, in_bytes))).collect::<Vec<_>>()
    });
    let length = |column: usize| lines.iter().map(|line| line[column].chars().count()).max();
    let widths: [usize; HEADS.len()] = std::array::from_fn(|column| length(column).unwrap_or(0));
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
    let name = Visible(row.name);
    let bytes = |bytes: u64| if in_bytes { Count(bytes).to_string() } else { Bytes(bytes).to_string() };
    let net = row.net_size();
    [
        format!("{:indent$}{name}", "", indent = 2 * row.depth),
        Count(row.calls).to_string(),
        bytes(row.allocated_size),
        bytes(row.freed_size),
        format!("{}{}", sign(net), bytes(net.unsigned_abs())),
        bytes(row.peak_size),
        bytes(row.self_allocated_size),
    ]
}
