use std::num::NonZeroUsize;

use deep_size::{DeepSize, Reason};
use lru::LruCache;

use crate::random::{Random, below};
use crate::support::{assert_opaque, live_bytes};

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
        let entries = 4 + below(source, 40);
        assert_opaque(Reason::Hidden, || {
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
            }
            cache
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
    let heap = assert_opaque(Reason::Hidden, LruCache::<u64, u32>::unbounded);
    assert_eq!(heap, 2 * 32);
}
