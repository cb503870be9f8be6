//! `petgraph` 0.8: `Graph` and `StableGraph` are exact.
//!
//! The other graphs do not expose the capacities of their vectors, so they are reported as lower bounds.

mod csr;
mod graph;
mod graph_map;
mod matrix_graph;

use core::alloc::Layout;

use petgraph::Direction;
use petgraph::acyclic::Acyclic;
use petgraph::graph::{EdgeIndex, NodeIndex};
use petgraph::unionfind::UnionFind;
use petgraph::visit::Visitable;
use petgraph::{Directed, Undirected};

use crate::{DeepSize, Reason, Walker};

/// Names the nodes of a graph and their weights in reports.
struct Nodes;

/// Names the edges of a graph and their weights in reports.
struct Edges;

/// Reports a vector with room for `capacity` elements of type `S`, `len` of them in use, and visits the weights in it.
fn walk_vector<'v, S, T: DeepSize + 'v>(
    walker: &mut Walker<'_>,
    room: (usize, usize),
    weights: impl Iterator<Item = &'v T>,
) {
    let mut weights = weights.peekable();
    walk_block::<S, T>(walker, room, weights.peek().copied());
    walker.elements(weights);
}

/// Reports a vector with room for `capacity` elements of type `S`, `len` of them in use.
fn walk_block<S, T>(walker: &mut Walker<'_>, (capacity, len): (usize, usize), first: Option<&T>) {
    // A zero-sized value can be at the end of the block.
    let first = first.filter(|_| size_of::<T>() > 0).map_or(core::ptr::null(), core::ptr::from_ref);
    if let Ok(layout) = Layout::array::<S>(capacity) {
        walker.allocation(first, layout, len * size_of::<S>());
    }
}

/// Reports a vector of `len` elements, without spare capacity.
fn walk_known<S>(walker: &mut Walker<'_>, len: usize, address: *const S) {
    if let Ok(layout) = Layout::array::<S>(len) {
        walker.allocation(address, layout, layout.size());
    }
}

/// The graph. The order of its nodes is opaque.
impl<G: DeepSize + Visitable> DeepSize for Acyclic<G> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("graph", self.inner());
        walker.opaque(Reason::Hidden);
    }
}

/// The parents and the ranks, with the capacity that both are known to have.
impl<K> DeepSize for UnionFind<K> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let capacity = self.capacity();
        if capacity > 0 {
            walk_known::<K>(walker, capacity, core::ptr::null());
            walk_known::<u8>(walker, capacity, core::ptr::null());
            walker.lower_bound(Reason::Capacity, missing::<K>(capacity));
        }
    }
}

/// The largest possible size in bytes of a union-find's spare capacity, if the smaller vector has room for `capacity` elements.
///
/// Both vectors receive the same reservations. The first capacity of a vector is 8 for bytes, and 4 for larger elements. So one
/// vector has room for at most twice as many elements as the other, even after both were shrunk.
fn missing<K>(capacity: usize) -> Option<usize> {
    match size_of::<K>() {
        0 | 1 => Some(0),
        // A vector of larger elements begins with one.
        size @ ..=1024 => Some(capacity.saturating_mul(size)),
        _ => None,
    }
}

flat! {
    Directed, Undirected, Direction,
    NodeIndex<Ix> where [Ix], EdgeIndex<Ix> where [Ix],
    petgraph::adj::EdgeIndex<Ix> where [Ix: petgraph::graph::IndexType],
}
