//! The blocks that were freed last, while some region wants to know: what an impl still reports of them is told from what was
//! never recorded.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::{AcqRel, Acquire};

use crate::counters;
use crate::lock::{Lock, RawLock};
use crate::record::Record;

/// So many are remembered.
const CAPACITY: usize = 1024;

/// How many regions there are.
static REGIONS: AtomicUsize = AtomicUsize::new(0);
static FREED: Lock<Ring> = Lock::new(Ring { records: Vec::new(), next: 0 });

#[derive(Debug)]
struct Ring {
    records: Vec<Record>,
    /// Where the oldest is, once there are as many as are remembered.
    next: usize,
}

/// While it lives, freed blocks are remembered.
#[derive(Debug)]
pub(crate) struct FreedHistory(());

impl FreedHistory {
    pub(crate) fn begin() -> Self {
        REGIONS.fetch_add(1, AcqRel);
        Self(())
    }
}

impl Drop for FreedHistory {
    fn drop(&mut self) {
        if REGIONS.fetch_sub(1, AcqRel) == 1 {
            counters::untracked(|| {
                let mut ring = FREED.lock();
                (ring.records, ring.next) = (Vec::new(), 0);
            });
        }
    }
}

/// A recorded block is being freed. Call it as the tracker's own.
#[inline]
pub(crate) fn remember(record: &Record) {
    if REGIONS.load(Acquire) == 0 {
        return;
    }
    let mut ring = FREED.lock();
    if ring.records.len() < CAPACITY {
        // What there is no memory for is not remembered.
        if ring.records.try_reserve(1).is_ok() {
            ring.records.push(*record);
        }
    } else {
        let next = ring.next;
        ring.records[next] = *record;
        ring.next = (next + 1) % CAPACITY;
    }
}

/// What was freed last of the blocks in which this address lay, since this one was recorded.
pub(crate) fn last_at(address: usize, since: u64) -> Option<Record> {
    let ring = FREED.lock();
    let (newer, older) = ring.records.split_at(ring.next.min(ring.records.len()));
    // Newest first.
    let mut records = newer.iter().rev().chain(older.iter().rev());
    records.find(|record| record.serial >= since && record.contains(address)).copied()
}

/// This file's locks.
pub(crate) fn each_lock(mut visit: impl FnMut(&dyn RawLock)) {
    visit(&FREED);
}
