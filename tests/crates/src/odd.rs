//! Rare elements in every kind of collection: over-aligned and zero-sized ones.

use deep_size::{DeepSize, Reason};

use crate::support::{assert_exact, assert_lower_bound, assert_opaque};

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(align(64))]
struct Wide(Box<u8>);

impl DeepSize for Wide {
    fn walk_owned(&self, walker: &mut deep_size::Walker<'_>) {
        walker.field("0", &self.0);
    }
}

fn wide(number: u8) -> Wide {
    Wide(Box::new(number))
}

fn wides() -> impl Iterator<Item = Wide> {
    (0..9).map(wide)
}

#[test]
fn over_aligned_elements_are_exact() {
    assert_exact(|| wides().collect::<thin_vec::ThinVec<_>>());
    assert_exact(|| wides().collect::<ecow::EcoVec<_>>());
    assert_exact(|| wides().collect::<smallvec::SmallVec<[Wide; 2]>>());
    assert_exact(|| wides().collect::<tinyvec::TinyVec<[Wide; 2]>>());
    assert_exact(|| {
        let mut slab = slab::Slab::new();
        for wide in wides() {
            slab.insert(wide);
        }
        slab
    });
    assert_exact(|| {
        let mut map = slotmap::SlotMap::new();
        for wide in wides() {
            map.insert(wide);
        }
        map
    });
    assert_exact(|| wides().map(|wide| (wide, 1_u8)).collect::<hashbrown::HashMap<_, _>>());
    assert_exact(|| wides().enumerate().collect::<indexmap::IndexMap<_, _>>());
    assert_exact(|| triomphe::Arc::new((1_u8, wide(1))));
    assert_exact(|| triomphe::ThinArc::from_header_and_iter(1_u8, wides().collect::<Vec<_>>().into_iter()));
    assert_exact(|| triomphe::ThinArc::from_header_and_slice(wide(1).0, &[1_u8; 5]));
    assert_exact(|| wides().collect::<imbl::Vector<_>>());
    assert_exact(|| wides().map(|wide| (wide, 1_u8)).collect::<imbl::OrdMap<Wide, u8>>());
    assert_exact(|| wides().collect::<rpds::List<_>>());
    assert_exact(|| wides().map(|wide| (wide, 1_u8)).collect::<rpds::RedBlackTreeMap<_, _>>());
    // Registers the thread with `crossbeam`.
    drop(crossbeam::sync::ShardedLock::new(0).read());
    assert_exact(|| crossbeam::sync::ShardedLock::new(wide(1)));
    assert_exact(|| {
        let mut graph = petgraph::Graph::<Wide, Wide>::new();
        let node = graph.add_node(wide(1));
        graph.add_edge(node, node, wide(2));
        graph
    });
}

#[test]
fn over_aligned_elements_are_never_counted_in_excess() {
    assert_opaque(Reason::Hidden, || {
        let queue = crossbeam::queue::SegQueue::new();
        wides().for_each(|wide| queue.push(wide));
        queue
    });
    assert_opaque(Reason::Hidden, || {
        let queue = crossbeam::queue::ArrayQueue::new(10);
        for wide in wides() {
            let _ = queue.push(wide);
        }
        queue
    });
    assert_lower_bound(Reason::Capacity, || {
        let mut cache = lru::LruCache::unbounded();
        for wide in wides() {
            cache.put(wide, 1_u8);
        }
        cache
    });
    assert_lower_bound(Reason::Capacity, || {
        let mut map = http::HeaderMap::<Wide>::default();
        for name in ["host", "accept", "x-other"] {
            for wide in wides() {
                map.append(name, wide);
            }
        }
        map
    });
    assert_lower_bound(Reason::Capacity, || {
        let mut map = slotmap::DenseSlotMap::new();
        for wide in wides() {
            map.insert(wide);
        }
        map
    });
    assert_lower_bound(Reason::Hidden, || wides().map(|wide| (wide, 1_u8)).collect::<imbl::HashMap<_, _>>());
    assert_lower_bound(Reason::Hidden, || wides().collect::<rpds::Vector<_>>());
    assert_lower_bound(Reason::Capacity, || wides().collect::<ndarray::Array1<_>>());
    assert_lower_bound(Reason::Capacity, || {
        let mut graph = petgraph::matrix_graph::MatrixGraph::<Wide, Wide>::new();
        let nodes: Vec<_> = wides().map(|wide| graph.add_node(wide)).collect();
        graph.add_edge(nodes[7], nodes[2], wide(1));
        graph
    });
}

#[test]
fn zero_sized_elements_are_exact() {
    let units = || (0..100).map(|_| ());
    assert_exact(|| units().collect::<thin_vec::ThinVec<_>>());
    assert_exact(|| units().collect::<ecow::EcoVec<_>>());
    assert_exact(|| units().collect::<smallvec::SmallVec<[(); 2]>>());
    assert_exact(|| units().collect::<tinyvec::TinyVec<[(); 2]>>());
    assert_exact(|| triomphe::Arc::new(()));
    assert_exact(|| triomphe::ThinArc::from_header_and_slice((), &[(); 5]));
    assert_exact(|| units().collect::<rpds::List<_>>());
    assert_exact(|| rpds::RedBlackTreeMap::<(), ()>::new().insert((), ()));
    assert_exact(|| units().take(60).collect::<imbl::Vector<_>>());
    assert_exact(|| units().map(|unit| (unit, String::from("one"))).collect::<imbl::OrdMap<(), String>>());
    assert_exact(|| units().collect::<hashbrown::HashSet<_>>());
    assert_exact(|| nalgebra::DVector::from_element(7, ()));
    assert_exact(|| {
        let mut map = slotmap::SlotMap::new();
        for unit in units() {
            map.insert(unit);
        }
        map
    });
    assert_exact(|| {
        let mut slab = slab::Slab::new();
        for unit in units() {
            slab.insert(unit);
        }
        slab
    });
    assert_exact(|| units().collect::<ndarray::Array1<_>>());
    assert_lower_bound(Reason::Hidden, || units().map(|unit| (unit, unit)).collect::<imbl::HashMap<_, _>>());
    assert_lower_bound(Reason::Capacity, || {
        let map: dashmap::DashMap<(), ()> = dashmap::DashMap::new();
        let mut cache = lru::LruCache::<(), ()>::unbounded();
        cache.put((), ());
        (map.len(), cache)
    });
    assert_lower_bound(Reason::Capacity, || {
        let mut map = slotmap::DenseSlotMap::new();
        for unit in units() {
            map.insert(unit);
        }
        map
    });
    assert_lower_bound(Reason::Capacity, || {
        let mut map = http::HeaderMap::<()>::default();
        for unit in units() {
            map.append("host", unit);
        }
        map
    });
}
