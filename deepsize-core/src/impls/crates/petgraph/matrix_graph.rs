//! `MatrixGraph`: the nodes, and the matrix up to the last node with an edge. The rest is not counted.

use core::hash::BuildHasher;

use petgraph::EdgeType;
use petgraph::graph::IndexType;
use petgraph::matrix_graph::{MatrixGraph, Nullable};
use petgraph::visit::{IntoEdgeReferences, IntoNodeReferences};

use super::{Edges, Nodes, walk_vector};
use crate::impls::hash_table::walk_hasher;
use crate::{DeepSize, Reason, Walker};

/// The places of all nodes up to the last, and the matrix up to the last node with an edge.
impl<N, E, S, Ty, Null, Ix> DeepSize for MatrixGraph<N, E, S, Ty, Null, Ix>
where
    N: DeepSize,
    E: DeepSize,
    S: BuildHasher,
    Ty: EdgeType,
    Null: Nullable<Wrapped = E>,
    Ix: IndexType,
{
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field_with("nodes", &Nodes, |_, walker| {
            let indices = self.node_references().map(|(node, _)| node.index());
            let weights = self.node_references().map(|(_, weight)| weight);
            walk_vector::<Option<N>, N>(walker, places(indices), weights);
        });
        walker.field_with("edges", &Edges, |_, walker| {
            let ends = self.edge_references().map(|(from, to, _)| from.index().max(to.index()));
            let (width, edges) = places(ends);
            // An undirected graph stores one half of the matrix and the diagonal.
            let capacity = if self.is_directed() { width * width } else { width * (width + 1) / 2 };
            let weights = self.edge_references().map(|(_, _, weight)| weight);
            walk_vector::<Null, E>(walker, (capacity, edges), weights);
        });
        walker.lower_bound(Reason::Capacity, None);
        walk_hasher::<S>(walker);
    }
}

/// The number of places up to the last taken one, and the number of taken places.
// Not `edge_count`, because it still counts the edges of removed nodes.
fn places(taken: impl Iterator<Item = usize>) -> (usize, usize) {
    taken.fold((0, 0), |(end, count), index| (end.max(index + 1), count + 1))
}
