//! Remarks below a table, or in its place.

use std::fmt;

use super::{Amount, Snapshot};
use crate::table::Cell;
use crate::units::{Bytes, Count, Plural};
use crate::usage::is_installed;

impl Snapshot {
    /// The remarks on a page with all functions.
    #[cfg(feature = "html")]
    pub(crate) fn remarks(&self, lacks_lines: bool) -> Vec<String> {
        let notes = Notes::of(self, true, lacks_lines);
        let text = notes.instead(notes.traces).map_or_else(|| notes.to_string(), str::to_owned);
        text.split_terminator('\n').filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Notes {
    /// Whether the program's allocator is a `TrackingAllocator`.
    pub(super) is_tracked: bool,
    pub(super) is_recorded: bool,
    pub(super) sampling_interval: Option<u64>,
    pub(super) lost: u64,
    /// An upper bound on the number of folded traces, and their live and total amount.
    pub(super) folded: u64,
    pub(super) other: Option<[Amount; 2]>,
    /// The number of traces, and of those with more frames than the limit.
    pub(super) traces: usize,
    pub(super) truncated: usize,
    /// Whether lines are wanted, and no row has one.
    pub(super) lacks_lines: bool,
    pub(super) tracker_size: u64,
    /// In a comparison, the earlier size.
    pub(super) tracker_size_before: Option<u64>,
    /// Whether recording had ended before the later snapshot of a comparison, so that it has no traces.
    pub(super) is_over: bool,
}

impl Notes {
    pub(super) fn of(snapshot: &Snapshot, shows_callers: bool, lacks_lines: bool) -> Self {
        let inner = &snapshot.inner;
        let program = inner.program.as_ref();
        let other = snapshot.other().map(|trace| [trace.live_amount(), trace.total_amount()]);
        Self {
            is_tracked: program.map_or_else(is_installed, |program| program.is_tracked),
            is_recorded: snapshot.is_recorded(),
            sampling_interval: snapshot.sampling_interval(),
            lost: inner.lost_blocks,
            folded: snapshot.folded_count(),
            other: other.filter(|amounts| *amounts != [Amount::default(); 2]),
            traces: inner.sums.sites.len(),
            truncated: if shows_callers { snapshot.truncated_count() } else { 0 },
            lacks_lines,
            tracker_size: snapshot.tracker_size(),
            ..Self::default()
        }
    }

    pub(super) fn compared_to(&self, earlier: &Self) -> Self {
        Self {
            is_recorded: self.is_recorded || earlier.is_recorded,
            sampling_interval: self.sampling_interval.max(earlier.sampling_interval),
            tracker_size_before: Some(earlier.tracker_size),
            is_over: earlier.is_recorded && !self.is_recorded,
            ..*self
        }
    }

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
        if let Some([live, total]) = self.other {
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
            let (truncated, traces) = (Count(self.truncated), Plural(self.traces, "trace"));
            write!(out, "\n{truncated} of {traces} are truncated: see `Recorder::max_depth`")?;
        }
        if self.lacks_lines {
            out.write_str(
                "\nno lines are known: set `debug = \"line-tables-only\"` in the program's Cargo profile",
            )?;
        }
        if self.is_over {
            out.write_str("\nrecording had ended before the later snapshot, so its amounts are 0")?;
        }
        Ok(())
    }
}
