use deep_size::Reason;
use hashlink::{LinkedHashMap, LinkedHashSet, LruCache};

use crate::for_random_bytes;
use crate::linked_hash_map::linked_maps;
use crate::random::{Random, below, length};
use crate::support::{assert_lower_bound, live_bytes};

linked_maps! { LinkedHashMap }

#[test]
fn random_sets_and_caches_are_lower_bounds() {
    for_random_bytes(|source| {
        assert_lower_bound(Reason::Hidden, || {
            let numbers: Vec<u16> = Random::random(source, 0);
            numbers.into_iter().map(|number| number.to_string()).collect::<LinkedHashSet<_>>()
        });
        assert_lower_bound(Reason::Hidden, || {
            let mut cache = LruCache::new(below(source, 30));
            for _ in 0..length(source, 0) {
                cache.insert(u8::random(source, 0), String::random(source, 1));
            }
            cache
        });
    });
}

#[test]
fn elements_without_a_size_are_measured() {
    assert_lower_bound(Reason::Hidden, || LinkedHashSet::<()>::from_iter([()]));
    assert_lower_bound(Reason::Hidden, || LinkedHashMap::<(), u128>::from_iter([((), 1)]));
}
