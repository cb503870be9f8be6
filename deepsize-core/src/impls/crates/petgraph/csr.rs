//! `Csr` and `adj::List`: the elements of their vectors, without spare capacity.

use alloc::vec::Vec;

use petgraph::EdgeType;
use petgraph::adj::List;
use petgraph::csr::Csr;
use petgraph::data::DataMap;
use petgraph::graph::IndexType;
use petgraph::visit::{IntoNodeReferences, NodeCount};

use super::{Edges, Nodes, walk_known, walk_vector};
use crate::{DeepSize, Reason, Walker};

/// A column and a weight per edge, a row and a weight per node.
impl<N: DeepSize, E: DeepSize, Ty: EdgeType, Ix: IndexType> DeepSize for Csr<N, E, Ty, Ix> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let indices = 0..self.node_count();
        walker.field_with("nodes", &Nodes, |_, walker| {
            walk_known::<usize>(walker, self.node_count() + 1, core::ptr::null());
            let weights = self.node_references().map(|(_, weight)| weight);
            walk_vector::<N, N>(walker, (self.node_count(), self.node_count()), weights);
        });
        walker.field_with("edges", &Edges, |_, walker| {
            let weights = indices.flat_map(|node| self.edges_slice(Ix::new(node)));
            // An undirected graph stores each edge twice.
            let count = weights.clone().count();
            let columns = if self.node_count() > 0 {
                self.neighbors_slice(Ix::new(0)).as_ptr()
            } else {
                core::ptr::null()
            };
            walk_known::<Ix>(walker, count, columns);
            walk_vector::<E, E>(walker, (count, count), weights);
        });
        walker.lower_bound(Reason::Capacity, None);
    }
}

/// An element of a node's vector of successors.
///
/// Source: `WSuc` in `adj.rs`, version 0.8.3.
struct Successor<E, Ix> {
    _node: Ix,
    _weight: E,
}

/// A vector of successors per node.
impl<E: DeepSize, Ix: IndexType> DeepSize for List<E, Ix> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if self.node_count() == 0 {
            // The vector may still own a block, because nodes may have been removed.
            return walker.lower_bound(Reason::Capacity, None);
        }
        walk_known::<Vec<Successor<E, Ix>>>(walker, self.node_count(), core::ptr::null());
        for node in self.node_indices() {
            let successors = self.edge_indices_from(node).count();
            walk_known::<Successor<E, Ix>>(walker, successors, core::ptr::null());
        }
        walker.lower_bound(Reason::Capacity, None);
        walker.elements(self.edge_indices().filter_map(|edge| self.edge_weight(edge)));
    }
}
