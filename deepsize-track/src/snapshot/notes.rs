//! Remarks below a table, or in its place.

use std::fmt;

use super::metric::Amounts;
use crate::table::Cell;
use crate::units::{Bytes, Count, Plural};

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Notes {
    /// Whether the program's allocator is a `TrackingAllocator`.
    pub(super) is_tracked: bool,
    pub(super) is_recorded: bool,
    pub(super) sampling_interval: Option<u64>,
    pub(super) lost: u64,
    /// The folded traces: at most how many, and their amounts.
    pub(super) folded: u64,
    pub(super) other: Amounts,
    /// The number of traces, and of those with more frames than the limit.
    pub(super) traces: usize,
    pub(super) truncated: usize,
    /// Whether lines are wanted, and no row has one.
    pub(super) lacks_lines: bool,
    pub(super) tracker_size: u64,
}

impl Notes {
    /// The reason why there is no table, if there is none.
    pub(super) fn instead(&self, rows: usize) -> Option<&'static str> {
        if rows == 0 && !self.is_tracked {
            Some("no blocks were recorded: the program's global allocator is not a `TrackingAllocator`")
        } else if !self.is_recorded {
            Some("no blocks were recorded: start a `Recorder` before the snapshot")
        } else {
            None
        }
    }

    /// Members of JSON objects.
    pub(super) fn facts(&self) -> [(&'static str, Cell); 2] {
        [("sampling_interval", self.sampling_interval.into()), ("lost_blocks", Some(self.lost).into())]
    }
}

/// Prints a line break before each remark.
impl fmt::Display for Notes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(interval) = self.sampling_interval {
            write!(out, "\nfigures are estimates: one byte in {} was sampled", Bytes(interval))?;
        }
        if self.lost > 0 {
            write!(out, "\n{} could not be recorded because memory was short", Plural(self.lost, "block"))?;
        }
        let Amounts { live, total, .. } = self.other;
        if self.other != Amounts::default() {
            write!(
                out,
                "\n[other] is up to {} beyond `Recorder::max_traces`: {} in {}; allocated {} in {}",
                Plural(self.folded, "trace"),
                Bytes(live.size),
                Plural(live.blocks, "live block"),
                Bytes(total.size),
                Plural(total.blocks, "block")
            )?;
        }
        if self.truncated > 0 {
            let (truncated, traces) = (Count(self.truncated as u64), Plural(self.traces as u64, "trace"));
            write!(out, "\n{truncated} of {traces} are truncated: see `Recorder::max_depth`")?;
        }
        if self.lacks_lines {
            out.write_str(
                "\nno lines are known: set `debug = \"line-tables-only\"` in the program's Cargo profile",
            )?;
        }
        Ok(())
    }
}
