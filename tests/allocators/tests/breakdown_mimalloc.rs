//! Breakdowns with the statistics of `mimalloc`.

use std::ptr::null_mut;

use deep_size_track::BreakdownPart::Unclaimed;
use deep_size_track::{Breakdown, TrackingAllocator};
use libmimalloc_sys::mi_process_info;
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: TrackingAllocator<MiMalloc> = TrackingAllocator::new(MiMalloc);

fn take(claimed: u64) -> Breakdown {
    let (mut committed, null) = (0, null_mut);
    // SAFETY: the function writes to the pointers that are not null.
    unsafe {
        mi_process_info(null(), null(), null(), null(), null(), &raw mut committed, null(), null());
    }
    Breakdown::take().with_mapped(committed as u64).with_claimed(claimed)
}

// Without the test harness, whose main thread may allocate at any time.
fn main() {
    parts_follow_the_program();
}

fn parts_follow_the_program() {
    let before = take(0);
    let blocks: Vec<Vec<u8>> = (0..10_000).map(|_| vec![1; 1100]).collect();
    let held = take(11_000_000);
    assert_eq!(held.size(Unclaimed).unwrap() - before.size(Unclaimed).unwrap(), 240_000);
    for size in [Breakdown::requested_size, Breakdown::mapped_size, Breakdown::resident_size] {
        let change = size(&held).unwrap() - size(&before).unwrap();
        assert!((11_240_000..20 << 20).contains(&change), "{before}{held}");
    }
    drop(blocks);
    let freed = take(0);
    assert_eq!(freed.size(Unclaimed), before.size(Unclaimed));
    for breakdown in [before, held, freed] {
        let sum = breakdown.rows().map(|(_, size)| size).sum::<i64>();
        assert_eq!(breakdown.resident_size(), Some(sum as u64));
    }
}
