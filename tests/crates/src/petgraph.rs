use std::collections::hash_map::RandomState;

use arbitrary::Unstructured;
use deep_size::{DeepSize, Reason, Size, inspect};
use petgraph::acyclic::Acyclic;
use petgraph::adj::List;
use petgraph::csr::Csr;
use petgraph::graph::{Graph, NodeIndex, UnGraph};
use petgraph::graphmap::{DiGraphMap, GraphMap, UnGraphMap};
use petgraph::matrix_graph::{DiMatrix, MatrixGraph, UnMatrix};
use petgraph::stable_graph::{StableGraph, StableUnGraph};
use petgraph::unionfind::UnionFind;
use petgraph::{Directed, EdgeType, Undirected};

use crate::exact;
use crate::random::{Random, below, length};
use crate::support::{assert_exact, assert_flat, assert_lower_bound, assert_opaque};

/// Both graphs have the same methods. They differ only in the effect of a removal.
macro_rules! random {
    ($($graph:ident)*) => {$(
        impl<N: Random, E: Random, Ty: EdgeType> Random for $graph<N, E, Ty, u32> {
            fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
                let mut graph = Self::with_capacity(below(source, 8), below(source, 8));
                for _ in 0..length(source, depth) {
                    let nodes: Vec<_> = graph.node_indices().collect();
                    let any = |source: &mut Unstructured<'_>| nodes.get(below(source, nodes.len().max(1))).copied();
                    match (below(source, 6), any(source), any(source)) {
                        (0, Some(node), _) => drop(graph.remove_node(node)),
                        (1 | 2, Some(from), Some(to)) => {
                            graph.add_edge(from, to, E::random(source, depth + 1));
                        }
                        (3, ..) => {
                            let edge = graph.edge_indices().next();
                            edge.map(|edge| graph.remove_edge(edge));
                        }
                        _ => {
                            graph.add_node(N::random(source, depth + 1));
                        }
                    }
                }
                if below(source, 8) == 0 {
                    graph.clear_edges();
                }
                graph
            }
        }
    )*};
}

random! { Graph StableGraph }

exact! {
    graphs_of_numbers: Graph<u64, u8>;
    graphs_of_units: Graph<(), ()>;
    graphs_of_strings: Graph<String, Vec<u16>>;
    graphs_without_directions: UnGraph<Box<u8>, f64>;
    stable_graphs_of_numbers: StableGraph<u64, u8>;
    stable_graphs_of_strings: StableGraph<String, Vec<u16>>;
    stable_graphs_without_directions: StableUnGraph<u8, Option<Box<u8>>>;
    graphs_of_graphs: Graph<Graph<String, u8>, StableGraph<u8, String>>;
}

#[test]
fn graphs_can_be_shrunk_and_converted() {
    let graph = || {
        let mut graph = Graph::<String, u32>::new();
        let nodes: Vec<_> = (0..20).map(|node| graph.add_node("x".repeat(node))).collect();
        for two in nodes.windows(2) {
            graph.add_edge(two[0], two[1], 7);
        }
        graph
    };
    assert_exact(graph);
    assert_exact(|| {
        let mut graph = graph();
        graph.shrink_to_fit();
        graph
    });
    assert_exact(|| StableGraph::from(graph()));
    assert_exact(|| graph().clone());
}

#[test]
fn indices_are_flat() {
    assert_flat(NodeIndex::<u16>::new(7));
    assert_flat(petgraph::graph::EdgeIndex::<u32>::new(7));
    assert_flat(petgraph::Incoming);
}

#[test]
fn a_report_distinguishes_nodes_from_edges() {
    let mut graph = Graph::<String, Vec<u8>>::new();
    let node = graph.add_node("node".to_owned());
    graph.add_edge(node, node, vec![0; 9]);
    let report = inspect(&graph);
    let deep = |end: &str| {
        let found = report.nodes().find(|node| node.path().to_string().ends_with(end));
        found.unwrap_or_else(|| panic!("{end} in {report}")).deep_size()
    };
    assert_eq!(deep("nodes[]"), size_of::<String>() + 4);
    assert_eq!(deep("edges[]"), size_of::<Vec<u8>>() + 9);
}

/// Asserts that random graphs from `build` are lower bounds.
fn assert_lower_bounds<T: DeepSize>(build: impl Fn(&mut Unstructured<'_>) -> T) {
    crate::trial::for_random_bytes(|source| {
        assert_lower_bound(Reason::Capacity, || build(source));
    });
}

fn map<Ty: EdgeType>(source: &mut Unstructured<'_>) -> GraphMap<u16, String, Ty, RandomState> {
    let mut graph = GraphMap::new();
    graph.add_edge(1, 2, String::new());
    for _ in 0..length(source, 0) {
        let [from, to] = [(); 2].map(|()| below(source, 9) as u16);
        match below(source, 5) {
            0 => drop(graph.remove_edge(from, to)),
            1 => drop(graph.remove_node(from)),
            _ => drop(graph.add_edge(from, to, String::random(source, 1))),
        }
    }
    graph.add_edge(1, 2, String::new());
    graph
}

#[test]
fn maps_are_lower_bounds() {
    assert_lower_bounds(map::<Directed>);
    assert_lower_bounds(map::<Undirected>);
}

#[test]
fn maps_without_edges_are_exact() {
    assert_exact(|| {
        (0..10).fold(DiGraphMap::<u32, ()>::new(), |mut graph, node| {
            graph.add_node(node);
            graph
        })
    });
}

#[test]
fn maps_whose_edges_were_removed_are_lower_bounds() {
    type Graph = UnGraphMap<u32, ()>;
    let edge = |graph: &mut Graph| {
        graph.remove_edge(1, 2);
    };
    let node = |graph: &mut Graph| {
        graph.remove_node(2);
    };
    for remove in [edge as fn(&mut Graph), node] {
        assert_lower_bound(Reason::Capacity, || {
            let mut graph = Graph::from_edges([(1, 2)]);
            remove(&mut graph);
            graph
        });
    }
}

#[test]
fn maps_with_full_vectors_are_measured_completely() {
    // One neighbour for each node fills the vector.
    let pairs = || UnGraphMap::<u8, ()>::from_edges([(1, 2), (3, 4)]);
    let before = crate::support::live_bytes();
    let graph = pairs();
    assert_eq!(graph.heap_size() as isize, crate::support::live_bytes() - before);
}

#[test]
fn matrices_are_lower_bounds() {
    assert_lower_bounds(|source| {
        let mut graph = DiMatrix::<String, String, RandomState>::with_capacity(below(source, 5));
        let nodes: Vec<_> =
            (0..2 + below(source, 6)).map(|_| graph.add_node(String::random(source, 1))).collect();
        for _ in 0..below(source, 12) {
            let [from, to] = [(); 2].map(|()| nodes[below(source, nodes.len())]);
            graph.update_edge(from, to, String::random(source, 1));
        }
        if bool::random(source, 0) {
            graph.remove_node(nodes[0]);
        }
        graph
    });
    assert_lower_bounds(|source| {
        let mut graph = UnMatrix::<u8, u64, RandomState>::default();
        let nodes: Vec<_> = (0..2 + below(source, 6)).map(|node| graph.add_node(node as u8)).collect();
        for _ in 0..below(source, 12) {
            graph.update_edge(nodes[below(source, nodes.len())], nodes[0], 7);
        }
        graph
    });
}

/// petgraph still counts the edges of a removed node.
#[test]
fn edges_of_removed_nodes_are_not_in_use() {
    fn path<Ty: EdgeType>() -> MatrixGraph<(), u64, RandomState, Ty> {
        let mut graph = MatrixGraph::with_capacity(0);
        let nodes = [(); 6].map(|()| graph.add_node(()));
        for two in nodes.windows(2) {
            graph.add_edge(two[0], two[1], 7);
        }
        nodes[2..].iter().for_each(|node| graph.remove_node(*node));
        assert_eq!(graph.edge_count(), 5);
        graph
    }
    fn assert_used<Ty: EdgeType>(capacity: usize) {
        assert_lower_bound(Reason::Capacity, path::<Ty>);
        let place = size_of::<Option<u64>>();
        let graph = path::<Ty>();
        let report = inspect(&graph);
        let matrix = report.nodes().find(|node| node.path().to_string().ends_with("edges"));
        let matrix = matrix.expect("the matrix is reported");
        assert_eq!((matrix.deep_size(), matrix.spare_size()), (capacity * place, (capacity - 1) * place));
    }
    assert_used::<Directed>(4);
    assert_used::<Undirected>(3);
}

#[test]
fn compressed_rows_and_lists_are_lower_bounds() {
    fn rows<Ty: EdgeType>(source: &mut Unstructured<'_>) -> Csr<String, Box<u16>, Ty> {
        let mut graph = Csr::new();
        let nodes: Vec<_> =
            (0..below(source, 8)).map(|_| graph.add_node(String::random(source, 1))).collect();
        for _ in 0..below(source, 12) {
            if let [first, .., last] = nodes[..] {
                graph.add_edge(first, last, Box::new(7));
                graph.add_edge(
                    nodes[below(source, nodes.len())],
                    nodes[below(source, nodes.len())],
                    Box::new(8),
                );
            }
        }
        graph
    }
    assert_lower_bounds(rows::<Directed>);
    assert_lower_bounds(rows::<Undirected>);
    assert_lower_bounds(|source| {
        let mut graph = List::<String>::new();
        let nodes: Vec<_> = (0..below(source, 8)).map(|_| graph.add_node()).collect();
        for _ in 0..below(source, 12) {
            if !nodes.is_empty() {
                let [from, to] = [(); 2].map(|()| nodes[below(source, nodes.len())]);
                graph.add_edge(from, to, String::random(source, 1));
            }
        }
        graph
    });
}

#[test]
fn full_vectors_are_measured_completely() {
    let live = crate::support::live_bytes;
    let graph =
        Csr::<(), u16>::from_sorted_edges(&[(0, 1, 5), (1, 2, 6), (2, 3, 7)]).expect("the edges are sorted");
    let before = live();
    let copy = graph.clone();
    assert_eq!(copy.heap_size() as isize, live() - before);

    let before = live();
    let sets = UnionFind::<u32>::new(10);
    assert_eq!(sets.heap_size() as isize, live() - before);
    drop(sets);
    assert_lower_bound(Reason::Capacity, || UnionFind::<u32>::new(10));
}

/// Both vectors get the same requests, so one is at most twice as large as the other.
#[test]
fn the_sets_of_a_union_find_are_lower_bounds_with_a_limit() {
    fn sets<K: petgraph::graph::IndexType>(source: &mut Unstructured<'_>) -> UnionFind<K> {
        let mut sets: UnionFind<K> = if bool::random(source, 0) {
            UnionFind::new(below(source, 20))
        } else {
            UnionFind::with_capacity(below(source, 20))
        };
        for _ in 0..below(source, 12) {
            match below(source, 8) {
                0 => sets.reserve(below(source, 9)),
                1 => sets.reserve_exact(below(source, 9)),
                2 => sets.shrink_to(below(source, 20)),
                3 => sets.shrink_to_fit(),
                4 => sets = sets.clone(),
                _ => (0..below(source, 6)).for_each(|_| assert!(sets.new_set().index() < sets.len())),
            }
        }
        // An empty union-find without a block would be exact.
        sets.new_set();
        sets
    }
    crate::trial::for_random_bytes(|source| {
        assert_exact(|| sets::<u8>(source));
        assert_lower_bound(Reason::Capacity, || sets::<u16>(source));
        let size = Size::of(&sets::<usize>(source));
        assert!(size.missing_size.is_some_and(|missing| missing < size.deep_size), "{size:?}");
    });
    assert_exact(UnionFind::<u32>::new_empty);
}

#[test]
fn the_order_of_an_acyclic_graph_is_opaque() {
    assert_opaque(Reason::Hidden, || {
        let mut graph = Acyclic::<Graph<String, ()>>::new();
        petgraph::data::Build::add_node(&mut graph, "node".to_owned());
        graph
    });
}
