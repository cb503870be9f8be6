//! Signal handlers that allocate and free, at any instruction of the counting.

use std::alloc::{GlobalAlloc, Layout};
use std::arch::asm;
use std::hint::black_box;
use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use deep_size_track::{ProcessRegion, Region, TrackingAllocator};

use crate::alone::alone;

/// Hands out no memory, so that a handler may interrupt it anywhere.
struct Nothing;

// SAFETY: the blocks are never accessed.
unsafe impl GlobalAlloc for Nothing {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ptr::without_provenance_mut(layout.align())
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}

    unsafe fn realloc(&self, block: *mut u8, _: Layout, _: usize) -> *mut u8 {
        block
    }
}

static COUNTED: TrackingAllocator<Nothing> = TrackingAllocator::new(Nothing);

/// The instruction after which the handler allocates, counted down. 0 if it has done so.
static COUNTDOWN: AtomicU64 = AtomicU64::new(0);

fn layout(size: usize) -> Layout {
    Layout::from_size_align(size, 1).unwrap()
}

/// Allocates and frees 20,000 bytes, allocates 7, and grows them to 10.
extern "C" fn handler(_: libc::c_int) {
    let left = COUNTDOWN.load(Relaxed);
    COUNTDOWN.store(left.saturating_sub(1), Relaxed);
    if left == 1 {
        // SAFETY: there is no memory that could be misused.
        unsafe {
            let block = COUNTED.alloc(layout(20_000));
            COUNTED.realloc(COUNTED.alloc(layout(7)), layout(7), 10);
            COUNTED.dealloc(block, layout(20_000));
        }
    }
}

/// Raises a trap after each instruction.
fn single_step(is_on: bool) {
    let flag = usize::from(is_on) << 8;
    // SAFETY: only the trap flag changes. The flags are popped from where they were pushed.
    unsafe {
        asm!(
            "pushfq",
            "and qword ptr [rsp], ~0x100",
            "or qword ptr [rsp], {flag}",
            "popfq",
            flag = in(reg) flag,
        );
    }
}

#[test]
fn a_signal_handler_may_interrupt_the_counting_anywhere() {
    const SIZE: usize = 5_000_000;
    // Without optimisation, an addition takes more instructions than this.
    const STRIDE: usize = if cfg!(debug_assertions) { 23 } else { 1 };
    let _alone = alone();
    // SAFETY: the handler only counts, which this test is about.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = handler as extern "C" fn(libc::c_int) as usize;
        assert_eq!(libc::sigaction(libc::SIGTRAP, &raw const action, ptr::null_mut()), 0);
    }
    // SAFETY: there is no memory that could be misused.
    let steps: [fn(*mut u8) -> *mut u8; 4] = unsafe {
        [
            |_| COUNTED.alloc(layout(SIZE)),
            |block| COUNTED.realloc(block, layout(SIZE), 2 * SIZE),
            |block| COUNTED.realloc(block, layout(2 * SIZE), SIZE),
            |block| {
                COUNTED.dealloc(block, layout(SIZE));
                block
            },
        ]
    };
    for interrupted in 0..steps.len() {
        for instruction in (1..).step_by(STRIDE) {
            let region = Region::begin();
            let mut block = ptr::null_mut();
            for (at, step) in steps.iter().enumerate() {
                if at == interrupted {
                    COUNTDOWN.store(instruction, Relaxed);
                    single_step(true);
                }
                block = step(block);
                single_step(false);
            }
            let usage = region.end();
            if COUNTDOWN.swap(0, Relaxed) > 0 {
                assert!(instruction > 20, "{instruction}");
                break;
            }
            let place = format!("step {interrupted}, instruction {instruction}");
            assert_eq!((usage.net_size(), usage.net_blocks()), (10, 1), "{place}");
            assert_eq!((usage.allocated_blocks, usage.reallocations), (6, 3), "{place}");
            assert_eq!(usage.allocated_size as usize, 4 * SIZE + 20_017, "{place}");
            // SAFETY: the handler has kept this block.
            unsafe { COUNTED.dealloc(ptr::without_provenance_mut(1), layout(10)) };
        }
        // The published live bytes are right too, except for those that threads have not published.
        let region = ProcessRegion::begin();
        drop(black_box(vec![0_u8; 10 << 20]));
        let peak = region.end().peak_size;
        assert!(peak.abs_diff(10 << 20) <= 8 * (16 << 10), "step {interrupted}: {peak}");
    }
}
