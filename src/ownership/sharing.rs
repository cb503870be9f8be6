use std::vec::Vec;

use super::cycles::{Leak, leaks};
use super::fate::{Fate, Fates, Unknown};
use super::graph::{Graph, Handles, ROOT};
use super::retained::Retained;
use super::view::{Cycle, Holder, SharedAllocation};

/// Who holds what in a value, see [`ownership`](super).
#[derive(Debug)]
pub struct Sharing {
    exclusive: usize,
    external: usize,
    cyclic: usize,
    uncertain: usize,
    is_exact: bool,
    pub(super) blocks: Vec<Listed>,
    pub(super) holders: Vec<Holder>,
    leaks: Vec<Leak>,
}

/// A shared block, as it is listed.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) type_name: &'static str,
    pub(super) size: usize,
    pub(super) owned: usize,
    pub(super) retained: usize,
    pub(super) counts: Handles<Option<usize>>,
    pub(super) seen: Handles<usize>,
    pub(super) elsewhere: usize,
    /// The place in the list of the block that every way to this one leads through.
    pub(super) dominator: Option<u32>,
    pub(super) contents: Fate,
    pub(super) memory: Fate,
    /// Its part of [`Sharing::holders`].
    pub(super) holders: core::ops::Range<u32>,
}

impl Sharing {
    pub(super) fn new(graph: &Graph, is_complete: bool) -> Self {
        let outgoing = graph.outgoing();
        let fates = Fates::new(graph, &outgoing, Unknown::More);
        let [exclusive, external, cyclic] =
            [Fate::Freed, Fate::External, Fate::Cyclic].map(|fate| fates.bytes(graph, fate));

        let (mut uncertain, mut is_exact) = (0, is_complete);
        let is_unknown = |counts: &Handles<Option<usize>>| counts.strong.is_none() || counts.weak.is_none();
        if graph.blocks[1..]
            .iter()
            .any(|block| block.is_counted && !block.is_borrowed && is_unknown(&block.counts))
        {
            let at_best = Fates::new(graph, &outgoing, Unknown::NoMore);
            uncertain = at_best.bytes(graph, Fate::Freed) - exclusive;
            is_exact &= at_best.bytes(graph, Fate::External) == external && uncertain == 0;
        }
        let leaks = leaks(graph, &outgoing, &fates);
        drop(outgoing);
        let mut sharing = Self {
            exclusive,
            external,
            cyclic,
            uncertain,
            is_exact,
            blocks: Vec::new(),
            holders: Vec::new(),
            leaks,
        };
        sharing.list(graph, &fates);
        sharing
    }

    fn list(&mut self, graph: &Graph, fates: &Fates) {
        let is_listed = |&id: &u32| {
            let block = &graph.blocks[id as usize];
            block.is_counted && !block.is_borrowed
        };
        let mut order: Vec<u32> = (1..graph.blocks.len() as u32).filter(is_listed).collect();
        if order.is_empty() {
            return;
        }
        let retained = Retained::new(graph);
        order.sort_by_key(|&id| core::cmp::Reverse(retained.bytes[id as usize]));
        let mut places = std::vec![None; graph.blocks.len()];
        order.iter().enumerate().for_each(|(place, &id)| places[id as usize] = Some(place as u32));

        self.blocks.reserve_exact(order.len());
        for &id in &order {
            let (block, at) = (&graph.blocks[id as usize], id as usize);
            let first = self.holders.len() as u32;
            self.holders.extend(graph.holders(id).map(|holder| Holder {
                path: holder.path,
                strong: holder.handles.strong,
                weak: holder.handles.weak,
            }));
            self.blocks.push(Listed {
                type_name: block.type_name,
                size: block.size,
                owned: block.owned,
                retained: retained.bytes[at],
                counts: block.counts,
                seen: block.seen,
                elsewhere: block.elsewhere,
                dominator: places[retained.dominators[at] as usize],
                contents: fates.contents[at],
                memory: fates.memory[at],
                holders: first..self.holders.len() as u32,
            });
        }
        for (block, _) in self.leaks.iter_mut().flat_map(|leak| &mut leak.hops) {
            *block = places[*block as usize].unwrap_or(ROOT);
        }
    }

    /// The bytes that dropping the value frees, its own shallow size among them.
    ///
    /// If [`uncertain`](Self::uncertain) is not 0 it may be more.
    #[must_use]
    pub fn exclusive(&self) -> usize {
        self.exclusive
    }

    /// The bytes that stay after a drop, since handles outside the value lead to them, or since they were only borrowed.
    #[must_use]
    pub fn external(&self) -> usize {
        self.external
    }

    /// The bytes that stay after a drop though no handle outside the value leads to them: a leak, kept by cycles of strong
    /// handles inside the value.
    #[must_use]
    pub fn cyclic(&self) -> usize {
        self.cyclic
    }

    /// The sum of the three, which is the deep size that the walk has found.
    #[must_use]
    pub fn deep(&self) -> usize {
        self.exclusive.saturating_add(self.external).saturating_add(self.cyclic)
    }

    /// The bytes that dropping the value may free besides [`exclusive`](Self::exclusive): it does if all handles that could not
    /// be counted lie inside the value.
    ///
    /// They are part of [`external`](Self::external), or of what is kept by it.
    #[must_use]
    pub fn uncertain(&self) -> usize {
        self.uncertain
    }

    /// Whether all counts of handles that matter are known, and nothing was opaque.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.is_exact
    }

    /// The shared blocks that are part of the value and to which several handles lead, or may lead; the one that retains most
    /// first, and those that retain as much in the order in which the walk met them.
    pub fn shared_allocations(&self) -> impl ExactSizeIterator<Item = SharedAllocation<'_>> {
        self.blocks.iter().map(|block| SharedAllocation { sharing: self, block })
    }

    /// The groups of blocks that a drop would leak because they keep each other; the one that keeps most first.
    pub fn cycles(&self) -> impl ExactSizeIterator<Item = Cycle<'_>> {
        self.leaks.iter().map(|leak| Cycle { sharing: self, leak })
    }
}
