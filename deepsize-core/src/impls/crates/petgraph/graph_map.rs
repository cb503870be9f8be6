//! `GraphMap`: an `IndexMap` of nodes, each with a vector of its neighbours, and an `IndexMap` of edges.
//!
//! The maps are as exact as in `indexmap`. The spare capacity of the vectors is not counted.

use core::hash::BuildHasher;

use petgraph::graphmap::{GraphMap, NodeTrait};
use petgraph::{Direction, EdgeType};

use super::{Edges, Nodes, walk_known};
use crate::impls::crates::indexmap::walk_blocks;
use crate::impls::hash_table::walk_hasher;
use crate::{DeepSize, Reason, Walker};

/// An element of a node's vector of neighbours. The flag is the direction.
type Neighbour<N> = (N, bool);

/// The value of a node in the map.
type Neighbours<N> = alloc::vec::Vec<Neighbour<N>>;

/// The maps, and the neighbours of each node. Nodes are `Copy`, so they own nothing.
impl<N: NodeTrait, E: DeepSize, Ty: EdgeType, S: BuildHasher> DeepSize for GraphMap<N, E, Ty, S> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let (nodes, edges) = self.capacity();
        walker.field_with("nodes", &Nodes, |_, walker| {
            walk_blocks::<N, Neighbours<N>>(walker, nodes, self.node_count(), core::ptr::null());
            for node in self.nodes() {
                walk_known::<Neighbour<N>>(walker, degree(self, node), core::ptr::null());
            }
        });
        walker.field_with("edges", &Edges, |_, walker| {
            let mut weights = self.all_edges().map(|(_, _, weight)| weight).peekable();
            let first = weights.peek().filter(|_| size_of::<E>() > 0);
            let first = first.map_or(core::ptr::null(), |&weight| core::ptr::from_ref(weight));
            walk_blocks::<(N, N), E>(walker, edges, self.edge_count(), first.cast());
            walker.elements(weights);
        });
        if edges > 0 && self.node_count() > 0 {
            // The vectors of neighbours may have spare capacity, even at nodes without edges.
            walker.lower_bound(Reason::Capacity, None);
        }
        walk_hasher::<S>(walker);
    }
}

/// The number of neighbours in the vector of a node: one for each edge from or to it.
fn degree<N: NodeTrait, E, Ty: EdgeType, S: BuildHasher>(graph: &GraphMap<N, E, Ty, S>, node: N) -> usize {
    if !graph.is_directed() {
        return graph.neighbors(node).count();
    }
    let [out, into] =
        [Direction::Outgoing, Direction::Incoming].map(|way| graph.neighbors_directed(node, way).count());
    // A loop is found in both directions.
    out + into - usize::from(graph.contains_edge(node, node))
}
