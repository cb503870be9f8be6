use std::hash::Hash;

use arbitrary::Unstructured;
use dashmap::{DashMap, DashSet, ReadOnlyView};
use deep_size::{DeepSize, Reason};

use crate::random::{Random, below, length};
use crate::support::report::checked_report;
use crate::support::{Sum, assert_opaque, live_blocks, live_bytes};

fn map<K: Random + Eq + Hash, V: Random>(source: &mut Unstructured<'_>) -> DashMap<K, V> {
    let shards = 1 << (1 + below(source, 4));
    let map = DashMap::with_capacity_and_shard_amount(below(source, 50), shards);
    for _ in 0..2 * length(source, 0) {
        let key = K::random(source, 1);
        match below(source, 4) {
            0 => drop(map.remove(&key)),
            _ => drop(map.insert(key, V::random(source, 1))),
        }
    }
    match below(source, 5) {
        0 => map.shrink_to_fit(),
        1 => map.clear(),
        2 => map.retain(|_, _| bool::random(source, 0)),
        _ => {}
    }
    map
}

/// Like `assert_exact`, but measuring may allocate temporarily, because the map's iterator does.
fn assert_random_values_exact<T: DeepSize>(build: impl Fn(&mut Unstructured<'_>) -> T) {
    crate::trial::for_random_bytes(|source| {
        let before = (live_bytes(), live_blocks());
        let value = build(source);
        let built = (live_bytes() - before.0, live_blocks() - before.1);
        assert_eq!(value.heap_size() as isize, built.0);
        let sum = Sum::of(&value);
        assert_eq!(sum.bytes, value.deep_size());
        assert_eq!((sum.blocks as isize, &sum.opaque[..]), (built.1, &[][..]));
        drop(sum);
        checked_report(&value);
        drop(value);
        assert_eq!((live_bytes(), live_blocks()), before);
    });
}

#[test]
fn maps_are_exact() {
    // One-time allocations of the crate and the standard library.
    drop(DashMap::<u8, u8>::new());

    assert_random_values_exact(map::<u64, u64>);
    assert_random_values_exact(map::<u8, ()>);
}

#[test]
fn maps_of_strings_are_exact() {
    drop(DashMap::<u8, u8>::new());

    assert_random_values_exact(map::<String, Vec<u8>>);
}

#[test]
fn sets_and_views_are_exact() {
    drop(DashMap::<u8, u8>::new());

    assert_random_values_exact(|source| {
        map::<String, ()>(source).into_iter().map(|(key, ())| key).collect::<DashSet<_>>()
    });
    assert_random_values_exact(|source| map::<u32, String>(source).into_read_only());
}

#[test]
fn maps_in_maps_are_exact() {
    drop(DashMap::<u8, u8>::new());

    assert_random_values_exact(|source| {
        let outer = DashMap::with_shard_amount(2);
        for key in 0..below(source, 4) {
            outer.insert(key, vec![map::<u16, String>(source)]);
        }
        outer
    });
}

#[test]
fn a_locked_shard_is_opaque() {
    let map: DashMap<u32, String> = (0..100).map(|key| (key, key.to_string())).collect();
    let all = map.heap_size();
    let held = map.get_mut(&7).expect("the entry exists");
    let sum = Sum::of(&map);
    assert_eq!(sum.opaque, [Reason::Locked]);
    assert!(map.heap_size() < all);
    drop(held);
    let held = map.get(&7).expect("the entry exists");
    assert_eq!(map.heap_size(), all);
    drop(held);
    assert_eq!(map.heap_size(), all);
}

#[test]
fn a_map_with_a_live_iterator_can_be_measured() {
    let map: DashMap<u32, String> = (0..100).map(|key| (key, key.to_string())).collect();
    let size = map.deep_size();
    map.iter().for_each(|_| assert_eq!(map.deep_size(), size));
}

#[test]
fn a_view_owns_the_memory_of_the_map() {
    let map: DashMap<u32, String> = (0..100).map(|key| (key, key.to_string())).collect();
    let heap = map.heap_size();
    let view: ReadOnlyView<_, _> = map.into_read_only();
    assert_eq!(view.heap_size(), heap);
}

/// A hasher with hidden memory.
#[derive(Clone, Default)]
struct Seeds(Vec<u8>);

impl std::hash::BuildHasher for Seeds {
    type Hasher = std::hash::DefaultHasher;

    fn build_hasher(&self) -> Self::Hasher {
        let mut hasher = Self::Hasher::new();
        self.0.hash(&mut hasher);
        hasher
    }
}

#[test]
fn a_hasher_that_may_own_memory_is_opaque() {
    drop(DashMap::<u8, u8>::new());
    assert_opaque(Reason::Hidden, || DashMap::<u8, u8, Seeds>::with_hasher(Seeds(vec![1])));
}

#[test]
fn maps_with_any_number_of_shards_are_measured() {
    let map: DashMap<u32, String> = DashMap::with_shard_amount(1 << 14);
    map.insert(1, String::from("one"));
    let measure = || assert!(map.heap_size() > (1 << 14) * size_of::<usize>());
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(512 << 10);
        thread.spawn_scoped(scope, measure).expect("it starts").join().expect("it fits");
    });
}

#[test]
fn tables_are_reported_with_an_address_inside() {
    /// The addresses and sizes of the tables.
    #[derive(Default)]
    struct Tables(Vec<(usize, usize)>);

    impl deep_size::Observer for Tables {
        fn enter(&mut self, _: &deep_size::observer::Node) {}

        fn exit(&mut self) {}

        fn allocation(&mut self, allocation: &deep_size::observer::Allocation) {
            self.0.push((allocation.address.expect("the table has an address"), allocation.layout.size()));
        }
    }

    let map: DashMap<u64, u64> = DashMap::with_shard_amount(2);
    map.insert(1, 2);
    let entry = std::ptr::from_ref(map.get(&1).expect("the entry exists").value()).addr();
    let mut tables = Tables::default();
    deep_size::Tally::new().add_observed(&map, &mut tables);
    let [_, (address, size)] = tables.0[..] else {
        panic!("expected the shards and one table: {:?}", tables.0)
    };
    assert!(entry.abs_diff(address) < size, "{entry:#x} {address:#x} {size}");
}
