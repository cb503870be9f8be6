//! Breakdowns with the statistics of `jemalloc`.

use deep_size_track::BreakdownPart::{Claimed, OtherAnonymous, Retained, Unclaimed};
use deep_size_track::{Breakdown, TrackingAllocator};
use tikv_jemalloc_ctl::{epoch, stats};
use tikv_jemallocator::{Jemalloc, usable_size};

#[global_allocator]
static ALLOCATOR: TrackingAllocator<Jemalloc> = TrackingAllocator::new(Jemalloc);

fn take(claimed: u64) -> Result<Breakdown, tikv_jemalloc_ctl::Error> {
    epoch::advance()?;
    let mapped = stats::mapped::read()? + stats::retained::read()?;
    let breakdown =
        Breakdown::take().with_in_use(stats::allocated::read()? as u64).with_mapped(mapped as u64);
    Ok(breakdown.with_claimed(claimed))
}

// Without the test harness, whose main thread may allocate at any time.
fn main() {
    parts_follow_the_program();
}

fn parts_follow_the_program() {
    let before = take(0).unwrap();
    let blocks: Vec<Vec<u8>> = (0..10_000).map(|_| vec![1; 1100]).collect();
    let held = take(11_000_000).unwrap();
    let all = blocks.iter().map(|block| block.as_ptr()).chain([blocks.as_ptr().cast()]);
    // SAFETY: the vectors own these blocks.
    let rounded: usize = all.map(|block| unsafe { usable_size(block) }).sum();
    let change = |size: fn(&Breakdown) -> Option<u64>| size(&held).unwrap() - size(&before).unwrap();
    assert_eq!(change(Breakdown::requested_size), 11_240_000);
    // The thread's cache has a few more blocks.
    let cached = change(Breakdown::in_use_size) - rounded as u64;
    assert!(cached < 256 << 10, "{cached}");
    drop(blocks);
    let freed = take(0).unwrap();
    let of = |breakdown: &Breakdown, part| breakdown.size(part).unwrap();
    assert_eq!((of(&held, Claimed), of(&freed, Claimed)), (11_000_000, 0));
    assert_eq!(of(&held, Unclaimed), of(&before, Unclaimed) + 240_000);
    assert!(of(&freed, Retained) > of(&held, Retained) + 11_000_000, "{held}{freed}");
    for breakdown in [before, held, freed] {
        // Almost all anonymous memory is the allocator's.
        assert!((0..4 << 20).contains(&of(&breakdown, OtherAnonymous)), "{breakdown}");
        let sum = breakdown.rows().map(|(_, size)| size).sum::<i64>();
        assert_eq!(breakdown.resident_size(), Some(sum as u64));
    }
}
