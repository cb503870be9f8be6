use deep_size::Reason;
use quick_cache::{sync, unsync};

use crate::for_random_bytes;
use crate::random::{Random, below, length};
use crate::support::{assert_lower_bound, assert_opaque};

#[test]
fn random_caches_are_lower_bounds() {
    for_random_bytes(|source| {
        assert_lower_bound(Reason::Capacity, || {
            let mut cache = unsync::Cache::new(1 + below(source, 30));
            for _ in 0..length(source, 0) {
                cache.insert(u8::random(source, 0), String::random(source, 1));
            }
            cache
        });
    });
}

#[test]
fn a_cache_for_several_threads_is_opaque() {
    assert_opaque(Reason::Handle, || {
        let cache = sync::Cache::new(10);
        cache.insert(1, String::from("text"));
        cache
    });
}
