//! `Graph` and `StableGraph`: exact.

use petgraph::EdgeType;
use petgraph::graph::{Edge, Graph, IndexType, Node};
use petgraph::stable_graph::StableGraph;

use super::{Edges, Nodes, walk_vector};
use crate::{DeepSize, Walker};

/// Node capacity × node size, and edge capacity × edge size.
impl<N: DeepSize, E: DeepSize, Ty: EdgeType, Ix: IndexType> DeepSize for Graph<N, E, Ty, Ix> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let (nodes, edges) = self.capacity();
        walker.field_with("nodes", &Nodes, |_, walker| {
            walk_vector::<Node<N, Ix>, N>(walker, (nodes, self.node_count()), self.node_weights());
        });
        walker.field_with("edges", &Edges, |_, walker| {
            walk_vector::<Edge<E, Ix>, E>(walker, (edges, self.edge_count()), self.edge_weights());
        });
    }
}

/// Like `Graph`, with the places of removed nodes and edges.
impl<N: DeepSize, E: DeepSize, Ty: EdgeType, Ix: IndexType> DeepSize for StableGraph<N, E, Ty, Ix> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let (nodes, edges) = self.capacity();
        walker.field_with("nodes", &Nodes, |_, walker| {
            walk_vector::<Node<Option<N>, Ix>, N>(walker, (nodes, self.node_count()), self.node_weights());
        });
        walker.field_with("edges", &Edges, |_, walker| {
            walk_vector::<Edge<Option<E>, Ix>, E>(walker, (edges, self.edge_count()), self.edge_weights());
        });
    }
}
