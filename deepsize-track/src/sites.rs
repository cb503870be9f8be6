//! Allocation sites: the traces of return addresses that allocate, with their sums.
//!
//! A site is never freed, because a program has few of them. Its sums restart with the next recording.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed};
use std::sync::atomic::{AtomicI64, AtomicU64};

use crate::clock;
use crate::hash::AddressHasher;
use crate::lock::{Lock, RawLock};

/// The maximum number of frames in a trace.
pub(crate) const MAX_DEPTH: usize = 128;

/// An allocation site. Its sums are scaled: a sampled block counts as many times as it represents.
#[derive(Debug)]
pub(crate) struct Site {
    /// Return addresses, innermost first.
    pub(crate) frames: &'static [usize],
    live: AtomicAmount,
    total: AtomicAmount,
    /// The live amount at the peak of all sites.
    at_peak: AtomicAmount,
    /// The highest number of live bytes of this site.
    max_live: AtomicI64,
    /// The blocks that were live at that moment.
    max_live_blocks: AtomicI64,
    /// The sum of the allocation times of the live blocks.
    births: AtomicI64,
    /// The sum of the lifetimes of the freed blocks, in microseconds.
    lifetimes: AtomicU64,
    /// The next site with the same hash.
    next: Option<&'static Site>,
}

#[derive(Debug, Default)]
struct AtomicAmount {
    bytes: AtomicI64,
    blocks: AtomicI64,
}

impl AtomicAmount {
    /// Adds, and returns the new amount.
    fn add(&self, bytes: i64, blocks: i64) -> (i64, i64) {
        let before = (self.bytes.fetch_add(bytes, Relaxed), self.blocks.fetch_add(blocks, Relaxed));
        (before.0.wrapping_add(bytes), before.1.wrapping_add(blocks))
    }

    fn set(&self, (bytes, blocks): (i64, i64)) {
        self.bytes.store(bytes, Relaxed);
        self.blocks.store(blocks, Relaxed);
    }

    fn get(&self) -> (i64, i64) {
        (self.bytes.load(Relaxed), self.blocks.load(Relaxed))
    }
}

/// The figures of a site at one moment, as pairs of bytes and blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SiteSums {
    pub(crate) frames: &'static [usize],
    pub(crate) live: (i64, i64),
    pub(crate) total: (i64, i64),
    pub(crate) at_peak: (i64, i64),
    pub(crate) max_live: (i64, i64),
    pub(crate) lifetimes: u64,
    /// The sum of the ages of the live blocks.
    pub(crate) ages: u64,
}

const SHARDS: usize = 16;

type SiteTable = HashMap<u64, &'static Site, BuildHasherDefault<AddressHasher>>;

static TABLES: [Lock<SiteTable>; SHARDS] =
    [const { Lock::new(HashMap::with_hasher(BuildHasherDefault::new())) }; SHARDS];

/// The live bytes of all sites, and their peak when the sites were last visited.
static LIVE: AtomicI64 = AtomicI64::new(0);
static PEAK: Lock<()> = Lock::new(());
static PEAK_BYTES: AtomicI64 = AtomicI64::new(0);
/// The time of that visit.
static PEAK_TIME: AtomicU64 = AtomicU64::new(0);

/// The site of the current allocation, without frames whose stack is below `mark`. `None` if there is no memory for it.
pub(crate) fn current(depth: usize, mark: usize) -> Option<&'static Site> {
    if depth == 0 {
        return intern(&[]);
    }
    let mut frames = [0; MAX_DEPTH];
    let frames = &mut frames[..depth.min(MAX_DEPTH)];
    let found = deep_size_unwind::trace(frames, mark).unwrap_or_else(|| trace(frames, mark));
    intern(&frames[..found])
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

fn intern(frames: &[usize]) -> Option<&'static Site> {
    let hash = frames
        .iter()
        .fold(0_u64, |hash, &frame| (hash.rotate_left(5) ^ frame as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let mut table = TABLES[(hash >> 60) as usize].lock();
    let first = table.get(&hash).copied();
    let mut site = first;
    while let Some(here) = site {
        if here.frames == frames {
            return Some(here);
        }
        site = here.next;
    }
    table.try_reserve(1).ok()?;
    let mut kept = Vec::new();
    kept.try_reserve_exact(frames.len()).ok()?;
    kept.extend_from_slice(frames);
    let mut site = Vec::new();
    site.try_reserve_exact(1).ok()?;
    site.push(Site {
        frames: kept.leak(),
        live: AtomicAmount::default(),
        total: AtomicAmount::default(),
        at_peak: AtomicAmount::default(),
        max_live: AtomicI64::new(0),
        max_live_blocks: AtomicI64::new(0),
        births: AtomicI64::new(0),
        lifetimes: AtomicU64::new(0),
        next: first,
    });
    let site = site.leak().first()?;
    table.insert(hash, site);
    Some(site)
}

/// Counts an allocation at a site.
pub(crate) fn allocated(site: &Site, bytes: i64, blocks: i64, born: u64) {
    site.total.add(bytes, blocks);
    add_live(site, bytes, blocks, born);
}

/// Reverts `freed`.
pub(crate) fn undo_free(site: &Site, bytes: i64, blocks: i64, born: u64, died: u64) {
    site.lifetimes.fetch_sub(lifetimes(born, died, blocks), Relaxed);
    add_live(site, bytes, blocks, born);
}

fn add_live(site: &Site, bytes: i64, blocks: i64, born: u64) {
    let (live, live_blocks) = site.live.add(bytes, blocks);
    if site.max_live.fetch_max(live, Relaxed) < live {
        site.max_live_blocks.store(live_blocks, Relaxed);
    }
    site.births.fetch_add((born as i64).wrapping_mul(blocks), Relaxed);
    LIVE.fetch_add(bytes, AcqRel);
}

fn lifetimes(born: u64, died: u64, blocks: i64) -> u64 {
    died.saturating_sub(born).saturating_mul(blocks.unsigned_abs())
}

/// Counts a free of blocks that were allocated at a site.
pub(crate) fn freed(site: &Site, bytes: i64, blocks: i64, born: u64, died: u64) {
    let (live, peak) = (LIVE.load(Acquire), PEAK_BYTES.load(Acquire));
    // The live bytes may be at a peak. With steps of 1/128, a slowly growing program does not visit all sites at each free.
    if live > peak.saturating_add(peak / 128) {
        note_peak();
    }
    site.lifetimes.fetch_add(lifetimes(born, died, blocks), Relaxed);
    site.births.fetch_sub((born as i64).wrapping_mul(blocks), Relaxed);
    site.live.add(-bytes, -blocks);
    LIVE.fetch_sub(bytes, AcqRel);
}

#[cold]
fn note_peak() {
    if let Some(_alone) = PEAK.try_lock() {
        let live = LIVE.load(Acquire);
        if live > PEAK_BYTES.load(Acquire) {
            for_each(|site| site.at_peak.set(site.live.get()));
            PEAK_BYTES.fetch_max(live, AcqRel);
            PEAK_TIME.store(clock::now(), Relaxed);
        }
    }
}

fn for_each(mut with: impl FnMut(&'static Site)) {
    for table in &TABLES {
        for &first in table.lock().values() {
            let mut site = Some(first);
            while let Some(here) = site {
                with(here);
                site = here.next;
            }
        }
    }
}

/// The figures of all sites that have any, and the time of the peak. `None` if there is no memory for them.
///
/// Call it untracked, and drop the result untracked.
pub(crate) fn sums(now: u64) -> Option<(Vec<SiteSums>, u64)> {
    let _alone = PEAK.lock();
    let is_peak = LIVE.load(Acquire) > PEAK_BYTES.load(Acquire);
    let (mut sums, mut is_whole) = (Vec::new(), true);
    for_each(|site| {
        let (live, total) = (site.live.get(), site.total.get());
        if total != (0, 0) || live != (0, 0) {
            is_whole = is_whole && sums.try_reserve(1).is_ok();
            if !is_whole {
                return;
            }
            sums.push(SiteSums {
                frames: site.frames,
                live,
                total,
                at_peak: if is_peak { live } else { site.at_peak.get() },
                max_live: (site.max_live.load(Relaxed), site.max_live_blocks.load(Relaxed)),
                lifetimes: site.lifetimes.load(Relaxed),
                // The sum of births may have wrapped around, and so does this difference. It is negative only while threads run.
                ages: (now as i64).wrapping_mul(live.1).wrapping_sub(site.births.load(Relaxed)).max(0) as u64,
            });
        }
    });
    is_whole.then(|| (sums, if is_peak { now } else { PEAK_TIME.load(Relaxed) }))
}

/// Restarts all sums, while nothing is recorded.
pub(crate) fn reset() {
    let _alone = PEAK.lock();
    for_each(|site| {
        for amount in [&site.live, &site.total, &site.at_peak] {
            amount.set((0, 0));
        }
        for sum in [&site.max_live, &site.max_live_blocks, &site.births] {
            sum.store(0, Relaxed);
        }
        site.lifetimes.store(0, Relaxed);
    });
    LIVE.store(0, Relaxed);
    PEAK_BYTES.store(0, Relaxed);
    PEAK_TIME.store(0, Relaxed);
}

/// This file's locks, in locking order.
pub(crate) fn each_lock(mut visit: impl FnMut(&dyn RawLock)) {
    visit(&PEAK);
    for table in &TABLES {
        visit(table);
    }
}
