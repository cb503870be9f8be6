//! The allocations of this thread while an assertion is open, by trace.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::mem::{self, ManuallyDrop};
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use super::Blocks;
use crate::counters::{self, Slot, untracked};
use crate::record::Demand;
use crate::sites::{self, OTHER_ADDRESS};
use crate::untracked::Untracked;
use crate::usage::Usage;
use crate::{Recorder, Recording, records};

pub(crate) type Traces = HashMap<Vec<usize>, Usage, BuildHasherDefault<DefaultHasher>>;

/// The number of traces in a log. Further allocations are added up as `[other]`.
const MAX_TRACES: usize = 10_000;

struct OpenLog {
    number: u64,
    /// The counts of the thread after its last allocation. `None` once the log is complete.
    seen: Option<Usage>,
    traces: Traces,
}

thread_local! {
    /// The open logs. Without a destructor, because the allocator may be the first to use it, and must not register one.
    static OPEN: ManuallyDrop<RefCell<Vec<OpenLog>>> = const { ManuallyDrop::new(RefCell::new(Vec::new())) };
}

/// Records all blocks, and logs the allocations of this thread.
#[derive(Debug)]
pub(crate) struct Log {
    number: u64,
    demand: Demand,
    recording: Recording,
}

impl Log {
    pub(crate) fn begin() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);

        let number = NEXT.fetch_add(1, Relaxed);
        let (recording, seen) = (Recorder::all().start(), Some(counters::slot().counts()));
        untracked(|| {
            OPEN.with(|open| open.borrow_mut().push(OpenLog { number, seen, traces: Traces::default() }));
        });
        Self { number, demand: Demand::here(), recording }
    }

    /// Completes the log.
    pub(crate) fn end(&self) {
        OPEN.with(|open| {
            let mut open = open.borrow_mut();
            open.iter_mut().filter(|log| log.number == self.number).for_each(|log| log.seen = None);
        });
    }

    /// Call it untracked.
    pub(crate) fn with_traces<R: Default>(&self, read: impl FnOnce(&Traces) -> R) -> R {
        OPEN.with(|open| {
            let open = open.borrow();
            open.iter().find(|log| log.number == self.number).map(|log| read(&log.traces)).unwrap_or_default()
        })
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
            OPEN.with(|open| {
                let mut open = open.borrow_mut();
                open.retain(|log| log.number != self.number);
                open.shrink_to_fit();
            });
        });
    }
}

/// Logs an allocation or a reallocation of this thread, after its slot has counted it. Call it untracked.
pub(crate) fn add(slot: &Slot, frames: &[usize]) {
    // Neither panics nor waits. A signal may have interrupted a function of this module.
    OPEN.with(|open| {
        for log in open.try_borrow_mut().iter_mut().flat_map(|open| open.iter_mut()) {
            let now = slot.counts();
            let Some(counts) = log.seen.as_mut().map(|seen| now.since(mem::replace(seen, now))) else {
                continue;
            };
            // If memory is short, the trace is left out.
            if let Some(sum) = entry(&mut log.traces, frames) {
                sum.add(counts);
            }
        }
    });
}

/// The counts of a trace. `None` if there is no memory for it.
fn entry<'t>(traces: &'t mut Traces, frames: &[usize]) -> Option<&'t mut Usage> {
    let is_full = traces.len() >= MAX_TRACES;
    let frames = if is_full && !traces.contains_key(frames) { &[OTHER_ADDRESS] } else { frames };
    if !traces.contains_key(frames) {
        traces.try_reserve(1).ok()?;
        traces.insert(sites::copied(frames)?, Usage::default());
    }
    traces.get_mut(frames)
}
