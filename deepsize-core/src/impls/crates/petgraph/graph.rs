//! `Graph` and `StableGraph`: exact.

use petgraph::EdgeType;
use petgraph::graph::{Edge, Graph, IndexType, Node};
use petgraph::stable_graph::StableGraph;

use super::{Edges, Nodes, walk_block};
use crate::container::Map;
use crate::{DeepSize, Walker};

/// Implements `DeepSize` and `Map` for a graph with vectors of these elements.
macro_rules! graphs {
    ($($(#[$attribute:meta])* $graph:ident: $node:ty, $edge:ty;)*) => {$(
        $(#[$attribute])*
        impl<N: DeepSize, E: DeepSize, Ty: EdgeType, Ix: IndexType> DeepSize for $graph<N, E, Ty, Ix> {
            built_in! {}

            fn walk_owned(&self, walker: &mut Walker<'_>) {
                let (nodes, edges) = self.capacity();
                walker.field_with("nodes", &Nodes, |_, walker| {
                    walk_block::<$node, N>(walker, (nodes, self.node_count()), self.node_weights().next());
                    walker.elements(self.node_weights());
                });
                walker.field_with("edges", &Edges, |_, walker| {
                    walk_block::<$edge, E>(walker, (edges, self.edge_count()), self.edge_weights().next());
                    walker.elements(self.edge_weights());
                });
            }
        }

        impl<N, E, Ty: EdgeType, Ix: IndexType> Map for $graph<N, E, Ty, Ix> {
            type Key = N;
            type Value = E;

            fn walk_entries<F, G>(&self, walker: &mut Walker<'_>, walk_node: F, walk_edge: G)
            where
                F: Fn(&N, &mut Walker<'_>),
                G: Fn(&E, &mut Walker<'_>),
            {
                let (nodes, edges) = self.capacity();
                walker.field_with("nodes", &Nodes, |_, walker| {
                    walk_block::<$node, N>(walker, (nodes, self.node_count()), self.node_weights().next());
                    walker.elements_with(self.node_weights(), walk_node);
                });
                walker.field_with("edges", &Edges, |_, walker| {
                    walk_block::<$edge, E>(walker, (edges, self.edge_count()), self.edge_weights().next());
                    walker.elements_with(self.edge_weights(), walk_edge);
                });
            }
        }
    )*};
}

graphs! {
    /// Node capacity × node size, and edge capacity × edge size.
    Graph: Node<N, Ix>, Edge<E, Ix>;
    /// Like `Graph`, with the places of removed nodes and edges.
    StableGraph: Node<Option<N>, Ix>, Edge<Option<E>, Ix>;
}
