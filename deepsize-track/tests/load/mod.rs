//! A random load on many threads. It records what it holds, to compare with the tracker's figures.

#[path = "../eventually/mod.rs"]
mod eventually;

use std::alloc::{GlobalAlloc, Layout, alloc, alloc_zeroed, dealloc, handle_alloc_error, realloc};
use std::hint::black_box;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::thread;

use deep_size_track::{Recorder, Snapshot, process, tracker_size};

use eventually::eventually;

/// Counts independently, below the tracker.
pub(crate) struct Truth<A>(pub(crate) A);

static BYTES: AtomicI64 = AtomicI64::new(0);
static BLOCKS: AtomicI64 = AtomicI64::new(0);

/// The live bytes and blocks.
pub(crate) fn truth() -> (i64, i64) {
    (BYTES.load(Relaxed), BLOCKS.load(Relaxed))
}

fn count(block: *mut u8, size: usize) -> *mut u8 {
    if !block.is_null() {
        BYTES.fetch_add(size as i64, Relaxed);
        BLOCKS.fetch_add(1, Relaxed);
    }
    block
}

// SAFETY: every call is forwarded.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Truth<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract, which is also that of the inner allocator.
        count(unsafe { self.0.alloc(layout) }, layout.size())
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract, which is also that of the inner allocator.
        count(unsafe { self.0.alloc_zeroed(layout) }, layout.size())
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract, which is also that of the inner allocator.
        unsafe { self.0.dealloc(block, layout) };
        BYTES.fetch_sub(layout.size() as i64, Relaxed);
        BLOCKS.fetch_sub(1, Relaxed);
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller keeps the contract, which is also that of the inner allocator.
        let moved = unsafe { self.0.realloc(block, layout, size) };
        if !moved.is_null() {
            BYTES.fetch_add(size as i64 - layout.size() as i64, Relaxed);
        }
        moved
    }
}

/// A block whose first and last byte hold its mark.
pub(crate) struct Block {
    start: *mut u8,
    layout: Layout,
    mark: u8,
}

// SAFETY: the block is the only owner of its memory.
unsafe impl Send for Block {}

/// The functions that allocate for the load. `black_box` on their results prevents tail calls, so they are in each trace.
const MAKERS: [&str; 3] = ["load::makes", "load::makes_zeroed", "load::resizes"];

impl Block {
    pub(crate) fn new(size: usize, align: usize, mark: u8) -> Self {
        let layout =
            Layout::from_size_align(size, align).expect("sizes and alignments of the load are valid");
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
        // SAFETY: both bytes are in the block.
        unsafe {
            self.start.write(self.mark);
            self.start.add(self.layout.size() - 1).write(self.mark);
        }
    }

    fn resize(&mut self, size: usize) {
        let moved = resizes(self, size);
        assert!(!moved.is_null());
        // SAFETY: the first byte is in the block.
        assert_eq!(unsafe { moved.read() }, self.mark, "resizing keeps the contents");
        self.start = moved;
        self.layout = Layout::from_size_align(size, self.layout.align())
            .expect("sizes and alignments of the load are valid");
        self.set();
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        // SAFETY: the bytes are in the block, which was allocated with this layout and is not used again.
        unsafe {
            let (first, last) = (self.start.read(), self.start.add(self.layout.size() - 1).read());
            assert_eq!((first, last), (self.mark, self.mark), "no other code has written to the block");
            dealloc(self.start, self.layout);
        }
    }
}

#[inline(never)]
fn makes(layout: Layout) -> *mut u8 {
    // SAFETY: all layouts of the load have a non-zero size.
    black_box(unsafe { alloc(layout) })
}

#[inline(never)]
fn makes_zeroed(layout: Layout) -> *mut u8 {
    // SAFETY: all layouts of the load have a non-zero size, and the bytes of a block can be read.
    unsafe {
        let block = black_box(alloc_zeroed(layout));
        assert!(block.is_null() || (block.read(), block.add(layout.size() - 1).read()) == (0, 0));
        block
    }
}

#[inline(never)]
fn resizes(block: &Block, size: usize) -> *mut u8 {
    // SAFETY: the block was allocated with this layout, and the size is valid.
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

/// Blocks that threads exchange, so that another thread frees or resizes them.
static EXCHANGE: [Mutex<Option<Block>>; 16] = [const { Mutex::new(None) }; 16];

fn size(random: u64) -> usize {
    match random % 64 {
        0 => 1 + (random >> 6) as usize % (200 << 10),
        1..8 => 1 + (random >> 6) as usize % 5000,
        _ => 1 + (random >> 6) as usize % 250,
    }
}

/// Allocates, resizes and frees at random. Returns the blocks left.
pub(crate) fn churn(seed: u64, steps: usize) -> Vec<Block> {
    let mut random = random(seed);
    let mut held: Vec<Block> = Vec::with_capacity(256);
    for _ in 0..steps {
        let (action, number) = (random() % 8, random());
        match action {
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

/// The blocks left by many threads after `steps` steps each.
pub(crate) fn on_threads(threads: u64, steps: usize) -> Vec<Block> {
    let parts: Vec<_> = thread::scope(|scope| {
        let spawned: Vec<_> = (1..=threads).map(|seed| scope.spawn(move || churn(seed, steps))).collect();
        spawned.into_iter().map(|thread| thread.join().expect("the thread does not panic")).collect()
    });
    let mut held: Vec<Block> = parts.into_iter().flatten().collect();
    held.extend(
        EXCHANGE.iter().filter_map(|slot| slot.lock().unwrap_or_else(PoisonError::into_inner).take()),
    );
    held
}

/// The bytes and the number of blocks.
pub(crate) fn sum(blocks: &[Block]) -> (u64, u64) {
    (blocks.iter().map(|block| block.layout.size() as u64).sum(), blocks.len() as u64)
}

/// The recorded live bytes and blocks of the load.
pub(crate) fn recorded() -> (u64, u64) {
    let snapshot = Snapshot::take();
    assert_eq!(snapshot.lost_count(), 0);
    let is_ours =
        |function: &str| MAKERS.iter().any(|maker| function.trim_end_matches("::<>").ends_with(maker));
    let traces = snapshot.traces().filter(|trace| trace.frames().any(|frame| is_ours(frame.function())));
    traces.fold((0, 0), |sum, trace| (sum.0 + trace.live_amount().size, sum.1 + trace.live_amount().blocks))
}

/// Asserts that the counts of the program and of the tracker itself add up to those below.
#[track_caller]
pub(crate) fn assert_counts() {
    let mut last = None;
    let agree = eventually(|| {
        let process = process();
        let (bytes, blocks) = truth();
        let counted = process.live_size + tracker_size();
        last = Some((counted, bytes, process.live_blocks, blocks));
        counted == bytes as u64 && process.live_blocks <= blocks as u64
    });
    assert!(agree, "{last:?}");
}

/// Runs the load, counted and recorded, and compares all figures with the load's own and with the independent count.
pub(crate) fn check(steps: usize) {
    let counted = on_threads(8, steps);
    assert_counts();
    drop(counted);
    assert_counts();

    // Few frames are enough to contain one of `MAKERS`.
    let recording = Recorder::all().max_depth(6).start();
    let held = on_threads(8, steps);
    assert_eq!(recorded(), sum(&held));
    let mut held = held;
    held.truncate(held.len() / 2);
    assert_eq!(recorded(), sum(&held));
    drop(held);
    assert_eq!(recorded(), (0, 0));
    assert_eq!(recording.lost_count(), 0);
    recording.stop();
    assert_counts();

    // Sampling must not disturb the counts.
    let recording = Recorder::sampled_every(1000).start();
    let held = on_threads(8, steps);
    drop(held);
    assert_eq!(recorded(), (0, 0));
    recording.stop();
    assert_counts();
}
