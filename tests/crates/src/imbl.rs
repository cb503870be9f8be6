use arbitrary::Unstructured;
use deep_size::{DeepSize, Reason, Tally};
use imbl::shared_ptr::RcK;
use imbl::{GenericOrdMap, GenericVector, HashMap, HashSet, OrdMap, OrdSet, Vector};

use crate::exact;
use crate::random::{Random, below, length};
use crate::sharing::assert_counted_once;
use crate::support::{Sum, assert_exact, assert_lower_bound, assert_opaque, live_bytes};
use crate::trial::for_random_bytes;

/// Up to 60 elements, which fit into one chunk.
impl<A: Random + Clone> Random for Vector<A> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut items = Vector::new();
        for _ in 0..length(source, depth) {
            match below(source, 5) {
                0 => items.push_front(A::random(source, depth + 1)),
                1 => drop(items.pop_front()),
                2 => drop(items.pop_back()),
                _ => items.push_back(A::random(source, depth + 1)),
            }
        }
        items
    }
}

/// Up to 12 entries, which fit into one leaf.
impl<K: Random + Ord + Clone, V: Random + Clone> Random for OrdMap<K, V> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut map = OrdMap::new();
        for _ in 0..length(source, depth + 1) {
            map.insert(K::random(source, depth + 1), V::random(source, depth + 1));
        }
        map
    }
}

impl<A: Random + Ord + Clone> Random for OrdSet<A> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        (0..length(source, depth + 1)).map(|_| A::random(source, depth + 1)).collect()
    }
}

exact! {
    vectors: Vector<String>;
    vectors_of_numbers: Vec<Vector<u16>>;
    vectors_of_vectors: Vector<Vector<Box<u8>>>;
    vectors_of_large_elements: Vector<(u8, u128)>;
    ordered_maps: OrdMap<u8, String>;
    ordered_maps_of_maps: Vec<OrdMap<String, OrdMap<u16, u128>>>;
    ordered_sets: Vec<OrdSet<String>>;
    ordered_sets_of_bytes: Vec<OrdSet<u8>>;
}

/// Versions of one collection, each derived from another by a change.
fn versions<C: Clone>(
    source: &mut Unstructured<'_>,
    first: C,
    change: impl Fn(&mut C, &mut Unstructured<'_>),
) -> Vec<C> {
    let mut versions = vec![first];
    for _ in 0..below(source, 4) {
        let mut next = versions[below(source, versions.len())].clone();
        for _ in 0..below(source, 5) {
            change(&mut next, source);
        }
        versions.push(next);
    }
    versions
}

/// Asserts that no byte is counted twice or in excess.
fn assert_bounded<T: DeepSize>(build: impl FnOnce() -> T) {
    assert_opaque(Reason::Hidden, build);
}

#[test]
fn versions_of_a_large_vector_count_shared_nodes_once() {
    for_random_bytes(|source| {
        assert_bounded(|| {
            let first: Vector<String> =
                (0..70 + below(source, 70)).map(|number| number.to_string()).collect();
            versions(source, first, |vector, source| match below(source, 6) {
                0 => vector.push_front(String::from("front")),
                1 => drop(vector.pop_back()),
                2 => drop(vector.split_off(vector.len() / 2)),
                3 => vector.append(vector.clone()),
                4 if !vector.is_empty() => vector[0].push('x'),
                _ => vector.push_back(String::from("back")),
            })
        });
    });
}

#[test]
fn versions_of_a_large_map_count_shared_nodes_once() {
    for_random_bytes(|source| {
        assert_lower_bound(Reason::Hidden, || {
            let first: OrdMap<u16, String> =
                (0..50_u16).map(|number| (number * 7, number.to_string())).collect();
            versions(source, first, |map, source| {
                let key = u16::random(source, 1) % 400;
                if bool::random(source, 1) {
                    map.insert(key, String::from("new"));
                } else {
                    map.remove(&key);
                }
            })
        });
    });
}

#[test]
fn versions_of_a_hash_map_count_shared_nodes_once() {
    for_random_bytes(|source| {
        assert_lower_bound(Reason::Hidden, || {
            let first: HashMap<u8, String> = (0..12_u8).map(|number| (number, number.to_string())).collect();
            versions(source, first, |map, source| {
                map.insert(u8::random(source, 1), String::from("new"));
            })
        });
    });
}

#[test]
fn handles_on_one_collection_count_it_once() {
    assert_counted_once(|| (0..40).map(|number| number.to_string()).collect::<Vector<_>>());
    assert_counted_once(|| (0..10).map(|number| (number, vec![number])).collect::<OrdMap<u8, Vec<u8>>>());
    assert_counted_once(|| (0..10).map(|number| number.to_string()).collect::<OrdSet<String>>());

    let map: HashMap<u16, String> = (0..100_u16).map(|number| (number, number.to_string())).collect();
    let mut tally = Tally::new();
    let alone = tally.add(&map);
    assert!(alone > 100 * size_of::<(u16, String)>() / 2 + 190);
    assert_eq!(tally.add(&map.clone()), size_of_val(&map));
}

#[test]
fn collections_without_a_weak_count_are_exact() {
    assert_exact(|| (0..40).collect::<GenericVector<u64, RcK>>());
    assert_exact(|| (0..10).map(|number| (number, [number])).collect::<GenericOrdMap<u8, [u8; 1], RcK>>());
}

#[test]
fn new_collections_own_nothing() {
    assert_exact(Vector::<String>::new);
    assert_exact(OrdMap::<u8, String>::new);
    assert_exact(OrdSet::<String>::new);
    assert_exact(HashMap::<u8, String>::new);
    assert_exact(HashSet::<String>::new);
}

#[test]
fn emptied_collections_are_opaque() {
    let emptied = || {
        let mut map = OrdMap::unit(1, String::from("one"));
        map.remove(&1);
        map
    };
    assert_bounded(emptied);
    assert_bounded(|| {
        let mut set = HashSet::<u8>::unit(1);
        set.remove(&1);
        set
    });
    assert_bounded(|| {
        let mut set = OrdSet::unit(1);
        set.remove(&1);
        set
    });
}

#[test]
fn bounds_of_large_collections_are_close() {
    /// Asserts that at least this percentage of the bytes is measured.
    fn assert_near<T: DeepSize>(hundredths: usize, build: impl FnOnce() -> T) {
        let before = live_bytes();
        let value = build();
        let built = (live_bytes() - before) as usize;
        let measured = value.heap_size();
        assert!(measured <= built && measured * 100 >= built * hundredths, "{measured} of {built}");
        let sum = Sum::of(&value);
        let bounds = sum.lower_bounds.iter().map(|(reason, _)| *reason);
        assert_eq!(bounds.chain(sum.opaque.iter().copied()).collect::<Vec<_>>(), [Reason::Hidden]);
    }
    assert_near(90, || (0..10_000_u64).collect::<Vector<_>>());
    assert_near(85, || (0..10_000_u64).map(|number| (number, number)).collect::<OrdMap<u64, u64>>());
    assert_near(30, || (0..10_000_u64).map(|number| (number, number)).collect::<HashMap<u64, u64>>());
}

#[test]
fn a_chunk_is_reported_with_an_address_inside() {
    /// The first shared block.
    #[derive(Default)]
    struct Address(Option<deep_size::SharedBlock>);

    impl deep_size::Observer for Address {
        fn enter(&mut self, _: &deep_size::observer::Node) {}

        fn exit(&mut self) {}

        fn allocation(&mut self, _: &deep_size::observer::Allocation) {}

        fn shared(&mut self, event: &deep_size::observer::SharedEvent) {
            self.0.get_or_insert(event.block);
        }
    }

    let mut vector: Vector<u64> = (0..64).collect();
    let last = std::ptr::from_ref(&vector[63]).addr();
    while vector.pop_front().is_some() {}
    let mut found = Address::default();
    Tally::new().add_observed(&vector, &mut found);
    let block = found.0.expect("the walk reports a chunk");
    assert!((last - 63 * 8 - 32..last + 8).contains(&block.address), "{:#x}, {last:#x}", block.address);
}
