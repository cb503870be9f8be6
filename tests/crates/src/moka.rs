use deep_size::DeepSize;
use deep_size::{Reason, Size};
use moka::sync::{Cache, SegmentedCache};

#[test]
fn caches_are_opaque() {
    let cache = Cache::new(10);
    cache.insert(1, String::from("text"));
    assert_eq!((cache.heap_size(), Size::of(&cache).opaque_part_count), (0, 1));
    let segmented: SegmentedCache<u8, String> = SegmentedCache::new(10, 2);
    assert_eq!(crate::support::Sum::of(&segmented).opaque, [Reason::Handle]);
}
