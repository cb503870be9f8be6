//! The allocations of this thread while an assertion is open, by trace.

use std::cell::RefCell;
use std::mem;

use super::Blocks;
use crate::counters::{self, Slot, untracked};
use crate::counts::Counts;
use crate::record::Demand;
use crate::untracked::Untracked;
use crate::{Recorder, Recording, records};

/// Ordered by trace.
pub(crate) type Traces = Vec<(Vec<usize>, Counts)>;

thread_local! {
    /// The open logs: the traces, and the counts of the thread after the last allocation.
    static OPEN: RefCell<Vec<(Counts, Traces)>> = const { RefCell::new(Vec::new()) };
}

/// Records all blocks, and logs the allocations of this thread. Logs end in reverse order.
#[derive(Debug)]
pub(crate) struct Log {
    depth: usize,
    demand: Demand,
    recording: Recording,
}

impl Log {
    pub(crate) fn begin() -> Self {
        let (recording, counts) = (Recorder::all().start(), counters::slot().counts());
        let depth = untracked(|| {
            OPEN.with_borrow_mut(|open| {
                open.push((counts, Vec::new()));
                open.len() - 1
            })
        });
        Self { depth, demand: Demand::here(), recording }
    }

    /// Call it untracked.
    pub(crate) fn with_traces<R: Default>(&self, read: impl FnOnce(&Traces) -> R) -> R {
        OPEN.with_borrow(|open| open.get(self.depth).map(|log| read(&log.1)).unwrap_or_default())
    }

    /// The live blocks of this thread since the beginning. `None` if memory was short.
    pub(crate) fn blocks(&self) -> Option<Blocks> {
        let blocks = Untracked::new(|| records::live_records(|record| self.demand.includes(record)));
        (self.recording.is_running() && self.recording.lost_count() == 0).then_some(Blocks(blocks))
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        untracked(|| {
            OPEN.with_borrow_mut(|open| {
                open.truncate(self.depth);
                open.shrink_to_fit();
            });
        });
    }
}

/// Logs an allocation or a reallocation of this thread, after its slot has counted it. Call it untracked.
pub(crate) fn add(slot: &Slot, frames: &[usize]) {
    // Neither panics nor waits. The thread may be ending, or a signal may have interrupted this function.
    let _ = OPEN.try_with(|open| {
        for (seen, traces) in open.try_borrow_mut().iter_mut().flat_map(|open| open.iter_mut()) {
            let now = slot.counts();
            let counts = now.since(mem::replace(seen, now));
            let place = traces.binary_search_by(|(known, _)| known.as_slice().cmp(frames));
            // If memory is short, the trace is left out.
            if let Ok(at) = place.or_else(|at| insert(traces, at, frames).ok_or(at)) {
                traces[at].1.add(counts);
            }
        }
    });
}

/// Inserts a trace without counts. `None` if there is no memory for it.
fn insert(traces: &mut Traces, at: usize, frames: &[usize]) -> Option<usize> {
    let mut kept = Vec::new();
    kept.try_reserve_exact(frames.len()).ok()?;
    kept.extend_from_slice(frames);
    traces.try_reserve(1).ok()?;
    traces.insert(at, (kept, Counts::default()));
    Some(at)
}
