//! The result of a walk as a graph: the value, the shared blocks, and the handles between them.

use std::vec::Vec;

use super::csr::{Csr, NONE};

/// The value that is measured.
pub(super) const ROOT: u32 = 0;

/// The number of places kept for each block.
pub(super) const MOST_HOLDERS: u32 = 16;

/// Blocks, and the handles from one to another.
///
/// Blocks are numbered by `u32`. Four billion blocks exceed the memory of real machines.
#[derive(Debug)]
pub(crate) struct HandleGraph {
    /// The value, then the blocks in the order of the walk.
    pub(super) blocks: Vec<Block>,
    /// At most two for each pair of blocks, see [`HandleGraph::meet`].
    pub(super) edges: Vec<HandleEdge>,
    /// For each block, a linked list of the places that hold it.
    pub(super) holders: Vec<HoldingPlace>,
    /// Whether parts of the value that were not visited may contain handles.
    pub(super) hides_handles: bool,
    /// Whether a hand-written walk reports a value with a destructor. The walk may upgrade weak handles and report the result.
    pub(super) may_upgrade: bool,
}

/// A shared block, or the value itself.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) type_name: &'static str,
    /// The size of the block, if it counts. For the value itself, its shallow size.
    pub(super) size: usize,
    /// The bytes that the contents own, up to the next shared blocks.
    pub(super) owned: usize,
    /// The total numbers of handles, if known.
    pub(super) counts: Handles<Option<usize>>,
    /// Whether a count changed during the walk, so that it is unknown.
    has_changed: Handles<bool>,
    /// The numbers of handles that the walk visited.
    pub(super) seen: Handles<usize>,
    /// The place that counted the block, if it is part of the value.
    pub(super) counted_at: u32,
    /// Whether the block is borrowed memory, which the value does not own.
    pub(super) is_borrowed: bool,
    /// The last edge to the block.
    last_edge: u32,
    first_holder: u32,
    last_holder: u32,
    /// The number of places in the list.
    places: u32,
    /// The number of handles at places that were not kept.
    pub(super) elsewhere: usize,
}

/// A figure for strong handles and one for weak handles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Handles<T> {
    pub(crate) strong: T,
    pub(crate) weak: T,
}

/// The handles in one block that point to another block.
#[derive(Debug)]
pub(super) struct HandleEdge {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) handles: Handles<usize>,
    /// The place of the first of them, of a strong one if possible.
    pub(super) place: u32,
    /// Whether there are strong handles at other places too.
    pub(super) is_scattered: bool,
}

/// The handles on a block at one place.
#[derive(Clone, Copy, Debug)]
pub(super) struct HoldingPlace {
    pub(super) place: u32,
    pub(super) handles: Handles<usize>,
    next: u32,
}

impl Block {
    pub(super) fn new(type_name: &'static str) -> Self {
        Self {
            type_name,
            size: 0,
            owned: 0,
            counts: Handles { strong: None, weak: None },
            has_changed: Handles { strong: false, weak: false },
            seen: Handles::default(),
            counted_at: NONE,
            is_borrowed: false,
            last_edge: NONE,
            first_holder: NONE,
            last_holder: NONE,
            places: 0,
            elsewhere: 0,
        }
    }

    /// Records the counts that a handle reports.
    pub(super) fn report(&mut self, counts: Handles<Option<usize>>) {
        let differ = |one: Option<usize>, other: Option<usize>| {
            one.zip(other).is_some_and(|(one, other)| one != other)
        };
        self.has_changed.strong |= differ(self.counts.strong, counts.strong);
        self.has_changed.weak |= differ(self.counts.weak, counts.weak);
        self.counts.strong = self.counts.strong.or(counts.strong);
        self.counts.weak = self.counts.weak.or(counts.weak);
    }

    /// Forgets the counts that are wrong, because a handle existed only during the walk.
    ///
    /// A temporary handle raises the count while it exists. So the reported counts differ, or are smaller than the number of
    /// visited handles. The exception is a block whose only visited strong handles are upgraded ones.
    fn forget_wrong_counts(&mut self, may_upgrade: bool) {
        let Self { counts, seen, has_changed, .. } = self;
        let has_unseen_weak = counts.weak > Some(seen.weak);
        let is_upgraded =
            may_upgrade && has_unseen_weak && seen.strong > 1 && counts.strong == Some(seen.strong);
        counts.strong =
            counts.strong.filter(|&count| !has_changed.strong && seen.strong <= count && !is_upgraded);
        counts.weak = counts.weak.filter(|&count| !has_changed.weak && seen.weak <= count);
    }

    /// Whether the block is part of the value.
    pub(super) fn is_counted(&self) -> bool {
        self.counted_at != NONE
    }

    /// Whether the contents were dead before the walk, so that only weak handles hold the block.
    pub(super) fn is_dead(&self) -> bool {
        self.counts.strong == Some(0) && self.seen.strong == 0
    }
}

impl Handles<usize> {
    pub(super) fn add(&mut self, one: Self) {
        self.strong += one.strong;
        self.weak += one.weak;
    }
}

impl HandleGraph {
    pub(super) fn new() -> Self {
        Self {
            blocks: Vec::from([Block::new("")]),
            edges: Vec::new(),
            holders: Vec::new(),
            hides_handles: false,
            may_upgrade: false,
        }
    }

    /// Adds handles on the block `to`, found at `place` in the contents of the block `from`.
    ///
    /// A new edge begins only if the last edge to the block came from elsewhere. A block is walked once, interrupted only by the
    /// blocks inside it. So an edge from A to B can repeat after one from C only if A reaches C, and then no edge from C
    /// follows. The graph has at most two edges for each pair of blocks.
    pub(super) fn add_handles(&mut self, from: u32, to: u32, handles: Handles<usize>, place: u32) {
        let block = &mut self.blocks[to as usize];
        block.seen.add(handles);
        match self.edges.get_mut(block.last_edge as usize) {
            Some(edge) if edge.from == from => {
                if edge.handles.strong == 0 && handles.strong > 0 {
                    edge.place = place;
                }
                edge.is_scattered |= handles.strong > 0 && edge.place != place;
                edge.handles.add(handles);
            }
            _ => {
                block.last_edge = self.edges.len() as u32;
                self.edges.push(HandleEdge { from, to, handles, place, is_scattered: false });
            }
        }
        if place != NONE {
            self.hold(to, handles, place);
        }
    }

    /// Forgets the wrong counts of all blocks, once all handles are added.
    pub(super) fn forget_wrong_counts(&mut self) {
        self.blocks.iter_mut().for_each(|block| block.forget_wrong_counts(self.may_upgrade));
    }

    fn hold(&mut self, to: u32, handles: Handles<usize>, place: u32) {
        let block = &mut self.blocks[to as usize];
        let mut at = block.first_holder;
        while let Some(holder) = self.holders.get_mut(at as usize) {
            if holder.place == place {
                holder.handles.add(handles);
                return;
            }
            at = holder.next;
        }
        if block.places == MOST_HOLDERS {
            block.elsewhere += handles.strong + handles.weak;
            return;
        }
        let new = self.holders.len() as u32;
        match self.holders.get_mut(block.last_holder as usize) {
            Some(last) => last.next = new,
            None => block.first_holder = new,
        }
        block.last_holder = new;
        block.places += 1;
        self.holders.push(HoldingPlace { place, handles, next: NONE });
    }

    /// Whether a handle outside the value holds a block. `count` is the number of all handles, and `seen` of the visited ones.
    ///
    /// `None` if this is unknown: handles do not report the count, or parts that were not visited may contain the others.
    pub(super) fn is_held_outside(&self, count: Option<usize>, seen: usize) -> Option<bool> {
        let is_more = count? > seen;
        (!(is_more && self.hides_handles)).then_some(is_more)
    }

    /// The places that hold a block, in the order of the walk.
    pub(super) fn holders(&self, block: u32) -> impl Iterator<Item = &HoldingPlace> {
        let first = self.holders.get(self.blocks[block as usize].first_holder as usize);
        core::iter::successors(first, |holder| self.holders.get(holder.next as usize))
    }

    /// For each block, the edges to it.
    pub(super) fn incoming(&self) -> Csr {
        let pairs = self.edges.iter().enumerate().map(|(at, edge)| (edge.to, at as u32));
        Csr::new(self.blocks.len(), pairs)
    }

    /// For each block, the edges from it.
    pub(super) fn outgoing(&self) -> Csr {
        let pairs = self.edges.iter().enumerate().map(|(at, edge)| (edge.from, at as u32));
        Csr::new(self.blocks.len(), pairs)
    }
}
