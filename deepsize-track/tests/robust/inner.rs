//! The allocator below the tracker. It can fail and re-enter, as allocators may.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;
use std::ptr;

/// The behaviour of the allocator on this thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    /// Serves all requests.
    Good,
    /// Fails one request in `one_in`.
    Fails { one_in: u32 },
    /// Fails requests for more than `most` bytes.
    Small { most: usize },
    /// Allocates a block through the global allocator at each request, and frees it.
    Reenters,
}

thread_local! {
    static MOOD: Cell<Mood> = const { Cell::new(Mood::Good) };
    static TURN: Cell<u32> = const { Cell::new(0) };
    static FAILED: Cell<u64> = const { Cell::new(0) };
    static ZERO: Cell<u64> = const { Cell::new(0) };
}

pub(crate) fn set(mood: Mood) {
    MOOD.set(mood);
}

/// The number of failed requests of this thread.
pub(crate) fn failed() -> u64 {
    FAILED.get()
}

/// The number of requests of this thread with size 0, which `GlobalAlloc` forbids.
pub(crate) fn empty_requests() -> u64 {
    ZERO.get()
}

/// Whether a request fails.
fn fails(size: usize) -> bool {
    if size == 0 {
        ZERO.set(ZERO.get() + 1);
    }
    let fails = match MOOD.get() {
        Mood::Good => false,
        Mood::Fails { one_in } => {
            TURN.set(TURN.get().wrapping_add(1));
            TURN.get() % one_in == 0
        }
        Mood::Small { most } => size > most,
        Mood::Reenters => {
            MOOD.set(Mood::Good);
            drop(black_box(vec![1_u8; 24]));
            MOOD.set(Mood::Reenters);
            false
        }
    };
    if fails {
        FAILED.set(FAILED.get() + 1);
    }
    fails
}

pub(crate) struct Moody;

// SAFETY: every call is forwarded to `System`, or fails.
unsafe impl GlobalAlloc for Moody {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract, which is also that of `System`.
        if fails(layout.size()) { ptr::null_mut() } else { unsafe { System.alloc(layout) } }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if MOOD.get() == Mood::Reenters {
            fails(1);
        }
        // SAFETY: the caller keeps the contract, which is also that of `System`.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller keeps the contract, which is also that of `System`.
        if fails(size) { ptr::null_mut() } else { unsafe { System.realloc(block, layout, size) } }
    }
}
