//! Live blocks, ages and temporary blocks, compared with the allocations of the test.

#![cfg(feature = "sites")]

mod shared;

use std::collections::BTreeMap;
use std::hint::{black_box, spin_loop};
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::thread;
use std::time::Duration;

use deep_size_track::{
    Amount, By, Filter, LiveBlock, Metric, Recorder, Snapshot, Statistic, Statistics, TrackingAllocator,
    measure,
};

use shared::{alone, random};

#[global_allocator]
static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();

// The constants keep the compiler from merging these functions.

#[inline(never)]
fn site_zero(size: usize) -> Vec<u8> {
    black_box(Vec::with_capacity(black_box(size)))
}

#[inline(never)]
fn site_one(size: usize) -> Vec<u8> {
    black_box(vec![1; black_box(size)])
}

#[inline(never)]
fn site_two(size: usize) -> Vec<u8> {
    black_box(vec![2; black_box(size)])
}

#[inline(never)]
fn site_three(mut block: Vec<u8>, size: usize) -> Vec<u8> {
    block.reserve_exact(black_box(size));
    black_box(block)
}

const SITES: [&str; 4] = ["site_zero", "site_one", "site_two", "site_three"];

fn row<'s>(statistics: &'s Statistics, site: &str) -> Option<Statistic<'s>> {
    statistics.rows().find(|row| row.group().to_string().contains(site))
}

fn is_at(block: LiveBlock<'_>, site: usize) -> bool {
    block.trace().frames().any(|frame| frame.function().contains(SITES[site]))
}

fn sum(amounts: impl Iterator<Item = Amount>) -> (u64, u64) {
    amounts.fold((0, 0), |sum, amount| (sum.0 + amount.size, sum.1 + amount.blocks))
}

/// A live block of the test.
struct Known {
    site: usize,
    block: Vec<u8>,
    /// The number of snapshots taken before it was allocated.
    after: usize,
    /// The turn that allocated it.
    turn: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sums {
    total: (u64, u64),
    temporary: (u64, u64),
    freed: u64,
}

fn add(sum: &mut (u64, u64), size: usize) {
    *sum = (sum.0 + size as u64, sum.1 + 1);
}

#[test]
fn blocks_and_their_statistics_match_a_random_program() {
    let _alone = alone();
    let _recording = Recorder::all().start();
    let mut draw = random();
    // The test's own data must not allocate between the allocations that it observes.
    let mut kept: Vec<Known> = Vec::with_capacity(1000);
    let mut snapshots: Vec<Snapshot> = Vec::with_capacity(1000);
    let mut sums = [Sums::default(); 4];
    // The last allocation that is not freed.
    let mut last = usize::MAX;
    for turn in 0..600 {
        let choice = draw(10);
        if choice < 6 || kept.is_empty() {
            let (site, size) = (draw(3), 1 + draw(3000) / (1 + draw(100)));
            let block = [site_zero, site_one, site_two][site](size);
            add(&mut sums[site].total, size);
            kept.push(Known { site, block, after: snapshots.len(), turn });
            last = turn;
        } else {
            let newest = kept.len() - 1;
            let at = if draw(2) == 0 { newest } else { draw(kept.len()) };
            let Known { site, mut block, turn: allocated, .. } = kept.swap_remove(at);
            let size = block.capacity();
            sums[site].freed += 1;
            if last == allocated {
                add(&mut sums[site].temporary, size);
            }
            if choice < 8 {
                drop(block);
            } else {
                block.clear();
                let block = site_three(block, size + 1);
                add(&mut sums[3].total, size + 1);
                kept.push(Known { site: 3, block, after: snapshots.len(), turn });
                last = turn;
            }
        }
        if turn % 20 == 19 {
            snapshots.push(Snapshot::take());
        }
        if turn % 100 != 99 {
            continue;
        }
        // The comparison allocates too.
        last = usize::MAX;
        thread::sleep(Duration::from_millis(2));
        let snapshot = Snapshot::take_with_blocks();
        assert_eq!(sum(snapshot.blocks().map(LiveBlock::amount)), sum([snapshot.live_amount()].into_iter()));
        let known: BTreeMap<usize, &Known> =
            kept.iter().map(|known| (known.block.as_ptr().addr(), known)).collect();
        let found: BTreeMap<usize, LiveBlock<'_>> =
            snapshot.blocks().map(|block| (block.address(), block)).collect();
        let statistics = snapshot.statistics(By::Function);
        for (address, known) in &known {
            let block = found[address];
            assert_eq!(block.size(), known.block.capacity());
            assert_eq!(block.amount(), snapshot_amount(&snapshot, *address));
            assert!(is_at(block, known.site), "{}", block.trace());
            for (at, earlier) in snapshots.iter().enumerate() {
                assert_eq!(block.is_older_than(earlier), known.after <= at);
            }
            let bounds = |at: usize| snapshot.elapsed() - snapshots[at].elapsed();
            assert!(known.after == 0 || block.age() <= bounds(known.after - 1));
            assert!(known.after == snapshots.len() || block.age() >= bounds(known.after));
        }
        for (site, name) in SITES.into_iter().enumerate() {
            let Some(row) = row(&statistics, name) else {
                assert_eq!(sums[site], Sums::default(), "{name} {statistics}");
                continue;
            };
            assert_eq!(sum([row.total_amount()].into_iter()), sums[site].total, "{name}");
            assert_eq!(sum([row.temporary_amount()].into_iter()), sums[site].temporary, "{name}");
            let traces = || {
                snapshot.traces().filter(|trace| {
                    trace.frames().next().is_some_and(|frame| frame.function().contains(name))
                })
            };
            assert_eq!(sum(traces().map(|trace| trace.temporary_amount())), sums[site].temporary, "{name}");
            let lifetimes: Duration = traces().map(|trace| trace.lifetime_sum()).sum();
            let mean = (lifetimes.as_micros() as u64).checked_div(sums[site].freed);
            assert_eq!(row.mean_lifetime(), mean.map(Duration::from_micros), "{name}");
            let own = || known.iter().filter(move |(_, known)| known.site == site);
            let mut ages: Vec<Duration> = own().map(|(address, _)| found[address].age()).collect();
            ages.sort_unstable();
            let expected =
                ages.first().map(|newest| (*newest, ages[(ages.len() - 1) / 2], ages[ages.len() - 1]));
            assert_eq!(row.ages().map(|ages| (ages.newest, ages.median, ages.oldest)), expected, "{name}");
            // Sizes, of the blocks of one function.
            let pattern = format!("*{name}*");
            let mut bins: BTreeMap<u32, (u64, u64)> = BTreeMap::new();
            own().for_each(|(_, known)| {
                add(bins.entry(known.block.capacity().ilog2()).or_default(), known.block.capacity());
            });
            let histogram = snapshot.filter_traces(&[Filter::only_functions(&pattern)]).size_histogram();
            let rows: Vec<_> =
                histogram.rows().map(|(sizes, amount)| (sizes, amount.size, amount.blocks)).collect();
            let expected: Vec<_> = bins
                .into_iter()
                .map(|(power, (size, n))| ((1 << power)..=(2 << power) - 1, size, n))
                .collect();
            assert_eq!(rows, expected, "{histogram}");
        }
        for _ in 0..5 {
            let (begin, end) = (draw(snapshots.len()), draw(snapshots.len()));
            let between = snapshot.allocated_between(&snapshots[begin], &snapshots[end]);
            let statistics = between.statistics(By::Function);
            for (site, name) in SITES.into_iter().enumerate() {
                let mut expected = (0, 0);
                kept.iter()
                    .filter(|known| known.site == site && (begin + 1..=end).contains(&known.after))
                    .for_each(|known| add(&mut expected, known.block.capacity()));
                let live = row(&statistics, name).map(|row| row.live_amount());
                assert_eq!(sum(live.into_iter()), expected, "{name} {begin}..{end}");
            }
            assert_eq!(between.total_amount(), between.live_amount());
            let age = snapshot.blocks().nth(draw(snapshot.blocks().len())).unwrap().age();
            let older = snapshot.older_than(age);
            let expected = || snapshot.blocks().filter(|block| block.age() >= age);
            assert_eq!(sum([older.live_amount()].into_iter()), sum(expected().map(LiveBlock::amount)));
            assert_eq!(older.blocks().len(), expected().count());
            let ages: Duration = older.traces().map(|trace| trace.age_sum()).sum();
            assert_eq!(ages, expected().map(LiveBlock::age).sum::<Duration>());
            let peak = snapshot.elapsed() - snapshot.peak_elapsed();
            let at_peak = expected().filter(|block| block.age() >= peak);
            assert_eq!(sum([older.peak_amount()].into_iter()), sum(at_peak.map(LiveBlock::amount)));
        }
    }
}

/// The live amount of one block.
fn snapshot_amount(snapshot: &Snapshot, address: usize) -> Amount {
    let age = snapshot.blocks().find(|block| block.address() == address).unwrap().age();
    let block = snapshot.older_than(age).blocks().find(|block| block.address() == address).unwrap().amount();
    assert_eq!(block.blocks, 1);
    block
}

#[test]
fn rows_without_a_freed_block_are_found() {
    let _alone = alone();
    let _recording = Recorder::all().start();
    let kept = (site_zero(100), site_one(200), site_two(300));
    drop(site_two(300));
    let statistics = Snapshot::take().statistics(By::Function);
    let never = statistics.never_freed();
    assert!(row(&never, "site_zero").is_some() && row(&never, "site_one").is_some());
    assert!(row(&never, "site_two").is_none() && row(&statistics, "site_two").is_some());
    let expected = statistics.rows().filter(|row| row.live_amount() == row.total_amount());
    assert_eq!(sum([never.sum()].into_iter()), sum(expected.map(|row| row.live_amount())));
    assert_eq!(row(&never, "site_zero").unwrap().mean_lifetime(), None);
    drop(kept);
    assert!(row(&Snapshot::take().statistics(By::Function).never_freed(), "site_zero").is_none());
}

#[test]
fn rows_that_are_gone_are_not_without_a_freed_block() {
    let _alone = alone();
    let recording = Recorder::all().start();
    let (gone, kept) = (site_zero(100), site_one(200));
    let earlier = Snapshot::take();
    drop(gone);
    // Frees the traces without live blocks.
    recording.reset();
    let comparison = Snapshot::take().compare_to(&earlier, By::Function);
    assert_eq!(row(&comparison, "site_zero").unwrap().size_change(), -100);
    let never = comparison.never_freed();
    assert!(row(&never, "site_zero").is_none() && row(&never, "site_one").is_some());
    assert!(never.size_change() > comparison.size_change());
    drop(kept);
}

#[test]
fn a_sample_shows_all_blocks_with_their_weights_and_only_true_temporaries() {
    let _alone = alone();
    let _recording = Recorder::sampled_every(500).start();
    let mut kept = Vec::with_capacity(4000);
    for _ in 0..2000 {
        kept.push(site_zero(100));
        drop(site_one(100));
        let first = site_two(100);
        // Often not sampled, and an allocation all the same.
        kept.push(site_zero(1));
        drop(first);
    }
    let snapshot = Snapshot::take_with_blocks();
    assert_eq!(sum(snapshot.blocks().map(LiveBlock::amount)), sum([snapshot.live_amount()].into_iter()));
    assert!(snapshot.blocks().any(|block| block.amount().blocks > 1));
    let statistics = snapshot.statistics(By::Function);
    let [zero, one, two] = ["site_zero", "site_one", "site_two"].map(|site| row(&statistics, site).unwrap());
    assert_eq!(one.temporary_amount(), one.total_amount());
    assert!(one.total_amount().size > 100_000);
    for row in [zero, two] {
        assert_eq!((row.temporary_amount().size, row.temporary_amount().blocks), (0, 0));
    }
    let first = statistics.ranked_by(Metric::TemporaryBlocks);
    assert_eq!(first.rows().next().unwrap().group(), one.group());
    let histogram = snapshot.size_histogram();
    assert_eq!(sum(histogram.rows().map(|(_, amount)| amount)), sum([snapshot.live_amount()].into_iter()));
    assert!(histogram.to_string().ends_with("\nfigures are estimates: one byte in 500 B was sampled"));
    // The median counts each block as often as it represents others.
    let mut ages: Vec<(Duration, u64)> = Vec::new();
    snapshot
        .blocks()
        .filter(|block| is_at(*block, 0))
        .for_each(|block| ages.push((block.age(), block.amount().blocks)));
    ages.sort_unstable();
    let expanded: Vec<Duration> =
        ages.iter().flat_map(|&(age, blocks)| std::iter::repeat_n(age, blocks as usize)).collect();
    assert_eq!(zero.ages().unwrap().median, expanded[(expanded.len() - 1) / 2]);
    drop(kept);
}

#[test]
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn live_blocks_count_at_the_name_of_their_thread() {
    let _alone = alone();
    let _recording = Recorder::all().start();
    let mut draw = random();
    let mut kept: Vec<(String, Vec<u8>)> = Vec::new();
    for turn in 0..40 {
        // Threads run one after another, so that they reuse their slots. Names are at most 15 bytes long.
        let name = format!("worker-{}{}", draw(5), if turn % 8 == 0 { " of a long name" } else { "" });
        let (count, size) = (draw(5), 1 + draw(500));
        let work = move || (0..count).map(|_| site_zero(size)).collect::<Vec<_>>();
        let blocks = thread::Builder::new().name(name.clone()).spawn(work).unwrap().join().unwrap();
        kept.extend(blocks.into_iter().map(|block| (name.chars().take(15).collect(), block)));
        if !kept.is_empty() {
            kept.swap_remove(draw(kept.len()));
        }
    }
    // A resized block belongs to the thread that resizes it.
    let (mut before, block) = kept.pop().unwrap();
    let resize = || site_three(block, 1000);
    let moved = thread::scope(|scope| {
        thread::Builder::new().name("resizes".into()).spawn_scoped(scope, resize).unwrap().join().unwrap()
    });
    before.replace_range(.., "resizes");
    kept.push((before, moved));

    let snapshot = Snapshot::take_with_blocks();
    let own = snapshot.filter_traces(&[Filter::only_functions("*site_*")]);
    let mut expected: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    kept.iter().for_each(|(name, block)| add(expected.entry(name).or_default(), block.capacity()));
    let statistics = own.statistics(By::Thread);
    let found: BTreeMap<String, (u64, u64)> =
        statistics.rows().map(|row| (row.group().to_string(), (row.size(), row.count()))).collect();
    assert!(expected.len() > 5);
    assert_eq!(found.iter().map(|(name, sum)| (&**name, *sum)).collect::<BTreeMap<_, _>>(), expected);
    for (name, block) in &kept {
        let found = own.blocks().find(|found| found.address() == block.as_ptr().addr()).unwrap();
        assert_eq!(found.thread_name(), name);
    }
    let workers = own.of_threads("worker-*");
    let expected = kept.iter().filter(|(name, _)| name.starts_with("worker-"));
    let expected = expected.fold((0, 0), |mut sum, (_, block)| {
        add(&mut sum, block.capacity());
        sum
    });
    assert_eq!(sum([workers.live_amount()].into_iter()), expected);
    assert!(row(&workers.statistics(By::Function), "site_three").is_none());
    // All blocks have a thread, and the rows add up.
    let all = snapshot.statistics(By::Thread);
    assert_eq!(all.sum(), snapshot.live_amount());
    assert_eq!(sum(all.rows().map(|row| row.live_amount())), sum([all.sum()].into_iter()));
    assert_eq!(
        sum(all.rows().map(|row| row.peak_amount())),
        sum([all.ranked_by(Metric::PeakSize).sum()].into_iter())
    );
}

#[test]
fn a_block_that_another_thread_frees_is_not_temporary() {
    let _alone = alone();
    let _recording = Recorder::all().start();
    static READY: AtomicBool = AtomicBool::new(false);
    static PASSED: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());
    PASSED.lock().unwrap().reserve(1);
    let freeing = thread::spawn(|| {
        while !READY.load(Acquire) {
            spin_loop();
        }
        let block = PASSED.lock().unwrap().pop();
        drop(block);
    });
    PASSED.lock().unwrap().push(site_zero(100));
    READY.store(true, Release);
    freeing.join().unwrap();
    let statistics = Snapshot::take().statistics(By::Function);
    let row = row(&statistics, "site_zero").unwrap();
    assert_eq!((row.live_amount().blocks, row.temporary_amount().blocks), (0, 0));
}

#[test]
fn snapshots_with_blocks_are_the_trackers_own_memory() {
    let _alone = alone();
    let _recording = Recorder::all().start();
    let kept = (site_zero(100), site_one(5000));
    let usage = measure(|| {
        let earlier = Snapshot::take();
        let snapshot = Snapshot::take_with_blocks();
        let other = (snapshot.older_than(Duration::ZERO), snapshot.allocated_between(&earlier, &snapshot));
        let statistics = snapshot.statistics(By::Line);
        let values =
            (other, statistics.never_freed(), snapshot.size_histogram(), snapshot.filter_traces(&[]));
        drop(black_box(values));
    });
    assert_eq!((usage.usage.allocated_blocks, usage.usage.freed_blocks), (0, 0));
    drop(kept);
}

#[test]
#[should_panic(expected = "the snapshot should be taken with `take_with_blocks`")]
fn a_plain_snapshot_has_no_blocks() {
    let _alone = alone();
    let _recording = Recorder::all().start();
    let _ = Snapshot::take().older_than(Duration::ZERO);
}
