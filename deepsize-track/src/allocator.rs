//! The allocator that programs install.
#![expect(unsafe_code, reason = "an allocator is unsafe to implement; each method forwards its arguments")]

use std::alloc::{GlobalAlloc, Layout, System};

use crate::counters::{self, Slot};
#[cfg(feature = "sites")]
use crate::records;

/// Forwards each request to another allocator, and counts it.
///
/// # Examples
///
/// ```
/// use deep_size_track::TrackingAllocator;
///
/// #[global_allocator]
/// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
/// # assert!(deep_size_track::is_installed());
/// ```
///
/// Around another allocator, write `static ALLOCATOR: TrackingAllocator<MiMalloc> = TrackingAllocator::new(MiMalloc);`.
///
/// The counts belong to the program, not to the static. A request that passes through two tracking allocators counts twice.
#[derive(Clone, Copy, Debug, Default)]
#[doc(alias("heaptrack", "memory profiler", "GlobalAlloc"))]
pub struct TrackingAllocator<A = System> {
    inner: A,
}

impl TrackingAllocator {
    /// Wraps the allocator of the operating system.
    pub const fn system() -> Self {
        Self::new(System)
    }
}

impl<A> TrackingAllocator<A> {
    /// Wraps any allocator.
    pub const fn new(inner: A) -> Self {
        Self { inner }
    }
}

impl<A: GlobalAlloc> TrackingAllocator<A> {
    /// The slow path of `dealloc`: the block may have a record, or counts must be published.
    ///
    /// # Safety
    ///
    /// As for [`GlobalAlloc::dealloc`].
    #[cold]
    #[inline(never)]
    unsafe fn free_slowly(&self, block: *mut u8, layout: Layout) {
        // Before the free, because another thread may get the same address right after it.
        #[cfg(feature = "sites")]
        records::freed(block);
        counters::freed(layout.size());
        // SAFETY: the caller keeps the contract of the same method.
        unsafe { self.inner.dealloc(block, layout) };
    }
}

/// Records a block, if blocks are being recorded.
#[inline(always)]
fn record(slot: &'static Slot, block: *mut u8, size: usize) {
    #[cfg(feature = "sites")]
    records::allocated(slot, block, size);
    #[cfg(not(feature = "sites"))]
    let _ = (slot, block, size);
}

/// Counts and records a new block, and returns it. Null is not counted.
#[inline(always)]
fn allocated(block: *mut u8, size: usize) -> *mut u8 {
    if block.is_null() || counters::try_allocated(size) { block } else { allocated_slowly(block, size) }
}

// Returns the block, so that the caller need not keep it across the call.
#[cold]
#[inline(never)]
fn allocated_slowly(block: *mut u8, size: usize) -> *mut u8 {
    record(counters::allocated(size), block, size);
    block
}

// SAFETY: every call is forwarded unchanged, so the contract holds if it does for `inner`. The counting neither unwinds nor
// allocates through the global allocator; see `counters`.
unsafe impl<A: GlobalAlloc> GlobalAlloc for TrackingAllocator<A> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of the same method.
        allocated(unsafe { self.inner.alloc(layout) }, layout.size())
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of the same method.
        allocated(unsafe { self.inner.alloc_zeroed(layout) }, layout.size())
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if !counters::try_freed(block, layout.size()) {
            // SAFETY: the caller keeps the contract of the same method.
            return unsafe { self.free_slowly(block, layout) };
        }
        // Last, so that no register has to be saved across the call.
        // SAFETY: the caller keeps the contract of the same method.
        unsafe { self.inner.dealloc(block, layout) };
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        #[cfg(feature = "sites")]
        let freed = records::freed(block);
        // SAFETY: the caller keeps the contract of the same method.
        let moved = unsafe { self.inner.realloc(block, layout, size) };
        if !moved.is_null() {
            record(counters::reallocated(layout.size(), size), moved, size);
        } else {
            #[cfg(feature = "sites")]
            freed.into_iter().for_each(records::undo_free);
        }
        moved
    }
}
