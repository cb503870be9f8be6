//! The parts of the resident memory of the process.

mod display;
mod glibc;
mod mappings;

use self::BreakdownPart::{
    Claimed, Files, OtherAnonymous, OtherBlocks, Retained, Rounding, Tracker, Unclaimed,
};
use crate::resident::page_size;
use crate::{counters, is_installed, process, records, tracker_size};

/// The parts of the process's resident memory, from the bytes of measured values to the pages that the system counts.
///
/// Each part is the difference of two sums. The sums come from measured values, the [`TrackingAllocator`](crate::TrackingAllocator), the
/// allocator's statistics, and Linux's `/proc/self`. If a sum is unknown, the parts on both sides of it are one row. So the rows always
/// add up to the last known sum, which is the resident memory on Linux and Android.
///
/// # Examples
///
/// ```
/// use deep_size_track::{Breakdown, BreakdownPart, Recorder, TrackingAllocator};
///
/// #[global_allocator]
/// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
///
/// let recording = Recorder::all().start();
/// let values = vec![0_u8; 1_000_001];
///
/// // For the roots of a registry, use `census.deep_size()`.
/// let breakdown = Breakdown::take().with_glibc().with_claimed(1_000_001);
/// println!("{breakdown}");
/// assert_eq!(breakdown.size(BreakdownPart::Claimed), Some(1_000_001));
/// # #[cfg(target_os = "linux")]
/// assert_eq!(breakdown.rows().map(|(_, size)| size).sum::<i64>(), breakdown.resident_size().unwrap() as i64);
/// # drop((values, recording));
/// ```
///
/// Other allocators have statistics too. With [`tikv-jemalloc-ctl`](https://docs.rs/tikv-jemalloc-ctl):
///
/// ```ignore
/// use tikv_jemalloc_ctl::{epoch, stats};
///
/// epoch::advance()?; // Updates the statistics.
/// let breakdown = Breakdown::take()
///     .with_in_use(stats::allocated::read()? as u64)
///     .with_mapped((stats::mapped::read()? + stats::retained::read()?) as u64);
/// ```
///
/// With [`libmimalloc-sys`](https://docs.rs/libmimalloc-sys), feature `extended`, mimalloc reports the memory that it has committed. It
/// maps 1 GiB in advance. The unused rest is added in [`OtherAnonymous`](BreakdownPart::OtherAnonymous), and subtracted in
/// [`NotResident`](BreakdownPart::NotResident).
///
/// ```ignore
/// let mut committed = 0;
/// let null = std::ptr::null_mut;
/// unsafe { libmimalloc_sys::mi_process_info(null(), null(), null(), null(), null(), &mut committed, null(), null()) };
/// let breakdown = Breakdown::take().with_mapped(committed as u64);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[doc(alias = "RSS")]
#[must_use]
pub struct Breakdown {
    /// The bytes up to and including each part.
    levels: [Option<u64>; PARTS],
}

const PARTS: usize = BreakdownPart::ALL.len();
static ALL: [BreakdownPart; PARTS] = BreakdownPart::ALL;

/// A part of a [`Breakdown`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BreakdownPart {
    /// The bytes that values report.
    Claimed,
    /// The other bytes that the program requested from the allocator.
    Unclaimed,
    /// The memory of the tracker, as [`tracker_size`] returns it.
    Tracker,
    /// The bytes that the allocator adds to each recorded block: its header, and the rest of its size class.
    Rounding,
    /// Other bytes that the allocator counts as in use: blocks of C code, and freed blocks in caches of threads. Also the rounding of
    /// blocks without a record.
    OtherBlocks,
    /// Free memory of the allocator, and its own tables.
    Retained,
    /// Writable private memory that the allocator did not map, except stacks. It includes static variables without an initial value.
    OtherAnonymous,
    /// Pages of the parts above that take no physical memory, because they were never written or were returned to the system. At most 0.
    NotResident,
    /// Pages of the parts above that are in swap space. At most 0.
    Swapped,
    /// The stack of the first thread. With glibc, also the stacks of all other threads, with their thread-local variables.
    ///
    /// glibc keeps the stacks of ended threads. They are [other anonymous memory](Self::OtherAnonymous). Before Linux 6.7, the kernel can
    /// merge a stack with another mapping. Both then count there too.
    Stacks,
    /// Resident pages of the program and its libraries: code, constants and static variables.
    Code,
    /// Resident pages of other mapped files, and of shared memory.
    Files,
}

impl BreakdownPart {
    /// All parts, in the order in which they add up.
    pub const ALL: [Self; 12] = [
        Claimed,
        Unclaimed,
        Tracker,
        Rounding,
        OtherBlocks,
        Retained,
        OtherAnonymous,
        Self::NotResident,
        Self::Swapped,
        Self::Stacks,
        Self::Code,
        Files,
    ];
}

impl Breakdown {
    /// Reads the mappings of the process and the tracker's counts.
    ///
    /// On Linux and Android, the mappings are read from `/proc/self/smaps`. If that fails, fewer sums are read from `/proc/self/status`.
    /// The requested bytes are known if a [`TrackingAllocator`](crate::TrackingAllocator) is installed. The `with_…` methods set the
    /// other sums.
    ///
    /// The sums are read one after another, while other threads may run. Call those methods right after this one.
    ///
    /// Takes time linear in the number of mappings and of resident pages: about 6 µs for each mapping, and 0.3 ms in a small program.
    /// Other threads that map memory may have to wait. Allocates only untracked memory.
    pub fn take() -> Self {
        let mut breakdown = Self::default();
        let levels = counters::untracked(mappings::levels);
        breakdown.levels[OtherAnonymous as usize..].copy_from_slice(&levels);
        if is_installed() {
            breakdown = breakdown.with_requested(process().live_size);
        }
        breakdown
    }

    /// Adds the statistics of glibc's allocator. Does nothing if the C library is another one, or glibc before version 2.33.
    ///
    /// Call this only if the program uses the allocator of the C library, as
    /// [`TrackingAllocator::system`](crate::TrackingAllocator::system) does. With another allocator, the parts are wrong.
    ///
    /// If all blocks are recorded, the rounding of each live block is computed from its size. For some blocks, the result is 16 bytes too
    /// small. For one in 256 blocks of 128 KiB or more, it is up to a page too large.
    ///
    /// Takes time linear in the numbers of free blocks and of recorded blocks: at most about 0.1 µs for each. Each arena is locked while
    /// its free blocks are counted.
    pub fn with_glibc(mut self) -> Self {
        let Some((in_use, mapped)) = glibc::in_use_and_mapped() else { return self };
        let page = page_size().unwrap_or(0);
        let rounding =
            |address, size: usize| glibc::block_size(address, size, page).saturating_sub(size as u64);
        let rounding = (records::largest_mean() == Some(0)).then(|| records::sum(rounding));
        let sum = self.level(Tracker).zip(rounding).map(|(sum, rounding)| sum.saturating_add(rounding));
        self.levels[Rounding as usize] = sum;
        self.with_in_use(in_use).with_mapped(mapped)
    }

    /// Sets the bytes that values report, such as the deep size of a census or the sum of a `Tally`.
    pub fn with_claimed(self, size: u64) -> Self {
        self.with(Claimed, size)
    }

    /// Sets the bytes that the program requested from the allocator. With an installed
    /// [`TrackingAllocator`](crate::TrackingAllocator), they are already known.
    pub fn with_requested(self, size: u64) -> Self {
        self.with(Unclaimed, size).with(Tracker, size.saturating_add(tracker_size()))
    }

    /// Sets the bytes of all blocks with the allocator's rounding, such as jemalloc's `stats.allocated`.
    pub fn with_in_use(self, size: u64) -> Self {
        self.with(OtherBlocks, size)
    }

    /// Sets the bytes of writable memory that the allocator mapped, used or free, resident or not. For jemalloc, this is the sum of
    /// `stats.mapped` and `stats.retained`.
    pub fn with_mapped(self, size: u64) -> Self {
        self.with(Retained, size)
    }

    fn with(mut self, part: BreakdownPart, level: u64) -> Self {
        self.levels[part as usize] = Some(level);
        self
    }

    /// The size of a part in bytes. `None` if it is unknown, or known only together with another part.
    ///
    /// It is at most 0 for [`NotResident`](BreakdownPart::NotResident) and [`Swapped`](BreakdownPart::Swapped). If any other part is
    /// negative, its two sums were read at different moments, or count different blocks.
    pub fn size(&self, part: BreakdownPart) -> Option<i64> {
        self.rows().find_map(|(parts, size)| (parts == [part]).then_some(size))
    }

    /// Each known part with its size in bytes. Parts that are known only together are one row. The sizes add up to the last known sum.
    pub fn rows(&self) -> impl Iterator<Item = (&'static [BreakdownPart], i64)> {
        let (levels, mut from, mut below) = (self.levels, 0, 0);
        let known = levels.into_iter().enumerate().filter_map(|(at, level)| level.map(|level| (at, level)));
        known.map(move |(at, level)| {
            let parts = &ALL[from..=at];
            let size = i128::from(level) - i128::from(below);
            (from, below) = (at + 1, level);
            (parts, size.clamp(i64::MIN.into(), i64::MAX.into()) as i64)
        })
    }

    /// The bytes that the program requested from the allocator.
    pub fn requested_size(&self) -> Option<u64> {
        self.level(Unclaimed)
    }

    /// The bytes of all blocks, as the allocator counts them.
    pub fn in_use_size(&self) -> Option<u64> {
        self.level(OtherBlocks)
    }

    /// The bytes that the allocator mapped.
    pub fn mapped_size(&self) -> Option<u64> {
        self.level(Retained)
    }

    /// The bytes of all resident pages. `None` except on Linux and Android.
    pub fn resident_size(&self) -> Option<u64> {
        self.level(Files)
    }

    fn level(&self, part: BreakdownPart) -> Option<u64> {
        self.levels[part as usize]
    }

    /// The parts after the last known sum.
    fn unknown(&self) -> &'static [BreakdownPart] {
        let known = self.levels.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
        &ALL[known..]
    }
}
