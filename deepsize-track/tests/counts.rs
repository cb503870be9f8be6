//! The tracker's counts, compared with the requests of the test and with an independent count.

mod eventually;
mod shared;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::sync::{Barrier, mpsc};
use std::thread;

use deep_size_track::{
    Measured, ProcessRegion, Region, TrackingAllocator, Usage, is_installed, measure, process,
};

use eventually::eventually;
use shared::alone;

/// Counts independently, below the tracker.
struct Truth;

static BYTES: AtomicI64 = AtomicI64::new(0);
static BLOCKS: AtomicI64 = AtomicI64::new(0);

// SAFETY: every call is forwarded to `System`.
unsafe impl GlobalAlloc for Truth {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BYTES.fetch_add(layout.size() as i64, Relaxed);
        BLOCKS.fetch_add(1, Relaxed);
        // SAFETY: the caller keeps the contract, which is also that of `System`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        BYTES.fetch_sub(layout.size() as i64, Relaxed);
        BLOCKS.fetch_sub(1, Relaxed);
        // SAFETY: the caller keeps the contract, which is also that of `System`.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        BYTES.fetch_add(size as i64 - layout.size() as i64, Relaxed);
        // SAFETY: the caller keeps the contract, which is also that of `System`.
        unsafe { System.realloc(block, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: TrackingAllocator<Truth> = TrackingAllocator::new(Truth);

/// The xorshift generator of Marsaglia (2003).
fn random(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state >> 11
    }
}

/// Allocates, resizes and frees at random, and sends some blocks to other threads, which free them.
fn churn(seed: u64, steps: usize, send: &mpsc::Sender<Vec<u8>>, receive: &mpsc::Receiver<Vec<u8>>) {
    let mut random = random(seed);
    let mut held: Vec<Vec<u8>> = Vec::new();
    for _ in 0..steps {
        let size = (random() % 5000) as usize;
        match random() % 6 {
            0 | 1 => held.push(Vec::with_capacity(size)),
            2 => drop(held.pop()),
            3 => held.last_mut().into_iter().for_each(|block| block.reserve(size)),
            4 => held.last_mut().into_iter().for_each(Vec::shrink_to_fit),
            _ => held.pop().into_iter().for_each(|block| drop(send.send(black_box(block)))),
        }
        drop(receive.try_recv());
        if held.len() > 100 {
            held.clear();
        }
    }
}

#[test]
fn live_figures_equal_an_independent_count() {
    let _alone = alone();
    let threads = 8;
    let (senders, receivers): (Vec<_>, Vec<_>) = (0..threads).map(|_| mpsc::channel()).unzip();
    thread::scope(|scope| {
        for (seed, receive) in receivers.into_iter().enumerate() {
            let send = senders[(seed + 1) % threads].clone();
            scope.spawn(move || churn(seed as u64 + 1, 200_000, &send, &receive));
        }
    });
    drop(senders);
    let agree = || {
        let (bytes, blocks) = (BYTES.load(Relaxed), BLOCKS.load(Relaxed));
        let process = process();
        (process.live_size, process.live_blocks) == (bytes as u64, blocks as u64)
    };
    assert!(
        eventually(agree),
        "{:?}, {} bytes in {} blocks",
        process(),
        BYTES.load(Relaxed),
        BLOCKS.load(Relaxed)
    );
}

#[test]
fn a_block_freed_by_another_thread_is_neither_lost_nor_counted_twice() {
    let _alone = alone();
    let (sender, receiver) = mpsc::channel::<Vec<u8>>();
    let freed = thread::spawn(move || {
        let block = receiver.recv().expect("the other thread sends a block");
        measure(|| drop(block)).usage
    });
    let Measured { value: block, usage: made } = measure(|| vec![7_u8; 12_345]);
    sender.send(block).expect("the thread waits");
    let freed = freed.join().expect("the thread does not panic");
    assert_eq!((made.net_size(), made.net_blocks()), (12_345, 1));
    assert_eq!((freed.net_size(), freed.net_blocks(), freed.peak_size), (-12_345, -1, 0));
}

#[test]
fn regions_may_be_nested() {
    let _alone = alone();
    let outer = Region::begin();
    let kept = vec![0_u8; 1000];
    let Measured { usage: first, .. } = measure(|| drop(vec![0_u8; 500]));
    let inner = Region::begin();
    let mut grown: Vec<u8> = Vec::with_capacity(10);
    grown.reserve_exact(100);
    grown.shrink_to(20);
    let inner = inner.end();
    let usage = outer.end();
    assert_eq!((first.net_size(), first.peak_size, first.allocated_blocks), (0, 500, 1));
    assert_eq!((inner.net_size(), inner.peak_size, inner.reallocations), (20, 100, 2));
    assert_eq!((inner.allocated_size, inner.freed_size, inner.allocated_blocks), (130, 110, 3));
    assert_eq!((usage.net_size(), usage.net_blocks(), usage.peak_size), (1020, 2, 1500));
    drop((kept, grown));
}

#[test]
fn a_region_keeps_its_peak_while_it_encloses_another() {
    let _alone = alone();
    let outer = Region::begin();
    drop(black_box(vec![0_u8; 10_000]));
    let inner = Region::begin();
    assert_eq!((outer.usage().peak_size, inner.usage().peak_size), (10_000, 0));
    drop(black_box(vec![0_u8; 20_000]));
    assert_eq!((outer.usage().peak_size, inner.usage().peak_size), (20_000, 20_000));
    // More than may end in any order.
    let deeper: [Region; 100] = std::array::from_fn(|_| Region::begin());
    assert_eq!(outer.usage().peak_size, 20_000);
    assert!(deeper.iter().all(|region| region.usage().peak_size == 0));
    deeper.into_iter().rev().for_each(drop);
    assert_eq!((outer.usage().peak_size, inner.usage().peak_size), (20_000, 20_000));
}

#[test]
fn regions_may_end_in_any_order() {
    let _alone = alone();
    drop(black_box(vec![0_u8; 1_000_000]));
    let (first, second) = (Region::begin(), Region::begin());
    drop(black_box(vec![0_u8; 100]));
    drop(first);
    assert_eq!(second.usage().peak_size, 100);
    let third = Region::begin();
    drop(black_box(vec![0_u8; 300]));
    drop(second);
    assert_eq!(third.end().peak_size, 300);
}

#[test]
fn random_regions_agree_with_a_simple_model() {
    let _alone = alone();
    let mut random = random(99);
    for _ in 0..1000 {
        let (mut live, mut peak, mut allocated) = (0_u64, 0_u64, 0_u64);
        let mut held: Vec<Vec<u8>> = Vec::with_capacity(64);
        let sizes: [u64; 60] = std::array::from_fn(|_| random());
        let Measured { usage, .. } = measure(|| {
            for size in sizes {
                if size % 3 == 0 {
                    live -= held.pop().map_or(0, |block| block.capacity() as u64);
                } else {
                    let size = size % 100_000;
                    held.push(Vec::with_capacity(size as usize));
                    allocated += size;
                    live += size;
                    peak = peak.max(live);
                }
            }
        });
        assert_eq!((usage.allocated_size, usage.peak_size, usage.net_size()), (allocated, peak, live as i64));
    }
}

#[test]
fn a_panic_ends_its_regions() {
    let _alone = alone();
    let outer = Region::begin();
    let result = std::panic::catch_unwind(|| {
        measure(|| {
            let _block = vec![0_u8; 100_000];
            std::panic::resume_unwind(Box::new(()));
        })
    });
    assert!(result.is_err());
    let Measured { usage: after, .. } = measure(|| drop(vec![0_u8; 10]));
    assert_eq!(after.peak_size, 10);
    assert!(outer.end().peak_size >= 100_000);
}

#[test]
fn more_threads_than_slots_are_all_counted() {
    let _alone = alone();
    let threads = 200;
    let barrier = Barrier::new(threads);
    let region = ProcessRegion::begin();
    let blocks: Vec<Usage> = thread::scope(|scope| {
        let spawned: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    barrier.wait();
                    let Measured { value: block, usage } = measure(|| vec![1_u8; 10_000]);
                    barrier.wait();
                    drop(block);
                    usage
                })
            })
            .collect();
        spawned.into_iter().map(|thread| thread.join().expect("the thread does not panic")).collect()
    });
    assert!(blocks.iter().all(|usage| (usage.allocated_size, usage.net_blocks()) == (10_000, 1)));
    let usage = region.end();
    assert!(usage.allocated_size >= 200 * 10_000);
    // All were live at once, but each thread may have left its bytes unpublished.
    assert!(usage.peak_size <= usage.allocated_size);
}

#[test]
fn threads_with_small_stacks_can_allocate() {
    let _alone = alone();
    // More than in any other test, so that some of them add slots.
    let threads = 300;
    let barrier = Barrier::new(threads);
    thread::scope(|scope| {
        for _ in 0..threads {
            let small = thread::Builder::new().stack_size(32 << 10);
            let work = || {
                let block = black_box(vec![1_u8; 10]);
                barrier.wait();
                drop(block);
            };
            small.spawn_scoped(scope, work).expect("the thread starts");
        }
    });
}

#[test]
fn the_peak_of_all_threads_is_exact_to_16_kib_for_each() {
    let _alone = alone();
    let region = ProcessRegion::begin();
    let barrier = Barrier::new(4);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let block = vec![1_u8; 1 << 20];
                barrier.wait();
                drop(block);
            });
        }
    });
    let peak = region.end().peak_size;
    // Each thread, including those of the test harness, may publish 16 KiB late.
    let bound = 32 * (16 << 10);
    assert!(peak.abs_diff(4 << 20) <= bound, "{peak}");
}

thread_local! {
    static AT_THE_END: AtTheEnd = const { AtTheEnd(Cell::new(0)) };
}

/// Allocates and frees while its thread drops its thread-local values.
struct AtTheEnd(Cell<usize>);

impl Drop for AtTheEnd {
    fn drop(&mut self) {
        for size in 1..1000 {
            drop(black_box(vec![0_u8; size]));
        }
    }
}

#[test]
fn threads_may_allocate_until_their_end() {
    let _alone = alone();
    for _ in 0..100 {
        thread::spawn(|| {
            AT_THE_END.with(|end| end.0.set(1));
            drop(black_box(vec![0_u8; 100]));
        })
        .join()
        .expect("the thread does not panic");
    }
    assert!(eventually(|| process().live_size == BYTES.load(Relaxed) as u64));
}

#[test]
fn usage_is_printed_in_units_or_exactly() {
    let _alone = alone();
    assert!(is_installed());
    let usage = measure(|| drop(vec![0_u8; 2000])).usage;
    assert_eq!(
        usage.to_string(),
        "net 0 B, 0 blocks; allocated 2.0 KiB in 1 block, freed 2.0 KiB in 1 block, 0 reallocations; peak 2.0 KiB"
    );
    let Measured { value: kept, usage } = measure(|| {
        let mut kept = Vec::<u8>::with_capacity(1000);
        kept.reserve_exact(1500);
        kept
    });
    assert_eq!(
        format!("{usage:#}"),
        "net +1,500 B, +1 block; allocated 2,500 B in 2 blocks, freed 1,000 B in 1 block, 1 reallocation; peak 1,500 B"
    );
    let usage = measure(|| drop(kept)).usage;
    assert_eq!(
        usage.to_string(),
        "net -1.5 KiB, -1 block; allocated 0 B in 0 blocks, freed 1.5 KiB in 1 block, 0 reallocations; peak 0 B"
    );
}
