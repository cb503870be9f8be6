//! Breakdowns with the statistics of `jemalloc`.

use deep_size_track::BreakdownPart::{NotResident, OtherAnonymous, Retained, Unclaimed};
use deep_size_track::{Breakdown, TrackingAllocator, process};
use tikv_jemalloc_ctl::{epoch, stats};
use tikv_jemallocator::Jemalloc;

#[global_allocator]
static ALLOCATOR: TrackingAllocator<Jemalloc> = TrackingAllocator::new(Jemalloc);

fn take() -> Breakdown {
    epoch::advance().unwrap();
    Breakdown::take()
        .with_in_use(stats::allocated::read().unwrap() as u64)
        .with_mapped((stats::mapped::read().unwrap() + stats::retained::read().unwrap()) as u64)
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
    println!("{}", process().live_size);
}
