use core::ops::Range;
use std::vec::Vec;

use super::back_links::BackLinks;
use super::csr::NONE;
use super::cycles::{Leak, leaks};
use super::drop_outcome::{DropOutcome, DropOutcomes, UnseenHandles};
use super::graph::{HandleEdge, HandleGraph, Handles};
use super::retained::Retained;
use crate::tree::step::Name;

/// The results for the graph, with nodes of a report's tree in place of places.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sharing {
    pub(crate) exclusive: usize,
    pub(crate) external: usize,
    pub(crate) cyclic: usize,
    pub(crate) uncertain: usize,
    /// The parts of `external` and `cyclic` that are uncertain. The rest is a part of `exclusive`.
    pub(crate) uncertain_external: usize,
    pub(crate) uncertain_cyclic: usize,
    /// Whether parts of the value that were not visited may contain handles.
    pub(crate) hides_handles: bool,
    /// Largest retained size first.
    pub(crate) blocks: Vec<Listed>,
    pub(crate) holders: Vec<HeldAt>,
    pub(crate) links: Vec<Link>,
    /// Largest first.
    pub(crate) leaks: Vec<Leak>,
}

/// A shared block in the list.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    pub(crate) type_name: Name,
    pub(crate) size: usize,
    pub(crate) owned: usize,
    pub(crate) retained: usize,
    pub(crate) counts: Handles<Option<usize>>,
    pub(crate) seen: Handles<usize>,
    pub(crate) elsewhere: usize,
    /// The position of the dominating block in the list.
    pub(crate) dominator: Option<u32>,
    pub(crate) contents: DropOutcome,
    pub(crate) memory: DropOutcome,
    /// Whether these outcomes depend on handles that were not visited.
    pub(crate) is_uncertain: bool,
    /// The range in [`Sharing::holders`].
    pub(crate) holders: Range<u32>,
    /// The range in [`Sharing::links`].
    pub(crate) links: Range<u32>,
}

/// The handles on a block at one node of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct HeldAt {
    pub(crate) node: u32,
    pub(crate) handles: Handles<usize>,
}

/// The handles in one block that point to another block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// The position of the other block in the list, or [`NONE`] for the value itself.
    pub(crate) from: u32,
    /// The node of the first handle.
    pub(crate) node: u32,
    pub(crate) handles: Handles<usize>,
}

impl Sharing {
    /// Simulates the drop. `node_of` maps places to nodes.
    /// [`Groups::back_links`](super::back_links::Groups::back_links) documents `declaration`.
    ///
    /// Also returns the handles that close cycles. Takes O(m log n) for n blocks and m pairs of holder and held block.
    pub(crate) fn new(
        graph: &HandleGraph,
        node_of: &[u32],
        declaration: impl FnMut(u32) -> Option<u32>,
    ) -> (Self, Vec<BackLinks>) {
        let outgoing = graph.outgoing();
        let outcomes = DropOutcomes::new(graph, &outgoing, UnseenHandles::Likely);
        let [exclusive, external, cyclic] = [DropOutcome::Freed, DropOutcome::External, DropOutcome::Cyclic]
            .map(|outcome| outcomes.bytes(graph, outcome));
        let is_unknown = |block: &super::graph::Block| {
            let (counts, seen) = (&block.counts, &block.seen);
            let [strong, weak] = [(counts.strong, seen.strong), (counts.weak, seen.weak)]
                .map(|(count, seen)| graph.is_held_outside(count, seen));
            block.is_counted() && (strong.is_none() || weak.is_none())
        };
        let bounds = graph.blocks[1..].iter().any(is_unknown).then(|| {
            [UnseenHandles::More, UnseenHandles::NoMore]
                .map(|unknown| DropOutcomes::new(graph, &outgoing, unknown))
        });
        let [mut uncertain, mut uncertain_external, mut uncertain_cyclic] = [0; 3];
        if let Some(bounds) = &bounds {
            let [most, least] =
                bounds.each_ref().map(|outcomes| outcomes.bytes(graph, DropOutcome::External));
            (uncertain, uncertain_external) = (most.saturating_sub(least), external.saturating_sub(least));
            uncertain_cyclic = cyclic.saturating_sub(bounds[0].bytes(graph, DropOutcome::Cyclic));
        }
        let (mut leaks, back_links) = leaks(graph, &outgoing, &outcomes, declaration);
        for (_, place) in leaks.iter_mut().flat_map(|leak| &mut leak.links) {
            *place = node_of[*place as usize];
        }
        let mut sharing = Self {
            exclusive,
            external,
            cyclic,
            uncertain,
            uncertain_external,
            uncertain_cyclic,
            hides_handles: graph.hides_handles,
            blocks: Vec::new(),
            holders: Vec::new(),
            links: Vec::new(),
            leaks,
        };
        let is_uncertain = |at: usize| {
            bounds.as_ref().is_some_and(|[more, no_more]| {
                more.contents[at] != no_more.contents[at] || more.memory[at] != no_more.memory[at]
            })
        };
        sharing.list(graph, &outcomes, is_uncertain, node_of);
        (sharing, back_links)
    }

    fn list(
        &mut self,
        graph: &HandleGraph,
        outcomes: &DropOutcomes,
        is_uncertain: impl Fn(usize) -> bool,
        node_of: &[u32],
    ) {
        let is_listed = |&id: &u32| {
            let block = &graph.blocks[id as usize];
            block.is_counted() && !block.is_borrowed
        };
        let mut order: Vec<u32> = (1..graph.blocks.len() as u32).filter(is_listed).collect();
        if order.is_empty() {
            return;
        }
        let retained = Retained::new(graph);
        order.sort_by_key(|&id| core::cmp::Reverse(retained.bytes[id as usize]));
        let mut places = std::vec![NONE; graph.blocks.len()];
        order.iter().enumerate().for_each(|(place, &id)| places[id as usize] = place as u32);

        // A block that is not listed passes its handles on to its listed dominator, or to the value.
        let in_list = |id: u32| match places[id as usize] {
            NONE => places[retained.dominators[id as usize] as usize],
            place => place,
        };
        let incoming = graph.incoming();
        self.blocks.reserve_exact(order.len());
        self.holders.reserve_exact(graph.holders.len());
        for &id in &order {
            let (block, at) = (&graph.blocks[id as usize], id as usize);
            let dominator = places[retained.dominators[at] as usize];
            let holders = self.hold(graph, id, node_of);
            let links = self.link(graph, incoming.of(id), in_list, node_of);
            self.blocks.push(Listed {
                type_name: Name::Borrowed(block.type_name),
                size: block.size,
                owned: block.owned,
                retained: retained.bytes[at],
                counts: block.counts,
                seen: block.seen,
                elsewhere: block.elsewhere,
                dominator: (dominator != NONE).then_some(dominator),
                contents: outcomes.contents[at],
                memory: outcomes.memory[at],
                is_uncertain: is_uncertain(at),
                holders,
                links,
            });
        }
        for (block, _) in self.leaks.iter_mut().flat_map(|leak| &mut leak.links) {
            // A leaked block is part of the value, so it is listed.
            *block = places[*block as usize];
        }
    }

    /// Lists the nodes that hold a block. Several places may share a node.
    fn hold(&mut self, graph: &HandleGraph, block: u32, node_of: &[u32]) -> Range<u32> {
        let first = self.holders.len();
        for holder in graph.holders(block) {
            let node = node_of[holder.place as usize];
            match self.holders[first..].iter_mut().find(|held| held.node == node) {
                Some(held) => held.handles.add(holder.handles),
                None => self.holders.push(HeldAt { node, handles: holder.handles }),
            }
        }
        first as u32..self.holders.len() as u32
    }

    /// Lists the blocks that hold a block: the value first, then in the order of the list.
    fn link(
        &mut self,
        graph: &HandleGraph,
        edges: &[u32],
        in_list: impl Fn(u32) -> u32,
        node_of: &[u32],
    ) -> Range<u32> {
        let first = self.links.len();
        let link = |edge: &HandleEdge| Link {
            from: in_list(edge.from),
            node: node_of[edge.place as usize],
            handles: edge.handles,
        };
        let mut links: Vec<Link> = edges.iter().map(|&edge| link(&graph.edges[edge as usize])).collect();
        // `NONE`, the value, wraps to 0 and comes first.
        links.sort_by_key(|link| link.from.wrapping_add(1));
        for link in links {
            match self.links[first..].last_mut() {
                Some(last) if last.from == link.from => last.handles.add(link.handles),
                _ => self.links.push(link),
            }
        }
        first as u32..self.links.len() as u32
    }

    /// The part of `exclusive` that is uncertain.
    pub(crate) fn uncertain_exclusive(&self) -> usize {
        self.uncertain.saturating_sub(self.uncertain_external).saturating_sub(self.uncertain_cyclic)
    }

    /// The reason why bytes of `external` are uncertain.
    pub(crate) fn doubt(&self) -> &'static str {
        let kept =
            || self.blocks.iter().filter(|block| block.is_uncertain && block.memory == DropOutcome::External);
        let (mut are_unseen, mut are_uncounted) = (false, false);
        for Listed { counts, seen, .. } in kept() {
            for (count, seen) in [(counts.strong, seen.strong), (counts.weak, seen.weak)] {
                are_unseen |= count > Some(seen);
                are_uncounted |= count.is_none();
            }
        }
        match (are_unseen, are_uncounted) {
            (true, false) => "not all handles were seen",
            (false, true) => "the number of handles is unknown",
            _ => "some handles were not seen, or their number is unknown",
        }
    }

    /// The handles on a block, by node.
    pub(crate) fn holders(&self, block: &Listed) -> &[HeldAt] {
        &self.holders[block.holders.start as usize..block.holders.end as usize]
    }

    /// The handles on a block, by the block that contains them.
    pub(crate) fn links(&self, block: &Listed) -> &[Link] {
        &self.links[block.links.start as usize..block.links.end as usize]
    }

    /// The block at a position of the list.
    pub(crate) fn of(&self, block: u32) -> &Listed {
        &self.blocks[block as usize]
    }
}
