//! The blocks freed most recently, while an audited region is open.
//!
//! With them, an audit distinguishes blocks that were freed from blocks that were never recorded.

use std::collections::VecDeque;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::{AcqRel, Acquire};

use crate::counters;
use crate::lock::Lock;
use crate::record::Record;

/// The number of freed blocks to keep.
const CAPACITY: usize = 1024;

/// The number of open regions.
static REGIONS: AtomicUsize = AtomicUsize::new(0);
/// Oldest first.
pub(crate) static FREED: Lock<VecDeque<Record>> = Lock::new(VecDeque::new());

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
            counters::untracked(|| *FREED.lock() = VecDeque::new());
        }
    }
}

/// Keeps the record of a block that is being freed. Call it untracked.
#[inline]
pub(crate) fn remember(record: &Record) {
    if REGIONS.load(Acquire) == 0 {
        return;
    }
    let mut records = FREED.lock();
    if records.len() == CAPACITY {
        records.pop_front();
    }
    // If memory is short, the record is dropped.
    if records.try_reserve(1).is_ok() {
        records.push_back(*record);
    }
}

/// The last freed record that contained this address and was made at `since` or later.
pub(crate) fn last_at(address: usize, since: u64) -> Option<Record> {
    let records = FREED.lock();
    records.iter().rev().find(|record| record.serial >= since && record.contains(address)).copied()
}
