//! The live blocks, one record each, while a recording runs.
//!
//! Blocks from before the first recording have no record. The tables are untracked memory, and work on them is not recorded, so
//! the allocator may call this module at any time. A block whose record does not fit in memory counts as lost.
//!
//! Locks are taken in the order of [`fork`](crate::fork).

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::ptr;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64};

use crate::counters::{self, Slot};
#[cfg(feature = "audit")]
use crate::freed;
use crate::hash::AddressHasher;
use crate::lock::Lock;
use crate::record::{Freed, Record};
use crate::sampling::Sampler;
use crate::sites::SiteKey;
use crate::{Recorder, assert, clock, sampling, sites};

const SHARDS: usize = 64;
/// The number of filter cells, a multiple of the number of shards.
const CELLS: usize = 1 << 14;
/// The size of the address range that shares a filter cell. Blocks that are freed together are often close together, so their frees
/// read few cache lines of the filter.
const REGION: usize = 1 << 10;

type RecordTable = HashMap<usize, Record, BuildHasherDefault<AddressHasher>>;

// Sharded by address, so that threads rarely wait for each other.
pub(crate) static TABLES: [Lock<RecordTable>; SHARDS] =
    [const { Lock::new(HashMap::with_hasher(BuildHasherDefault::new())) }; SHARDS];

/// A counting Bloom filter with one hash function. Most frees of blocks that were not sampled end here, without a lock.
///
/// A cell is written under the lock of its shard. A saturated cell stays saturated until the last recording ends.
static FILTER: [AtomicU8; CELLS] = [const { AtomicU8::new(0) }; CELLS];
static IS_SATURATED: AtomicBool = AtomicBool::new(false);

/// The mean while nothing is recorded.
const OFF: u64 = u64::MAX;
/// The mean while all blocks are recorded.
const ALL: u64 = 0;
/// The mean distance of sampled bytes, or one of the constants above.
static MEAN: AtomicU64 = AtomicU64::new(OFF);
/// The largest mean since the first of the running recordings began.
static LARGEST_MEAN: AtomicU64 = AtomicU64::new(ALL);
static DEPTH: AtomicU32 = AtomicU32::new(0);
static SERIAL: AtomicU64 = AtomicU64::new(0);
static LOST: AtomicU64 = AtomicU64::new(0);

/// The running recordings.
pub(crate) static RUNNING: Lock<Vec<Recorder>> = Lock::new(Vec::new());

/// The shard of a block. All blocks of a filter cell have the same shard.
fn shard(address: usize) -> usize {
    address / REGION % SHARDS
}

fn filter_cell(address: usize) -> &'static AtomicU8 {
    &FILTER[address / REGION % CELLS]
}

/// Whether blocks are recorded.
#[inline(always)]
pub(crate) fn is_recording() -> bool {
    MEAN.load(Relaxed) != OFF
}

/// Begins a recording. `false` if there is no memory for it.
///
/// Call [`fork::prepare`](crate::fork::prepare) before.
pub(crate) fn begin(recorder: Recorder) -> bool {
    counters::untracked(|| {
        let mut list = RUNNING.lock();
        if list.try_reserve(1).is_err() {
            return false;
        }
        clock::start();
        list.push(recorder);
        apply(&list);
        true
    })
}

/// Changes the options of a recording, or ends it. The last one to end drops all records.
pub(crate) fn replace(old: Recorder, new: Option<Recorder>) {
    counters::untracked(|| {
        let mut list = RUNNING.lock();
        if let Some(at) = list.iter().position(|other| *other == old) {
            drop(list.splice(at..=at, new));
        }
        apply(&list);
        if list.is_empty() {
            *list = Vec::new();
            for table in &TABLES {
                let mut table = table.lock();
                // One by one, because most recordings are short and the filter is large.
                table.keys().for_each(|&address| update_filter(address, -1));
                *table = RecordTable::default();
            }
            if IS_SATURATED.swap(false, Relaxed) {
                // No table gets a record before the next recording begins.
                FILTER.iter().for_each(|cell| cell.store(0, Relaxed));
            }
            sites::reset();
        }
    });
}

fn apply(list: &[Recorder]) {
    DEPTH.store(list.iter().map(|recorder| recorder.depth).max().unwrap_or(0), Release);
    sites::set_limit(list.iter().map(|recorder| recorder.traces).max().unwrap_or(0));
    let mean = list.iter().map(|recorder| recorder.mean).min();
    LARGEST_MEAN.store(mean.map_or(ALL, |mean| mean.max(LARGEST_MEAN.load(Relaxed))), Relaxed);
    MEAN.store(mean.unwrap_or(OFF), Release);
}

/// The sampling interval in bytes, or 0 if all blocks are recorded. `None` if nothing is recorded.
#[cfg(feature = "audit")]
pub(crate) fn mean() -> Option<u64> {
    Some(MEAN.load(Acquire)).filter(|&mean| mean != OFF)
}

/// The largest sampling interval of the running recordings, or 0 if all blocks were recorded. `None` if nothing is
/// recorded.
pub(crate) fn largest_mean() -> Option<u64> {
    is_recording().then(|| LARGEST_MEAN.load(Relaxed))
}

/// The number of blocks recorded so far.
pub(crate) fn serial() -> u64 {
    SERIAL.load(Acquire)
}

/// The number of blocks that could not be recorded because memory was short.
pub(crate) fn lost() -> u64 {
    LOST.load(Acquire)
}

/// The live block that begins at this address.
pub(crate) fn record_at(address: usize) -> Option<Record> {
    TABLES[shard(address)].lock().get(&address).copied()
}

/// The live block that contains this address. Takes constant time if it begins there, and otherwise linear time.
pub(crate) fn record_around(address: usize) -> Option<Record> {
    let within = || {
        TABLES.iter().find_map(|table| table.lock().values().find(|record| record.contains(address)).copied())
    };
    record_at(address).or_else(within)
}

/// The records that pass a filter, in no particular order. Call it untracked, and drop the result untracked.
pub(crate) fn live_records(is_wanted: impl Fn(&Record) -> bool) -> Vec<Record> {
    let mut live = Vec::new();
    for table in &TABLES {
        live.extend(table.lock().values().filter(|record| is_wanted(record)));
    }
    live
}

/// The sum of a figure over the addresses and sizes of all records.
pub(crate) fn sum(figure: impl Fn(usize, usize) -> u64) -> u64 {
    let of_table = |table: &RecordTable| {
        table.values().map(|record| figure(record.address, record.size)).fold(0, u64::saturating_add)
    };
    counters::untracked(|| TABLES.iter().map(|table| of_table(&table.lock())).fold(0, u64::saturating_add))
}

/// Whether a block is certainly not recorded. Advances the sampler if so.
#[inline(always)]
pub(crate) fn leaves_out(sampler: &Sampler, size: u64) -> bool {
    let mean = MEAN.load(Relaxed);
    mean == OFF || sampler.leaves_out(size as i64, mean)
}

pub(crate) fn allocated(slot: &'static Slot, block: *mut u8, size: usize) {
    let mean = MEAN.load(Relaxed);
    if mean == OFF {
        return;
    }
    if !slot.is_untracked() && (mean == ALL || slot.sampler.samples(size, mean)) {
        record(slot, block.addr(), size, mean);
    }
}

#[cold]
#[inline(never)]
fn record(slot: &'static Slot, address: usize, size: usize, mean: u64) {
    let mark = 0_u8;
    counters::untracked(|| {
        let mut frames = [0; sites::MAX_DEPTH + 1];
        let depth = DEPTH.load(Relaxed) as usize;
        let frames = sites::current(&mut frames, depth, ptr::from_ref(&mark).addr());
        assert::log::add(slot, frames);
        let weight = sampling::weight(size, mean);
        let record = Record {
            address,
            size,
            thread: slot.thread(),
            thread_name: slot.thread_name(),
            serial: SERIAL.fetch_add(1, AcqRel),
            born: clock::now(),
            weight,
            blocks: slot.sampler.round_randomly(weight),
            site: 0,
        };
        slot.note_recorded(record.serial);
        insert(record, || sites::allocated(frames, &record));
    });
}

/// Whether a block may have a record.
#[inline(always)]
pub(crate) fn may_have(block: *mut u8) -> bool {
    let mean = MEAN.load(Relaxed);
    mean != OFF && (mean == ALL || filter_cell(block.addr()).load(Relaxed) > 0)
}

/// Removes the record of a block, and returns it.
#[inline(always)]
pub(crate) fn freed(block: *mut u8) -> Option<Freed> {
    if may_have(block) { remove(block.addr()) } else { None }
}

#[cold]
#[inline(never)]
fn remove(address: usize) -> Option<Freed> {
    let slot = counters::slot();
    if slot.is_untracked() {
        return None;
    }
    counters::untracked(|| {
        // The sums change under the same lock, so once all tables are empty the sums stay unchanged.
        let mut table = TABLES[shard(address)].lock();
        let record = table.remove(&address)?;
        update_filter(address, -1);
        shrink(&mut table);
        let freed = Freed { record, died: clock::now(), is_temporary: slot.is_last(record.serial) };
        sites::freed(&freed);
        #[cfg(feature = "audit")]
        freed::remember(&record);
        Some(freed)
    })
}

/// Shrinks a table that is nearly empty, so that the time to visit all records stays linear in their number.
fn shrink(table: &mut RecordTable) {
    if table.capacity() < 1024 || table.len() > table.capacity() / 16 {
        return;
    }
    let mut smaller = RecordTable::default();
    // If memory is short, the table keeps its capacity.
    if smaller.try_reserve(table.len() * 4).is_ok() {
        smaller.extend(table.drain());
        *table = smaller;
    }
}

/// Restores a removed record, because the block could not be resized.
#[cold]
#[inline(never)]
pub(crate) fn undo_free(freed: Freed) {
    counters::untracked(|| insert(freed.record, || sites::undo_free(&freed)));
}

/// Inserts a record and changes the sums, under one lock. `add` returns the site of the record.
fn insert(record: Record, add: impl FnOnce() -> SiteKey) {
    let mut table = TABLES[shard(record.address)].lock();
    if !is_recording() {
        // The last recording has just ended, and its tables must stay empty.
        return;
    }
    if table.try_reserve(1).is_err() {
        LOST.fetch_add(1, AcqRel);
        return;
    }
    if let Some(old) = table.insert(record.address, Record { site: add(), ..record }) {
        // The old block was freed while nothing was recorded.
        sites::freed(&Freed { record: old, died: old.born, is_temporary: false });
    } else {
        update_filter(record.address, 1);
    }
}

/// Adds 1 or -1 to a cell of the filter. Call it under the lock of the shard.
fn update_filter(address: usize, by: i8) {
    let cell = filter_cell(address);
    let count = cell.load(Relaxed);
    if count != u8::MAX {
        let count = count.saturating_add_signed(by);
        cell.store(count, Relaxed);
        if count == u8::MAX {
            IS_SATURATED.store(true, Relaxed);
        }
    }
}
