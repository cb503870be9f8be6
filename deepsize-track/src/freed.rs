//! The blocks freed most recently, while an audited region is open.
//!
//! With them, an audit distinguishes blocks that were freed from blocks that were never recorded.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::{AcqRel, Acquire};

use crate::counters;
use crate::lock::{Lock, RawLock};
use crate::record::Record;

/// The number of freed blocks to keep.
const CAPACITY: usize = 1024;

/// The number of open regions.
static REGIONS: AtomicUsize = AtomicUsize::new(0);
static FREED: Lock<Ring> = Lock::new(Ring { records: Vec::new(), next: 0 });

#[derive(Debug)]
struct Ring {
    records: Vec<Record>,
    /// The index of the oldest record, once the ring is full.
    next: usize,
}

/// Keeps the records of freed blocks while one of these lives.
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

/// Keeps the record of a block that is being freed. Call it untracked.
#[inline]
pub(crate) fn remember(record: &Record) {
    if REGIONS.load(Acquire) == 0 {
        return;
    }
    let mut ring = FREED.lock();
    if ring.records.len() < CAPACITY {
        // If memory is short, the record is dropped.
        if ring.records.try_reserve(1).is_ok() {
            ring.records.push(*record);
        }
    } else {
        let next = ring.next;
        ring.records[next] = *record;
        ring.next = (next + 1) % CAPACITY;
    }
}

/// The last freed record that contained this address and was made at `since` or later.
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
