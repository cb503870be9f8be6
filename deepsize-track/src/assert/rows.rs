//! Allocations by call site, as lines of a message.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use super::log::Traces;
use crate::snapshot::{Frame, shown};
use crate::symbols::{self, Names};
use crate::units::{ByteCount, Count, Plural};
use crate::usage::Usage;
use crate::visible::Visible;

/// The number of rows to print.
const MAX_PRINTED: usize = 20;

/// The line or function that allocated a block, or else the address of the block.
pub(crate) struct AllocationSite {
    pub(crate) frame: Option<Frame>,
    pub(crate) address: usize,
}

impl AllocationSite {
    pub(crate) fn of(names: &Names, frames: &[usize], address: usize) -> Self {
        let frame = shown(names, frames).next().filter(|_| !frames.is_empty());
        Self { frame: frame.cloned(), address }
    }
}

impl fmt::Display for AllocationSite {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.frame {
            Some(frame) if frame.file().is_empty() => write!(out, "in {}", Visible(frame.function())),
            Some(frame) => {
                let (file, function) = (Visible(frame.short_file()), Visible(frame.function()));
                write!(out, "at {file}:{} ({function})", frame.line())
            }
            None => write!(out, "at an unknown line (address {:#x})", self.address),
        }
    }
}

/// A line for each call site. Call it untracked.
pub(crate) fn of_traces(traces: &Traces) -> String {
    let names = symbols::look_up(traces.keys().map(Vec::as_slice));
    let site = |frames: &[usize]| format!("allocated {}", AllocationSite::of(&names, frames, 0));
    lines(traces.iter().map(|(frames, counts)| (site(frames), *counts)))
}

/// A line for each name, most bytes first: `112 B in 1 block (1 resized), allocated at src/a.rs:12 (a::read)`.
///
/// Rows of the same name are added up.
pub(crate) fn lines(rows: impl Iterator<Item = (String, Usage)>) -> String {
    let (mut sums, mut text) = (BTreeMap::<String, Usage>::new(), String::new());
    rows.for_each(|(name, counts)| sums.entry(name).or_default().add(counts));
    let mut rows: Vec<_> = sums.into_iter().collect();
    rows.sort_by_key(|(_, counts)| Reverse((counts.allocated_size, counts.allocated_blocks)));
    let rest = rows.split_off(rows.len().min(MAX_PRINTED));
    for (name, counts) in rows {
        let (bytes, blocks) = (ByteCount(counts.allocated_size), Plural(counts.allocated_blocks, "block"));
        let _ = match counts.reallocations {
            0 => write!(text, "\n  {bytes} in {blocks}, {name}"),
            times => write!(text, "\n  {bytes} in {blocks} ({} resized), {name}", Count(times)),
        };
    }
    if !rest.is_empty() {
        let bytes = rest.iter().map(|(_, counts)| counts.allocated_size).sum::<u64>();
        let _ = write!(text, "\n  {}: {}", Plural(rest.len(), "other"), ByteCount(bytes));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Usage, lines};

    #[test]
    fn at_most_20_rows_are_printed_and_each_name_has_one() {
        let row = |size: u64| {
            let counts = Usage { allocated_size: size, allocated_blocks: 1, ..Usage::default() };
            (format!("row {:02}", size % 100), counts)
        };
        let rows = lines((1..=23).chain([1023]).map(row));
        let lines: Vec<&str> = rows.lines().skip(1).collect();
        assert_eq!(lines[0], "  1.0 KiB (1,046 B) in 2 blocks, row 23");
        assert_eq!((lines[19], lines[20]), ("  4 B in 1 block, row 04", "  3 others: 6 B"));
        assert_eq!(lines.len(), 21);
        assert_eq!(rows.lines().count(), 22);
    }
}
