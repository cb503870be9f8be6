//! The allocator below the tracker, which does what allocators may do.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;
use std::ptr;

/// What the allocator does next on this thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    /// It serves.
    Good,
    /// It has no memory for one request in so many.
    Fails { one_in: u32 },
    /// It has no memory for more than so many bytes.
    Small { most: usize },
    /// It allocates a block of its own through the global allocator, and frees it.
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

/// How many requests of this thread have failed.
pub(crate) fn failed() -> u64 {
    FAILED.get()
}

/// How many requests of this thread were for nothing, which no allocator has to expect.
pub(crate) fn for_nothing() -> u64 {
    ZERO.get()
}

/// Whether there is no memory.
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

// SAFETY: every call is passed on to `System`, or fails.
unsafe impl GlobalAlloc for Moody {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise is the one `System` asks for.
        if fails(layout.size()) { ptr::null_mut() } else { unsafe { System.alloc(layout) } }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if MOOD.get() == Mood::Reenters {
            fails(1);
        }
        // SAFETY: the caller's promise is the one `System` asks for.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller's promise is the one `System` asks for.
        if fails(size) { ptr::null_mut() } else { unsafe { System.realloc(block, layout, size) } }
    }
}
