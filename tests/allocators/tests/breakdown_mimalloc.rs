//! Breakdowns with the statistics of `mimalloc`.

use std::ptr::null_mut;

use deep_size_track::{Breakdown, TrackingAllocator};
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: TrackingAllocator<MiMalloc> = TrackingAllocator::new(MiMalloc);

fn take() -> Breakdown {
    let mut committed = 0;
    // SAFETY: the function writes to the pointers that are not null.
    unsafe {
        libmimalloc_sys::mi_process_info(
            null_mut(),
            null_mut(),
            null_mut(),
            null_mut(),
            null_mut(),
            &mut committed,
            null_mut(),
            null_mut(),
        );
    }
    Breakdown::take().with_mapped(committed as u64)
}

#[test]
fn rows_follow_the_program() {
    let before = take();
    println!("{before}");
    let blocks: Vec<Vec<u8>> = (0..10_000).map(|_| vec![1; 1100]).collect();
    let after = take();
    println!("{after}");
    drop(blocks);
    println!("{}", take());
}
