//! Shared by the programs: a counting allocator, and types from another crate.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// A foreign type, so the programs cannot derive on it.
pub struct Picture {
    pixels: Vec<u8>,
}

impl Picture {
    pub fn new(width: usize, height: usize) -> Self {
        Self { pixels: vec![0; width * height] }
    }

    pub fn pixels(&self) -> &Vec<u8> {
        &self.pixels
    }
}

/// A foreign type with a public capacity.
pub struct Sound {
    samples: Vec<u16>,
}

impl Sound {
    pub fn new(samples: usize) -> Self {
        Self { samples: Vec::with_capacity(samples) }
    }

    pub fn capacity(&self) -> usize {
        self.samples.capacity()
    }
}

impl AsRef<[u16]> for Sound {
    fn as_ref(&self) -> &[u16] {
        &self.samples
    }
}

/// A foreign type with a hidden block of 64 bytes.
pub struct Engine {
    state: Box<[u64; 8]>,
}

impl Engine {
    pub fn new() -> Self {
        Self { state: Box::new([1; 8]) }
    }

    pub fn is_running(&self) -> bool {
        self.state[0] > 0
    }
}

impl Default for Engine {
    fn default() -> Self {
        Self::new()
    }
}

/// Builds a value, and returns it with the bytes that the allocator counted.
pub fn held<T>(build: impl FnOnce() -> T) -> (T, usize) {
    let before = LIVE.load(Relaxed);
    let value = build();
    (value, LIVE.load(Relaxed) - before)
}

static LIVE: AtomicUsize = AtomicUsize::new(0);

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: every call is forwarded to `System`.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(layout.size(), Relaxed);
        // SAFETY: the caller upholds the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller upholds the contract of `dealloc`.
        unsafe { System.dealloc(block, layout) }
    }
}
