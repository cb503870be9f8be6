//! A random load on many threads that knows what it holds, against which the tracker's figures are held.

#[path = "../eventually/mod.rs"]
mod eventually;

use std::alloc::{GlobalAlloc, Layout, alloc, alloc_zeroed, dealloc, handle_alloc_error, realloc};
use std::hint::black_box;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::thread;

use deep_size_track::{Recorder, Snapshot, own_bytes, process};

use eventually::eventually;

/// Counts on its own, below the tracker, what an allocator gives.
pub(crate) struct Truth<A>(pub(crate) A);

static BYTES: AtomicI64 = AtomicI64::new(0);
static BLOCKS: AtomicI64 = AtomicI64::new(0);

/// What was given and not given back.
pub(crate) fn truth() -> (i64, i64) {
    (BYTES.load(Relaxed), BLOCKS.load(Relaxed))
}

fn given(block: *mut u8, size: usize) -> *mut u8 {
    if !block.is_null() {
        BYTES.fetch_add(size as i64, Relaxed);
        BLOCKS.fetch_add(1, Relaxed);
    }
    block
}

// SAFETY: every call is passed on.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Truth<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise is the one the inner allocator asks for.
        given(unsafe { self.0.alloc(layout) }, layout.size())
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise is the one the inner allocator asks for.
        given(unsafe { self.0.alloc_zeroed(layout) }, layout.size())
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is the one the inner allocator asks for.
        unsafe { self.0.dealloc(block, layout) };
        BYTES.fetch_sub(layout.size() as i64, Relaxed);
        BLOCKS.fetch_sub(1, Relaxed);
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller's promise is the one the inner allocator asks for.
        let moved = unsafe { self.0.realloc(block, layout, size) };
        if !moved.is_null() {
            BYTES.fetch_add(size as i64 - layout.size() as i64, Relaxed);
        }
        moved
    }
}

/// A block with its first and last byte set to what its address and size make of them.
pub(crate) struct Block {
    start: *mut u8,
    layout: Layout,
    mark: u8,
}

// SAFETY: whoever has the block is the only one to use its memory.
unsafe impl Send for Block {}

/// Whatever allocates for the load is in the trace of one of these, which do something with the result, lest they be left by a jump.
const MAKERS: [&str; 3] = ["load::makes", "load::makes_zeroed", "load::resizes"];

impl Block {
    pub(crate) fn new(size: usize, align: usize, mark: u8) -> Self {
        let layout = Layout::from_size_align(size, align).expect("a layout there is");
        let start = if mark % 2 == 0 { makes(layout) } else { makes_zeroed(layout) };
        if start.is_null() {
            handle_alloc_error(layout);
        }
        assert_eq!(start.addr() % align, 0);
        let mut block = Self { start, layout, mark };
        block.set();
        block
    }

    fn set(&mut self) {
        // SAFETY: both bytes lie in the block.
        unsafe {
            self.start.write(self.mark);
            self.start.add(self.layout.size() - 1).write(self.mark);
        }
    }

    fn resize(&mut self, size: usize) {
        let moved = resizes(self, size);
        assert!(!moved.is_null());
        // SAFETY: the first byte lies in the block.
        assert_eq!(unsafe { moved.read() }, self.mark, "what was in it is still there");
        self.start = moved;
        self.layout = Layout::from_size_align(size, self.layout.align()).expect("a layout there is");
        self.set();
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        // SAFETY: the bytes lie in the block, which was allocated with this layout and is not used again.
        unsafe {
            let (first, last) = (self.start.read(), self.start.add(self.layout.size() - 1).read());
            assert_eq!((first, last), (self.mark, self.mark), "nobody else has written to it");
            dealloc(self.start, self.layout);
        }
    }
}

#[inline(never)]
fn makes(layout: Layout) -> *mut u8 {
    // SAFETY: no layout of the load is without a size.
    black_box(unsafe { alloc(layout) })
}

#[inline(never)]
fn makes_zeroed(layout: Layout) -> *mut u8 {
    // SAFETY: no layout of the load is without a size, and where there is a block its bytes can be read.
    unsafe {
        let block = black_box(alloc_zeroed(layout));
        assert!(block.is_null() || (block.read(), block.add(layout.size() - 1).read()) == (0, 0));
        block
    }
}

#[inline(never)]
fn resizes(block: &Block, size: usize) -> *mut u8 {
    // SAFETY: the block was allocated with this layout; the size is one of the load's.
    black_box(unsafe { realloc(block.start, block.layout, size) })
}

/// The xorshift generator of Marsaglia (2003).
pub(crate) fn random(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state >> 11
    }
}

/// Where threads leave blocks for others, who free or resize them.
static EXCHANGE: [Mutex<Option<Block>>; 16] = [const { Mutex::new(None) }; 16];

fn size(random: u64) -> usize {
    match random % 64 {
        0 => 1 + (random >> 6) as usize % (200 << 10),
        1..8 => 1 + (random >> 6) as usize % 5000,
        _ => 1 + (random >> 6) as usize % 250,
    }
}

/// Allocates, resizes and frees at random; returns what is left.
pub(crate) fn churn(seed: u64, steps: usize) -> Vec<Block> {
    let mut random = random(seed);
    let mut held: Vec<Block> = Vec::with_capacity(256);
    for _ in 0..steps {
        let (what, number) = (random() % 8, random());
        match what {
            0..3 if held.len() < 256 => {
                let align = if number % 100 == 0 { 4096 } else { 1 << (number % 8) };
                held.push(Block::new(size(random()), align, number as u8));
            }
            3 | 4 => held.last_mut().into_iter().for_each(|block| block.resize(size(number))),
            5 if !held.is_empty() => {
                let at = number as usize % held.len();
                let mut other = EXCHANGE[number as usize % 16].lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(other) = other.as_mut() {
                    std::mem::swap(&mut held[at], other);
                } else {
                    *other = Some(held.swap_remove(at));
                }
            }
            _ if !held.is_empty() => drop(held.swap_remove(number as usize % held.len())),
            _ => {}
        }
    }
    held
}

/// What is held by many threads after so many steps of each.
pub(crate) fn on_threads(threads: u64, steps: usize) -> Vec<Block> {
    let parts: Vec<_> = thread::scope(|scope| {
        let spawned: Vec<_> = (1..=threads).map(|seed| scope.spawn(move || churn(seed, steps))).collect();
        spawned.into_iter().map(|thread| thread.join().expect("it ends well")).collect()
    });
    let mut held: Vec<Block> = parts.into_iter().flatten().collect();
    held.extend(
        EXCHANGE.iter().filter_map(|slot| slot.lock().unwrap_or_else(PoisonError::into_inner).take()),
    );
    held
}

/// What blocks hold together, and how many there are.
pub(crate) fn sum(blocks: &[Block]) -> (u64, u64) {
    (blocks.iter().map(|block| block.layout.size() as u64).sum(), blocks.len() as u64)
}

/// What the tracker says is live of what the load has allocated.
pub(crate) fn recorded() -> (u64, u64) {
    let snapshot = Snapshot::take();
    assert_eq!(snapshot.lost(), 0);
    let is_ours =
        |function: &str| MAKERS.iter().any(|maker| function.trim_end_matches("::<>").ends_with(maker));
    let traces = snapshot.traces().filter(|trace| trace.frames().any(|frame| is_ours(frame.function())));
    traces.fold((0, 0), |sum, trace| (sum.0 + trace.live().bytes, sum.1 + trace.live().blocks))
}

/// The tracker's counts equal those below it, those of the tracker itself included.
#[track_caller]
pub(crate) fn assert_counts() {
    let mut last = None;
    let agree = eventually(|| {
        let process = process();
        let (bytes, blocks) = truth();
        let counted = process.live_bytes + own_bytes();
        last = Some((counted, bytes, process.live_blocks, blocks));
        counted == bytes as u64 && process.live_blocks <= blocks as u64
    });
    assert!(agree, "{last:?}");
}

/// The load, counted and recorded: all figures equal those of the load itself, and those below the tracker.
pub(crate) fn check(steps: usize) {
    let counted = on_threads(8, steps);
    assert_counts();
    drop(counted);
    assert_counts();

    // A few frames lead as far as is looked for.
    let recording = Recorder::all().depth(6).start();
    let held = on_threads(8, steps);
    assert_eq!(recorded(), sum(&held));
    let mut held = held;
    held.truncate(held.len() / 2);
    assert_eq!(recorded(), sum(&held));
    drop(held);
    assert_eq!(recorded(), (0, 0));
    assert_eq!(recording.lost(), 0);
    recording.stop();
    assert_counts();

    // Samples disturb nothing.
    let recording = Recorder::sampled_by(1000).start();
    let held = on_threads(8, steps);
    drop(held);
    assert_eq!(recorded(), (0, 0));
    recording.stop();
    assert_counts();
}
