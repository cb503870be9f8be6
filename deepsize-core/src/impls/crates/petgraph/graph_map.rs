//! `GraphMap`: an `IndexMap` of nodes, each with a vector of its neighbours, and one of edges. The maps are told as well as
//! `indexmap`'s; of the vectors what is in use is counted, and their room is opaque.

use core::hash::BuildHasher;

use petgraph::graphmap::{GraphMap, NodeTrait};
use petgraph::{Direction, EdgeType};

use super::{Edges, Nodes, walk_known};
use crate::impls::crates::indexmap::walk_blocks;
use crate::impls::hash_table::walk_hasher;
use crate::{DeepSize, Reason, Walker};

/// A neighbour, as a node's vector holds it; the flag stands for the direction.
type Neighbour<N> = (N, bool);

/// The vector of neighbours, as the map holds it.
type Neighbours<N> = alloc::vec::Vec<Neighbour<N>>;

/// The maps, and the neighbours of each node. Nodes are `Copy`, and own nothing.
impl<N: NodeTrait, E: DeepSize, Ty: EdgeType, S: BuildHasher> DeepSize for GraphMap<N, E, Ty, S> {
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
        if self.edge_count() > 0 {
            // The neighbours have more room than is known, and so may the maps.
            walker.opaque(Reason::Hidden);
        }
        walk_hasher::<S>(walker);
    }
}

/// How many neighbours the vector of a node holds: one for each edge from or to it.
fn degree<N: NodeTrait, E, Ty: EdgeType, S: BuildHasher>(graph: &GraphMap<N, E, Ty, S>, node: N) -> usize {
    if !graph.is_directed() {
        return graph.neighbors(node).count();
    }
    let [out, into] =
        [Direction::Outgoing, Direction::Incoming].map(|way| graph.neighbors_directed(node, way).count());
    // A loop is found both ways.
    out + into - usize::from(graph.contains_edge(node, node))
}
