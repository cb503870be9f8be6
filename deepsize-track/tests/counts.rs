//! The tracker's figures, held against what the test itself has asked for.

mod eventually;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::sync::{Barrier, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;

use deep_size_track::{ProcessRegion, Region, TrackingAllocator, Usage, is_installed, measure, process};

use eventually::eventually;

/// Counts on its own what it is asked for, below the tracker.
struct Truth;

static BYTES: AtomicI64 = AtomicI64::new(0);
static BLOCKS: AtomicI64 = AtomicI64::new(0);

// SAFETY: every call is passed on to `System`.
unsafe impl GlobalAlloc for Truth {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BYTES.fetch_add(layout.size() as i64, Relaxed);
        BLOCKS.fetch_add(1, Relaxed);
        // SAFETY: the caller's promise is the one `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        BYTES.fetch_sub(layout.size() as i64, Relaxed);
        BLOCKS.fetch_sub(1, Relaxed);
        // SAFETY: the caller's promise is the one `System` asks for.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        BYTES.fetch_add(size as i64 - layout.size() as i64, Relaxed);
        // SAFETY: the caller's promise is the one `System` asks for.
        unsafe { System.realloc(block, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: TrackingAllocator<Truth> = TrackingAllocator::new(Truth);

/// One test at a time, for some look at figures of the whole process; the test harness itself still runs.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

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

/// Allocates, resizes and frees at random, and sends some blocks to others, which free them.
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
        (process.live_bytes, process.live_blocks) == (bytes as u64, blocks as u64)
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
        let block = receiver.recv().expect("a block is sent");
        measure(|| drop(block)).1
    });
    let (block, made) = measure(|| vec![7_u8; 12_345]);
    sender.send(block).expect("the thread waits");
    let freed = freed.join().expect("the thread ends well");
    assert_eq!((made.net(), made.net_blocks()), (12_345, 1));
    assert_eq!((freed.net(), freed.net_blocks(), freed.peak), (-12_345, -1, 0));
}

#[test]
fn regions_lie_in_one_another() {
    let _alone = alone();
    let outer = Region::begin();
    let kept = vec![0_u8; 1000];
    let (_, first) = measure(|| drop(vec![0_u8; 500]));
    let inner = Region::begin();
    let mut grown: Vec<u8> = Vec::with_capacity(10);
    grown.reserve_exact(100);
    grown.shrink_to(20);
    let inner = inner.end();
    let usage = outer.end();
    assert_eq!((first.net(), first.peak, first.blocks_allocated), (0, 500, 1));
    assert_eq!((inner.net(), inner.peak, inner.reallocations), (20, 100, 2));
    assert_eq!((inner.allocated, inner.freed, inner.blocks_allocated), (100, 80, 1));
    assert_eq!((usage.net(), usage.net_blocks(), usage.peak), (1020, 2, 1500));
    drop((kept, grown));
}

#[test]
fn a_region_knows_its_peak_while_another_lies_in_it() {
    let _alone = alone();
    let outer = Region::begin();
    drop(black_box(vec![0_u8; 10_000]));
    let inner = Region::begin();
    assert_eq!((outer.usage().peak, inner.usage().peak), (10_000, 0));
    drop(black_box(vec![0_u8; 20_000]));
    assert_eq!((outer.usage().peak, inner.usage().peak), (20_000, 20_000));
    // More than can be told apart in any order.
    let deeper: [Region; 100] = std::array::from_fn(|_| Region::begin());
    assert_eq!(outer.usage().peak, 20_000);
    assert!(deeper.iter().all(|region| region.usage().peak == 0));
    deeper.into_iter().rev().for_each(drop);
    assert_eq!((outer.usage().peak, inner.usage().peak), (20_000, 20_000));
}

#[test]
fn regions_may_end_in_any_order() {
    let _alone = alone();
    drop(black_box(vec![0_u8; 1_000_000]));
    let (first, second) = (Region::begin(), Region::begin());
    drop(black_box(vec![0_u8; 100]));
    drop(first);
    assert_eq!(second.usage().peak, 100);
    let third = Region::begin();
    drop(black_box(vec![0_u8; 300]));
    drop(second);
    assert_eq!(third.end().peak, 300);
}

#[test]
fn random_regions_agree_with_sums_made_by_hand() {
    let _alone = alone();
    let mut random = random(99);
    for _ in 0..1000 {
        let (mut live, mut peak, mut allocated) = (0_u64, 0_u64, 0_u64);
        let mut held: Vec<Vec<u8>> = Vec::with_capacity(64);
        let sizes: [u64; 60] = std::array::from_fn(|_| random());
        let (_, usage) = measure(|| {
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
        assert_eq!((usage.allocated, usage.peak, usage.net()), (allocated, peak, live as i64));
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
    let (_, after) = measure(|| drop(vec![0_u8; 10]));
    assert_eq!(after.peak, 10);
    assert!(outer.end().peak >= 100_000);
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
                    let (block, usage) = measure(|| vec![1_u8; 10_000]);
                    barrier.wait();
                    drop(block);
                    usage
                })
            })
            .collect();
        spawned.into_iter().map(|thread| thread.join().expect("it ends well")).collect()
    });
    assert!(blocks.iter().all(|usage| (usage.allocated, usage.net_blocks()) == (10_000, 1)));
    let usage = region.end();
    assert!(usage.allocated >= 200 * 10_000);
    // All were live at once, but each thread may have kept what it allocated to itself.
    assert!(usage.peak <= usage.allocated);
}

#[test]
fn a_peak_over_all_threads_is_known_to_a_step_for_each() {
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
    let peak = region.end().peak;
    // Of each thread there is, those of the test harness included, 16 KiB may be known late.
    let bound = 32 * (16 << 10);
    assert!(peak.abs_diff(4 << 20) <= bound, "{peak}");
}

thread_local! {
    static AT_THE_END: AtTheEnd = const { AtTheEnd(Cell::new(0)) };
}

/// Allocates and frees while its thread ends, whatever else is gone by then.
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
        .expect("it ends well");
    }
    assert!(eventually(|| process().live_bytes == BYTES.load(Relaxed) as u64));
}

#[test]
fn the_allocator_is_found_to_be_installed() {
    let _alone = alone();
    assert!(is_installed());
    let text = measure(|| drop(vec![0_u8; 10])).1.to_string();
    assert_eq!(
        text,
        "net +0 B in +0 blocks (allocated 10 B in 1, freed 10 B in 1, resized 0 times), peak 10 B"
    );
}
