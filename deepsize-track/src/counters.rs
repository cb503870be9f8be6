//! The counts. Threads keep them without waiting for each other.
//!
//! Each thread has a slot that only it writes and others may read, so an allocation costs a few plain additions. Slots are
//! never freed. When a thread ends, its slot keeps its sums and goes to the next thread.
//!
//! One shared slot, which all threads may write, counts for threads that have lost their thread-local values or found no free slot.
//!
//! Each slot publishes its live bytes in steps of [`STEP`], to find the peak of all threads.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ptr;
#[cfg(feature = "sites")]
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicPtr, AtomicU64};

use crate::lock::Lock;
use crate::peaks::{self, publish};
use crate::profile::Tree;
#[cfg(feature = "sites")]
use crate::sampling::Sampler;
use crate::usage::Usage;
#[cfg(feature = "sites")]
use crate::{records, threads};

/// The bytes that a thread may allocate or free without publishing them: the error bound of a peak, per thread.
pub(crate) const STEP: i64 = 16 << 10;

const SLOTS: usize = 64;

// Each slot has its own pairs of cache lines to avoid false sharing, because processors fetch lines in pairs. The first line
// holds all fields that an allocation needs.
#[repr(C, align(128))]
pub(crate) struct Slot {
    allocated: AtomicU64,
    freed: AtomicU64,
    blocks_allocated: AtomicU64,
    blocks_freed: AtomicU64,
    /// The highest number of live bytes since the last flush.
    highest: AtomicI64,
    /// The live bytes that are published.
    published: AtomicI64,
    kind: SlotKind,
    is_taken: AtomicBool,
    reallocations: AtomicU64,
    /// The bytes that resized blocks kept. They and the reallocations count as freed and as allocated.
    kept: AtomicU64,
    /// Chooses the sampled blocks.
    #[cfg(feature = "sites")]
    pub(crate) sampler: Sampler,
    /// The number of the last recorded block, and the number of allocations when it was recorded.
    #[cfg(feature = "sites")]
    last_recorded: [AtomicU64; 2],
    /// The number of the thread, and of its [name](threads::current). 0 if they are not known.
    #[cfg(feature = "sites")]
    thread: [AtomicU32; 2],
    /// The highest number of live bytes from the start of the current region to the last flush.
    highest_before: AtomicI64,
    /// The scopes that the thread has entered. When the slot goes to the next thread, they keep their sums too.
    pub(crate) scopes: Lock<Tree>,
}

/// Adds to a sum that only one thread writes. `Release`: a reader that sees a free also sees the allocation before it.
#[inline(always)]
#[cfg(not(all(target_arch = "x86_64", target_pointer_width = "64", not(miri))))]
fn add(sum: &AtomicU64, amount: u64) {
    sum.store(sum.load(Relaxed).wrapping_add(amount), Release);
}

/// Adds to a sum that only one thread and its signal handlers write. One instruction, so that a handler cannot interrupt it.
#[inline(always)]
#[cfg(all(target_arch = "x86_64", target_pointer_width = "64", not(miri)))]
fn add(sum: &AtomicU64, amount: u64) {
    #[expect(unsafe_code, reason = "an atomic addition would lock the bus")]
    // SAFETY: the pointer is valid, and the instruction is a relaxed load and a store, which this processor orders as `Release`.
    unsafe {
        std::arch::asm!("add qword ptr [{}], {}", in(reg) sum.as_ptr(), in(reg) amount, options(nostack));
    }
}

/// The threads that write a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SlotKind {
    /// One thread.
    Thread,
    /// All threads that have no slot.
    Shared,
    /// The tracker itself, on any thread. Not part of the program's sums.
    Untracked,
}

impl Slot {
    const fn new(kind: SlotKind) -> Self {
        Self {
            allocated: AtomicU64::new(0),
            freed: AtomicU64::new(0),
            blocks_allocated: AtomicU64::new(0),
            blocks_freed: AtomicU64::new(0),
            reallocations: AtomicU64::new(0),
            kept: AtomicU64::new(0),
            highest: AtomicI64::new(0),
            highest_before: AtomicI64::new(i64::MIN),
            published: AtomicI64::new(0),
            #[cfg(feature = "sites")]
            sampler: Sampler::new(),
            #[cfg(feature = "sites")]
            last_recorded: [const { AtomicU64::new(u64::MAX) }; 2],
            #[cfg(feature = "sites")]
            thread: [const { AtomicU32::new(0) }; 2],
            is_taken: AtomicBool::new(false),
            scopes: Lock::new(Tree::new()),
            kind,
        }
    }

    #[inline(always)]
    fn allocated(&self, size: u64) {
        if self.kind == SlotKind::Thread {
            add(&self.blocks_allocated, 1);
            self.grow(size);
        } else {
            self.count_shared(&self.blocks_allocated, size, 0);
        }
    }

    #[inline(always)]
    fn freed(&self, size: u64) {
        if self.kind == SlotKind::Thread {
            add(&self.blocks_freed, 1);
            self.shrink(size);
        } else {
            self.count_shared(&self.blocks_freed, 0, size);
        }
    }

    #[inline(always)]
    fn reallocated(&self, old: u64, new: u64) {
        let kept = old.min(new);
        if self.kind != SlotKind::Thread {
            self.kept.fetch_add(kept, AcqRel);
            return self.count_shared(&self.reallocations, new - kept, old - kept);
        }
        add(&self.reallocations, 1);
        add(&self.kept, kept);
        if new >= old { self.grow(new - kept) } else { self.shrink(old - kept) }
    }

    /// Counts an allocation if additions suffice. Otherwise, does nothing and returns `false`.
    #[inline(always)]
    fn try_allocated(&self, size: u64) -> bool {
        let live = self.live().wrapping_add(size as i64);
        let is_highest = live > self.highest.load(Relaxed);
        if is_highest && live.wrapping_sub(self.published.load(Relaxed)) > STEP {
            return false;
        }
        #[cfg(feature = "sites")]
        if !records::leaves_out(&self.sampler, size) {
            return false;
        }
        if is_highest {
            self.highest.store(live, Relaxed);
        }
        add(&self.blocks_allocated, 1);
        add(&self.allocated, size);
        true
    }

    /// Counts a free if additions suffice. Otherwise, does nothing and returns `false`.
    #[inline(always)]
    fn try_freed(&self, size: u64) -> bool {
        let live = self.live().wrapping_sub(size as i64);
        if live.wrapping_sub(self.published.load(Relaxed)) < -STEP {
            return false;
        }
        add(&self.blocks_freed, 1);
        add(&self.freed, size);
        true
    }

    // Invariant: the published amount is at most a step below the highest, so one comparison is enough in either direction.

    #[inline(always)]
    fn grow(&self, size: u64) {
        add(&self.allocated, size);
        let live = self.live();
        if live > self.highest.load(Relaxed) {
            self.highest.store(live, Relaxed);
            if live.wrapping_sub(self.published.load(Relaxed)) > STEP {
                self.flush();
            }
        }
    }

    #[inline(always)]
    fn shrink(&self, size: u64) {
        add(&self.freed, size);
        let live = self.live();
        if live.wrapping_sub(self.published.load(Relaxed)) < -STEP {
            self.flush();
        }
    }

    /// Counts in a slot that several threads write.
    #[cold]
    #[inline(never)]
    fn count_shared(&self, one_more: &AtomicU64, allocated: u64, freed: u64) {
        one_more.fetch_add(1, AcqRel);
        self.allocated.fetch_add(allocated, AcqRel);
        self.freed.fetch_add(freed, AcqRel);
        if self.kind == SlotKind::Shared {
            let by = allocated.wrapping_sub(freed) as i64;
            publish(by, by.max(0));
        }
    }

    #[inline(always)]
    pub(crate) fn live(&self) -> i64 {
        self.allocated.load(Relaxed).wrapping_sub(self.freed.load(Relaxed)) as i64
    }

    /// Publishes the live bytes, and folds the highest amount into the peaks.
    #[cold]
    #[inline(never)]
    pub(crate) fn flush(&self) {
        if self.kind != SlotKind::Thread {
            return;
        }
        let (live, highest) = (self.live(), self.highest.load(Relaxed));
        // A swap, because a signal handler may publish in between.
        let published = self.published.swap(live, Relaxed);
        self.highest.store(live, Relaxed);
        self.highest_before.fetch_max(highest, Relaxed);
        peaks::record(highest);
        publish(live.wrapping_sub(published), highest.wrapping_sub(published));
    }

    /// Whether only one thread counts here.
    pub(crate) fn is_thread_local(&self) -> bool {
        self.kind == SlotKind::Thread
    }

    pub(crate) fn counts(&self) -> Usage {
        sum(|| std::iter::once(self))
    }

    /// Restarts the search for the highest amount. Returns the previous highest amount.
    pub(crate) fn begin_peak(&self) -> i64 {
        self.flush();
        self.highest_before.swap(self.live(), Relaxed)
    }

    /// The highest amount since `begin_peak`.
    pub(crate) fn peak(&self) -> i64 {
        self.highest_before.load(Relaxed).max(self.highest.load(Relaxed))
    }

    /// Resumes the search that `begin_peak` interrupted.
    pub(crate) fn end_peak(&self, before: i64) {
        self.highest_before.fetch_max(before, Relaxed);
    }

    /// Takes the slot for a new thread.
    fn take(&self) -> bool {
        let is_taken = !self.is_taken.load(Relaxed)
            && self.is_taken.compare_exchange(false, true, AcqRel, Relaxed).is_ok();
        #[cfg(feature = "sites")]
        if is_taken {
            static THREADS: AtomicU32 = AtomicU32::new(1);
            self.thread[0].store(THREADS.fetch_add(1, Relaxed), Relaxed);
            self.thread[1].store(0, Relaxed);
        }
        is_taken
    }

    fn give_back(&self) {
        self.scopes.lock_in_time().into_iter().for_each(|mut scopes| scopes.exit_to(self, 0));
        self.flush();
        self.highest_before.store(i64::MIN, Relaxed);
        self.is_taken.store(false, Release);
    }
}

#[cfg(feature = "sites")]
impl Slot {
    /// Whether the thread's allocations are untracked now.
    #[inline(always)]
    pub(crate) fn is_untracked(&self) -> bool {
        self.kind == SlotKind::Untracked
    }

    /// A number that identifies the thread, until its thread-local values are dropped. Then it is 0.
    pub(crate) fn thread(&self) -> u32 {
        self.thread[0].load(Relaxed)
    }

    /// The number of the thread's [name](threads::current). Call it untracked.
    pub(crate) fn thread_name(&self) -> u32 {
        let [_, name] = &self.thread;
        if self.is_thread_local() && name.load(Relaxed) == 0 {
            name.store(threads::current(), Relaxed);
        }
        name.load(Relaxed)
    }

    fn allocations(&self) -> u64 {
        self.blocks_allocated.load(Relaxed).wrapping_add(self.reallocations.load(Relaxed))
    }

    /// Notes the number of a block that the thread has just allocated and recorded.
    pub(crate) fn note_recorded(&self, serial: u64) {
        let [last, allocations] = &self.last_recorded;
        last.store(serial, Relaxed);
        allocations.store(self.allocations(), Relaxed);
    }

    /// Whether a recorded block is the last that the thread has allocated.
    pub(crate) fn is_last(&self, serial: u64) -> bool {
        let [last, allocations] = &self.last_recorded;
        last.load(Relaxed) == serial && allocations.load(Relaxed) == self.allocations()
    }
}

/// A list of slots, in chunks.
struct Chunk {
    slots: [Slot; SLOTS],
    next: AtomicPtr<Chunk>,
}

// As documented for `tracker_size`.
const _: () = assert!(size_of::<[Slot; SLOTS]>() <= 16 << 10);

impl Chunk {
    const fn new() -> Self {
        Self { slots: [const { Slot::new(SlotKind::Thread) }; SLOTS], next: AtomicPtr::new(ptr::null_mut()) }
    }

    fn next(&self) -> Option<&'static Self> {
        #[expect(unsafe_code, reason = "the system's allocator makes chunks, to stay out of the counts")]
        // SAFETY: the pointer is null, or points to a chunk that `make_next` has initialised and that is never freed.
        unsafe {
            self.next.load(Acquire).as_ref()
        }
    }

    /// The next chunk, created if there is none.
    fn make_next(&self) -> Option<&'static Self> {
        if let Some(next) = self.next() {
            return Some(next);
        }
        #[expect(unsafe_code, reason = "the system's allocator makes chunks, to stay out of the counts")]
        // SAFETY: the layout has a size, and the fields are in memory of that layout. A chunk that lost the race is freed with the
        // same layout, and no other thread has seen it.
        unsafe {
            let layout = Layout::new::<Self>();
            let new = System.alloc(layout).cast::<Self>();
            if new.is_null() {
                return None;
            }
            // One by one, because the thread's stack may be small.
            for at in 0..SLOTS {
                (&raw mut (*new).slots[at]).write(Slot::new(SlotKind::Thread));
            }
            (&raw mut (*new).next).write(AtomicPtr::new(ptr::null_mut()));
            if self.next.compare_exchange(ptr::null_mut(), new, AcqRel, Acquire).is_err() {
                System.dealloc(new.cast(), layout);
            }
        }
        self.next()
    }
}

static FIRST: Chunk = Chunk::new();

/// Counts for threads without a slot.
static SHARED: Slot = Slot::new(SlotKind::Shared);

/// Counts the allocations of the tracker itself.
static UNTRACKED: Slot = Slot::new(SlotKind::Untracked);

thread_local! {
    /// The slot of this thread. It has no destructor, so it can be read until the thread is gone.
    static SLOT: Cell<Option<&'static Slot>> = const { Cell::new(None) };
    static SLOT_RETURN: SlotReturn = const { SlotReturn };
}

/// Returns the slot when the thread ends.
struct SlotReturn;

impl Drop for SlotReturn {
    fn drop(&mut self) {
        if let Some(slot) = SLOT.replace(Some(&SHARED)).filter(|slot| slot.kind == SlotKind::Thread) {
            slot.give_back();
        }
    }
}

/// The slot of this thread.
#[inline(always)]
pub(crate) fn slot() -> &'static Slot {
    match SLOT.get() {
        Some(slot) => slot,
        None => find_slot(),
    }
}

#[cold]
#[inline(never)]
fn find_slot() -> &'static Slot {
    // Allocations made by the search itself are counted in the shared slot.
    SLOT.set(Some(&SHARED));
    if SLOT_RETURN.try_with(|_| ()).is_err() {
        // The thread is ending.
        return &SHARED;
    }
    let mut chunk = Some(&FIRST);
    while let Some(here) = chunk {
        if let Some(slot) = here.slots.iter().find(|slot| slot.take()) {
            SLOT.set(Some(slot));
            return slot;
        }
        chunk = here.make_next();
    }
    &SHARED
}

/// Runs a part of the tracker. This thread's allocations in it do not count as the program's, and are not recorded.
///
/// Invariant: a value made untracked is dropped untracked.
pub(crate) fn untracked<R>(part: impl FnOnce() -> R) -> R {
    struct Back(&'static Slot);
    impl Drop for Back {
        fn drop(&mut self) {
            end_untracked(self.0);
        }
    }
    let _back = Back(begin_untracked());
    part()
}

/// Begins a part of the tracker that `end_untracked` ends. It takes the result.
pub(crate) fn begin_untracked() -> &'static Slot {
    // Look up the slot first, or a new thread would lose it.
    let slot = slot();
    SLOT.set(Some(&UNTRACKED));
    slot
}

pub(crate) fn end_untracked(slot: &'static Slot) {
    SLOT.set(Some(slot));
}

/// The tracker's own allocations and frees.
pub(crate) fn untracked_counts() -> Usage {
    UNTRACKED.counts()
}

/// The slot of this thread, if no other thread writes to it.
#[inline(always)]
fn own_slot() -> Option<&'static Slot> {
    SLOT.get().filter(|slot| slot.kind == SlotKind::Thread)
}

/// Counts a block if additions suffice and it need not be recorded. Otherwise, does nothing and returns `false`.
#[inline(always)]
pub(crate) fn try_allocated(size: usize) -> bool {
    own_slot().is_some_and(|slot| slot.try_allocated(size as u64))
}

/// Counts a free if additions suffice and the block has no record. Otherwise, does nothing and returns `false`.
#[inline(always)]
pub(crate) fn try_freed(block: *mut u8, size: usize) -> bool {
    #[cfg(feature = "sites")]
    if records::may_have(block) {
        return false;
    }
    let _ = block;
    own_slot().is_some_and(|slot| slot.try_freed(size as u64))
}

pub(crate) fn allocated(size: usize) -> &'static Slot {
    let slot = slot();
    slot.allocated(size as u64);
    slot
}

pub(crate) fn freed(size: usize) {
    slot().freed(size as u64);
}

#[inline(always)]
pub(crate) fn reallocated(old: usize, new: usize) -> &'static Slot {
    let slot = slot();
    slot.reallocated(old as u64, new as u64);
    slot
}

/// Sums over all threads, past and present, without the tracker.
pub(crate) fn process_counts() -> Usage {
    sum(slots)
}

/// The slots of all threads, past and present.
pub(crate) fn slots() -> impl Iterator<Item = &'static Slot> {
    let chunks = std::iter::successors(Some(&FIRST), |chunk| chunk.next());
    chunks.flat_map(|chunk| &chunk.slots).chain([&SHARED])
}

fn sum<'s, I: Iterator<Item = &'s Slot>>(slots: impl Fn() -> I) -> Usage {
    let mut counts = Usage::default();
    // Frees are read first, so that no block appears freed and not allocated.
    for slot in slots() {
        counts.freed_size = counts.freed_size.wrapping_add(slot.freed.load(Acquire));
        counts.freed_blocks = counts.freed_blocks.wrapping_add(slot.blocks_freed.load(Acquire));
    }
    for slot in slots() {
        let (kept, reallocations) = (slot.kept.load(Acquire), slot.reallocations.load(Acquire));
        counts.freed_size = counts.freed_size.wrapping_add(kept);
        counts.freed_blocks = counts.freed_blocks.wrapping_add(reallocations);
        counts.allocated_size =
            counts.allocated_size.wrapping_add(slot.allocated.load(Acquire)).wrapping_add(kept);
        let blocks = slot.blocks_allocated.load(Acquire).wrapping_add(reallocations);
        counts.allocated_blocks = counts.allocated_blocks.wrapping_add(blocks);
        counts.reallocations = counts.reallocations.wrapping_add(reallocations);
    }
    counts
}
