//! Allocation sites: the traces of return addresses that allocate, with their sums.
//!
//! The number of traces is limited. A trace beyond the limit is folded into one site, [`OTHER`], so that all sums stay exact.
//!
//! Invariant: a trace with live blocks keeps its site. Sites are folded only under the lock of the peak, so no visit to all sites
//! misses one or meets it twice.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::mem;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed};
use std::sync::atomic::{AtomicI64, AtomicU64, AtomicUsize};

use crate::clock;
use crate::hash::AddressHasher;
use crate::lock::Lock;
use crate::record::{Freed, Record};

/// The maximum number of frames in a trace.
pub(crate) const MAX_DEPTH: usize = 128;

/// The only frame of the folded traces.
pub(crate) const OTHER_ADDRESS: usize = usize::MAX;

/// The outermost frame of a trace with more callers than the limit.
pub(crate) const TRUNCATED: usize = usize::MAX - 1;

/// Whether this is one of the two, and not an address.
pub(crate) fn is_mark(address: usize) -> bool {
    address >= TRUNCATED
}

/// Identifies a site: the hash of its trace. A key without a site means [`OTHER`].
pub(crate) type SiteKey = u64;

/// No site has this key.
const OTHER_KEY: SiteKey = SiteKey::MAX;

/// A site with its figures, as pairs of bytes and blocks. They are scaled: a sampled block counts as many times as it represents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub(crate) struct SiteSums {
    /// Return addresses, innermost first. In a saved snapshot, their positions.
    pub(crate) frames: Vec<usize>,
    pub(crate) live: (i64, i64),
    pub(crate) total: (i64, i64),
    /// The live amount at the peak of all sites.
    pub(crate) at_peak: (i64, i64),
    /// The live amount when it had the most bytes.
    pub(crate) max_live: (i64, i64),
    /// The blocks that were freed before the same thread allocated again.
    pub(crate) temporary: (i64, i64),
    /// The sum of the lifetimes of the freed blocks, in microseconds.
    pub(crate) lifetimes: u64,
    /// The sum of the ages of the live blocks: in a snapshot, at its time; in a table, at time 0.
    pub(crate) ages: i64,
    /// In a snapshot, the key of the site.
    #[cfg_attr(feature = "json", serde(skip))]
    pub(crate) key: SiteKey,
}

impl SiteSums {
    pub(crate) fn add_live(&mut self, record: &Record) {
        add(&mut self.live, record.amount());
        if self.live.0 > self.max_live.0 {
            self.max_live = self.live;
        }
        self.ages = self.ages.wrapping_sub((record.born as i64).wrapping_mul(record.blocks.into()));
    }

    /// Takes over the figures of a site without live blocks.
    fn fold(&mut self, site: &Self) {
        self.add(site);
        self.max_live = self.max_live.max(site.max_live).max(self.at_peak);
    }

    /// Adds the amounts and lifetimes of another site. A negative amount counts as 0.
    pub(crate) fn add(&mut self, other: &Self) {
        for (sum, amount) in [
            (&mut self.live, other.live),
            (&mut self.total, other.total),
            (&mut self.at_peak, other.at_peak),
            (&mut self.temporary, other.temporary),
        ] {
            add(sum, (amount.0.max(0), amount.1.max(0)));
        }
        self.lifetimes = self.lifetimes.wrapping_add(other.lifetimes);
    }

    /// Advances the ages from time 0 to `now`.
    pub(crate) fn age(&mut self, now: u64) {
        self.ages = (now as i64).wrapping_mul(self.live.1).wrapping_add(self.ages);
    }
}

pub(crate) fn add(sum: &mut (i64, i64), (bytes, blocks): (i64, i64)) {
    *sum = (sum.0.saturating_add(bytes), sum.1.saturating_add(blocks));
}

/// A copy of a trace. `None` if there is no memory for it.
pub(crate) fn copied(frames: &[usize]) -> Option<Vec<usize>> {
    let mut kept = Vec::new();
    kept.try_reserve_exact(frames.len()).ok()?;
    kept.extend_from_slice(frames);
    Some(kept)
}

const SHARDS: usize = 16;

/// The maximum number of sites in a shard.
static LIMIT: AtomicUsize = AtomicUsize::new(0);

pub(crate) struct SiteTable {
    sites: HashMap<SiteKey, SiteSums, BuildHasherDefault<AddressHasher>>,
    /// The number of traces to fold before the next search for sites without live blocks.
    wait: usize,
}

impl SiteTable {
    const EMPTY: Self = Self { sites: HashMap::with_hasher(BuildHasherDefault::new()), wait: 0 };

    /// Makes a site. `None` if there is no room for it.
    fn insert(&mut self, key: SiteKey, frames: &[usize]) -> Option<()> {
        let limit = LIMIT.load(Relaxed);
        if self.sites.len() >= limit {
            self.make_room(limit);
        }
        if self.sites.len() >= limit || key == OTHER_KEY {
            return None;
        }
        self.sites.try_reserve(1).ok()?;
        self.sites.insert(key, SiteSums { frames: copied(frames)?, ..SiteSums::default() });
        Some(())
    }

    /// Folds the smaller half of the sites without live blocks.
    ///
    /// Takes time linear in the number of sites, but constant time on average: if it finds few, the next search waits.
    #[cold]
    fn make_room(&mut self, limit: usize) {
        if self.wait > 0 {
            self.wait -= 1;
            return;
        }
        // Out of the locking order, but trying never waits.
        let Some(_alone) = PEAK.try_lock() else { return };
        let (before, mut other) = (self.sites.len(), OTHER.lock());
        let other = other.get_or_insert_default();
        let unused = self.sites.values().filter(|site| site.live.1 == 0);
        let (count, sum) =
            unused.fold((0, 0_i64), |(n, sum), site| (n + 1, sum.saturating_add(site.total.0)));
        let mean = sum / i64::max(count, 1);
        self.sites.retain(|_, site| {
            let stays = site.live.1 != 0 || site.total.0 > mean;
            if !stays {
                other.sums.fold(site);
                other.folded += 1;
            }
            stays
        });
        self.wait = (limit / 8).saturating_sub(before - self.sites.len());
    }

    /// Changes the sums of a site, or of `OTHER` if it does not exist. Returns the key of the changed sums.
    fn change(&mut self, key: SiteKey, change: impl FnOnce(&mut SiteSums)) -> SiteKey {
        if let Some(site) = self.sites.get_mut(&key) {
            change(site);
            return key;
        }
        change(&mut OTHER.lock().get_or_insert_default().sums);
        OTHER_KEY
    }
}

pub(crate) static TABLES: [Lock<SiteTable>; SHARDS] = [const { Lock::new(SiteTable::EMPTY) }; SHARDS];

#[derive(Default)]
pub(crate) struct Other {
    sums: SiteSums,
    /// The number of times a trace was folded.
    folded: u64,
}

/// The sums of all folded traces.
pub(crate) static OTHER: Lock<Option<Other>> = Lock::new(None);

/// The live bytes of all sites, and their peak when the sites were last visited.
static LIVE: AtomicI64 = AtomicI64::new(0);
pub(crate) static PEAK: Lock<()> = Lock::new(());
static PEAK_BYTES: AtomicI64 = AtomicI64::new(0);
/// The time of that visit.
static PEAK_TIME: AtomicU64 = AtomicU64::new(0);

fn table(key: SiteKey) -> &'static Lock<SiteTable> {
    &TABLES[(key >> 60) as usize]
}

/// Limits the number of traces, except *other*. The limit is rounded up to a multiple of the shards.
pub(crate) fn set_limit(traces: u32) {
    LIMIT.store((traces as usize).div_ceil(SHARDS), Relaxed);
}

/// The trace of the current allocation, without frames whose stack is below `mark`. At most `depth` frames, and then
/// [`TRUNCATED`] if there are more.
pub(crate) fn current(frames: &mut [usize; MAX_DEPTH + 1], depth: usize, mark: usize) -> &[usize] {
    let depth = depth.min(MAX_DEPTH);
    if depth == 0 {
        return &[];
    }
    // One more than the limit, which shows whether the trace is longer.
    let frames = &mut frames[..=depth];
    let found = deep_size_unwind::trace(frames, mark).unwrap_or_else(|| trace(frames, mark));
    if found > depth {
        frames[depth] = TRUNCATED;
    }
    &frames[..found]
}

/// Writes the return addresses of the frames whose caller is above `mark` on the stack, and of all their callers, innermost
/// first. Returns the number of frames that fit.
pub(crate) fn trace(frames: &mut [usize], mark: usize) -> usize {
    let mut found = 0;
    let frame = |frame: &backtrace::Frame| {
        let (address, stack) = (frame.ip().addr(), frame.sp().addr());
        // Some unwinders end with a frame without an address, and some report no stack pointers. Once above `mark`, all frames
        // are callers, even if their stack is below.
        if address != 0 && (found > 0 || stack == 0 || stack > mark) {
            frames[found] = address;
            found += 1;
        }
        found < frames.len()
    };
    if cfg!(windows) {
        backtrace::trace(frame);
    } else {
        #[expect(unsafe_code, reason = "the synchronised variant would take a lock for each allocation")]
        // SAFETY: only the debug library of Windows needs the lock. On other systems, panics on many threads use the same unwinder
        // at once.
        unsafe {
            backtrace::trace_unsynchronized(frame);
        }
    }
    found
}

/// Counts an allocation at the site of a trace, and returns its key.
pub(crate) fn allocated(frames: &[usize], record: &Record) -> SiteKey {
    let mut key = frames
        .iter()
        .fold(0_u64, |hash, &frame| (hash.rotate_left(5) ^ frame as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let mut table = table(key).lock();
    let is_known = loop {
        match table.sites.get(&key) {
            // Another trace with the same hash.
            Some(site) if site.frames != frames => key = key.wrapping_add(1),
            found => break found.is_some(),
        }
    };
    if !is_known && table.insert(key, frames).is_none() {
        key = OTHER_KEY;
        OTHER.lock().get_or_insert_default().folded += 1;
    }
    let key = table.change(key, |site| {
        add(&mut site.total, record.amount());
        site.add_live(record);
    });
    LIVE.fetch_add(record.amount().0, AcqRel);
    key
}

/// Reverts `freed`. Returns the new key, because the site may have been folded in between.
pub(crate) fn undo_free(freed: &Freed) -> SiteKey {
    let (bytes, blocks) = freed.record.amount();
    let key = table(freed.record.site).lock().change(freed.record.site, |site| {
        // The sums may have been restarted in between.
        site.lifetimes = site.lifetimes.saturating_sub(freed.lifetimes());
        if freed.is_temporary {
            site.temporary = ((site.temporary.0 - bytes).max(0), (site.temporary.1 - blocks).max(0));
        }
        site.add_live(&freed.record);
        site.total = (site.total.0.max(site.live.0), site.total.1.max(site.live.1));
    });
    LIVE.fetch_add(bytes, AcqRel);
    key
}

/// Counts a free at the site of the allocation.
pub(crate) fn freed(freed: &Freed) {
    let (live, peak) = (LIVE.load(Acquire), PEAK_BYTES.load(Acquire));
    // The live bytes may be at a peak. With steps of 1/128, a slowly growing program does not visit all sites at each free.
    if live > peak.saturating_add(peak / 128) {
        note_peak();
    }
    let (record, (bytes, blocks)) = (&freed.record, freed.record.amount());
    table(record.site).lock().change(record.site, |site| {
        site.lifetimes = site.lifetimes.wrapping_add(freed.lifetimes());
        site.ages = site.ages.wrapping_add((record.born as i64).wrapping_mul(blocks));
        add(&mut site.live, (-bytes, -blocks));
        if freed.is_temporary {
            add(&mut site.temporary, (bytes, blocks));
        }
    });
    LIVE.fetch_sub(bytes, AcqRel);
}

#[cold]
fn note_peak() {
    if let Some(_alone) = PEAK.try_lock() {
        let live = LIVE.load(Acquire);
        if live > PEAK_BYTES.load(Acquire) {
            let note = |site: &mut SiteSums| site.at_peak = site.live;
            TABLES.iter().for_each(|table| table.lock().sites.values_mut().for_each(note));
            OTHER.lock().iter_mut().for_each(|other| note(&mut other.sums));
            PEAK_BYTES.fetch_max(live, AcqRel);
            PEAK_TIME.store(clock::now(), Relaxed);
        }
    }
}

/// The frames of a site.
pub(crate) fn frames(key: SiteKey) -> Vec<usize> {
    table(key).lock().sites.get(&key).map_or_else(|| vec![OTHER_ADDRESS], |site| site.frames.clone())
}

/// The figures of all sites.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "json", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub(crate) struct AllSums {
    #[cfg_attr(feature = "json", serde(rename = "traces"))]
    pub(crate) sites: Vec<SiteSums>,
    /// The number of times a trace was folded into the site of [`OTHER_ADDRESS`].
    pub(crate) folded_traces: u64,
    pub(crate) peak_micros: u64,
}

/// The figures of all sites. `None` if there is no memory for them.
///
/// Call it untracked, and drop the result untracked.
pub(crate) fn sums(now: u64) -> Option<AllSums> {
    let _alone = PEAK.lock();
    let is_peak = LIVE.load(Acquire) > PEAK_BYTES.load(Acquire);
    let mut sites = Vec::new();
    let mut copy = |key: SiteKey, site: &SiteSums, frames: &[usize]| {
        sites.try_reserve(1).ok()?;
        let mut sums = SiteSums { frames: copied(frames)?, key, ..*site };
        sums.age(now);
        if is_peak {
            sums.at_peak = sums.live;
        }
        sites.push(sums);
        Some(())
    };
    for table in &TABLES {
        for (&key, site) in &table.lock().sites {
            copy(key, site, &site.frames)?;
        }
    }
    let mut other = OTHER.lock();
    let other = other.get_or_insert_default();
    if other.sums != SiteSums::default() {
        copy(OTHER_KEY, &other.sums, &[OTHER_ADDRESS])?;
    }
    Some(AllSums {
        sites,
        folded_traces: other.folded,
        peak_micros: if is_peak { now } else { PEAK_TIME.load(Relaxed) },
    })
}

/// Restarts all sums with the live blocks, and frees the sites without any.
pub(crate) fn restart() {
    let _alone = PEAK.lock();
    let restart = |sums: &mut SiteSums| {
        let (frames, live, ages) = (mem::take(&mut sums.frames), sums.live, sums.ages);
        *sums = SiteSums {
            frames,
            live,
            total: live,
            at_peak: live,
            max_live: live,
            ages,
            ..SiteSums::default()
        };
    };
    for table in &TABLES {
        let mut table = table.lock();
        table.sites.retain(|_, site| site.live.1 != 0);
        table.sites.values_mut().for_each(restart);
        table.wait = 0;
    }
    let mut other = OTHER.lock();
    let other = other.get_or_insert_default();
    restart(&mut other.sums);
    // Each of its traces has a live block.
    other.folded = other.folded.min(other.sums.live.1.unsigned_abs());
    PEAK_BYTES.store(LIVE.load(Acquire), Relaxed);
    PEAK_TIME.store(clock::now(), Relaxed);
}

/// Frees all sites, while nothing is recorded.
pub(crate) fn reset() {
    let _alone = PEAK.lock();
    TABLES.iter().for_each(|table| *table.lock() = SiteTable::EMPTY);
    *OTHER.lock() = None;
    LIVE.store(0, Relaxed);
    PEAK_BYTES.store(0, Relaxed);
    PEAK_TIME.store(0, Relaxed);
}

#[cfg(test)]
mod tests {
    use super::{OTHER_ADDRESS, OTHER_KEY, SiteKey, allocated, freed, reset, set_limit, sums, undo_free};
    use crate::record::{Freed, Record};

    fn block(site: SiteKey) -> Record {
        Record { site, size: 10, weight: 1.0, blocks: 1, born: 5, ..Record::default() }
    }

    fn free(site: SiteKey, died: u64, is_temporary: bool) -> Freed {
        Freed { record: block(site), died, is_temporary }
    }

    #[test]
    fn a_failed_resize_counts_even_if_its_trace_was_folded() {
        set_limit(16);
        let key = allocated(&[1], &block(0));
        freed(&free(key, 7, true));
        assert_eq!(sums(10).unwrap().sites[0].temporary, (10, 1));
        for frame in 2..1000 {
            freed(&free(allocated(&[frame], &block(0)), 6, false));
        }
        assert!(sums(10).unwrap().sites.iter().all(|site| site.frames != [1]));
        let key = undo_free(&free(key, 7, true));
        assert_eq!(key, OTHER_KEY);
        let found = sums(10).unwrap();
        let other = found.sites.iter().find(|site| site.frames == [OTHER_ADDRESS]).unwrap();
        assert_eq!((other.live, other.ages, other.temporary), ((10, 1), 5, (0, 0)));
        let sum = |of: fn(&super::SiteSums) -> i64| found.sites.iter().map(of).sum::<i64>();
        assert_eq!((sum(|site| site.live.0), sum(|site| site.total.0)), (10, 9990));
        assert_eq!(sum(|site| site.lifetimes as i64), 998);
        freed(&free(key, 9, false));
        reset();
        assert!(sums(10).unwrap().sites.is_empty());
    }
}
