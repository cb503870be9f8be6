use std::num::NonZeroUsize;

use deep_size::{DeepSize, Reason, Size};
use lru::LruCache;

use crate::random::{Random, below};
use crate::support::{assert_exact, assert_lower_bound, live_bytes};

fn room(entries: usize) -> NonZeroUsize {
    NonZeroUsize::new(entries).expect("the capacity is not zero")
}

/// The size of the table of a cache made for this many entries.
fn table(entries: usize) -> usize {
    let buckets = if entries < 8 { 8 } else { (entries * 8 / 7).next_power_of_two() };
    buckets * 17 + 16
}

#[test]
fn random_caches_are_lower_bounds() {
    crate::trial::for_random_bytes(|source| {
        let entries = 2 + below(source, 40);
        assert_lower_bound(Reason::Capacity, || {
            let mut cache = match below(source, 3) {
                0 => LruCache::new(room(entries)),
                1 => LruCache::sparse(room(entries)),
                _ => LruCache::unbounded(),
            };
            for _ in 0..below(source, 80) {
                let key = String::random(source, 1);
                if below(source, 4) == 0 {
                    cache.pop(&key);
                } else {
                    cache.put(key, Vec::<u16>::random(source, 1));
                }
                if below(source, 40) == 0 {
                    cache.resize(room(2 + below(source, 60)));
                }
            }
            if bool::random(source, 0) { cache.clone() } else { cache }
        });
    });
}

#[test]
fn everything_except_the_table_is_exact() {
    for entries in [5, 14, 100, 3000] {
        let before = live_bytes();
        let mut cache = LruCache::<u64, String>::new(room(entries));
        for number in 0..entries {
            let built = usize::try_from(live_bytes() - before).expect("the cache owns its entries");
            let known = cache.heap_size();
            assert!(
                known <= built && built - known <= table(entries),
                "{known} of {built}, {number} entries"
            );
            cache.put(number as u64, "x".repeat(number % 20));
        }
        // The capacity of a full cache is its length.
        assert_eq!(cache.heap_size() as isize, live_bytes() - before, "{entries} entries");
    }
}

#[test]
fn an_empty_cache_owns_the_ends_of_its_list() {
    let heap = assert_lower_bound(Reason::Capacity, LruCache::<u64, u32>::unbounded);
    assert_eq!(heap, 2 * 32);
}

/// Few entries at a time, with many removals. They leave tombstones in tables of two or more groups.
#[test]
fn the_table_of_a_busy_cache_stays_within_its_limit() {
    for (entries, live) in [(2, 1), (7, 6), (28, 15), (28, 27), (100, 60), (112, 112)] {
        assert_lower_bound(Reason::Capacity, || {
            let mut cache = LruCache::<u64, ()>::sparse(room(entries));
            for number in 0..3_000_u64 {
                cache.put(number, ());
                cache.pop(&number.wrapping_sub(live));
            }
            cache
        });
    }
}

#[test]
fn only_a_bounded_cache_has_a_limit() {
    let most = |cache: &LruCache<u64, u64>| Size::of(cache).upper_bound();
    assert_eq!(most(&LruCache::unbounded()), None);
    assert_eq!(most(&LruCache::sparse(NonZeroUsize::MAX)), None);
    assert_eq!(most(&LruCache::sparse(room(usize::MAX / 2))), None);
    assert!(most(&LruCache::sparse(room(usize::MAX / 256))).is_some());
    let cache = LruCache::new(room(14));
    assert_eq!(most(&cache), Some(cache.deep_size() + 32 * 17 + 16));
    assert_exact(|| {
        let mut cache = LruCache::new(room(1));
        cache.put(1, "one");
        cache.put(2, "two");
        cache
    });
}
