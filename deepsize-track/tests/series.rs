//! Series of snapshots.
#![cfg(feature = "sites")]

mod shared;

use std::collections::VecDeque;
use std::hint::black_box;
use std::time::Duration;

use deep_size_track::{By, Recorder, Series, Snapshot, TrackingAllocator, Verdict};
use shared::{alone, random};

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

fn bytes(size: usize) -> Vec<u8> {
    black_box(Vec::with_capacity(size))
}

#[inline(never)]
fn fill_cache(cache: &mut VecDeque<Vec<u8>>, size: usize) {
    cache.push_back(bytes(size));
    if cache.len() > 40 {
        cache.pop_front();
    }
}

#[inline(never)]
fn fill_and_flush(queue: &mut Vec<Vec<u8>>) {
    queue.push(bytes(500));
    if queue.len() > 15 {
        queue.clear();
    }
}

#[inline(never)]
fn fluctuate(size: usize) -> Vec<u8> {
    bytes(size)
}

#[inline(never)]
fn leak(kept: &mut Vec<Vec<u8>>) {
    kept.push(bytes(16));
}

/// A server with a bounded cache, a queue that is flushed, a buffer of random size and a leak of 16 bytes in every turn.
#[test]
fn only_the_leak_among_caches_grows() {
    let _alone = alone();
    let mut random = random();
    let recording = Recorder::all().start();
    let (mut cache, mut queue, mut kept) = (VecDeque::new(), Vec::new(), Vec::with_capacity(1000));
    let mut buffer = Vec::new();
    let mut series = [(By::Function, Series::new()), (By::Trace, Series::new())];
    for minute in 0..40 {
        for _ in 0..4 {
            fill_cache(&mut cache, 1000 + random(1000));
            fill_and_flush(&mut queue);
            buffer = fluctuate(1 + random(100_000));
            leak(&mut kept);
        }
        let snapshot = Snapshot::take();
        for (by, series) in &mut series {
            let statistics = snapshot.statistics(*by);
            let sum: u64 = statistics.figures().map(|(_, size)| size).sum();
            assert_eq!(sum, snapshot.live_amount().size);
            series.add(Duration::from_secs(60 * minute), statistics.figures());
        }
    }
    recording.stop();
    // By function, all blocks are of `bytes`. The leak is 0.1 % of them, so the caches hide it.
    let (_, traces) = &series[1];
    let verdicts = traces.verdicts();
    let growing: Vec<_> =
        verdicts.iter().filter(|(_, verdict)| matches!(verdict, Verdict::Growing { .. })).collect();
    let [(name, Verdict::Growing { rate, .. })] = growing[..] else { panic!("{traces}") };
    assert!((rate - 60.0 * 4.0 * 16.0).abs() < 1e-6, "{traces}");
    assert!(name.matches(" < ").count() >= 2, "{name}");
    drop((cache, queue, kept, buffer));
}
