//! Puts off hops behind pointers, where each would wait for memory.
//!
//! In a tree whose nodes lie all over the heap a walk waits at each node, for only the node tells where the next ones lie.
//! But the walk need not go on with the node it has just heard of: it keeps a list of those, and asks for each some
//! time before its turn comes. A stack of what is pending and a short queue of what was asked for in front of it are
//! known from marking in garbage collectors: Cher, Hosking and Vitek, *Software prefetching for mark-sweep garbage
//! collection*, ASPLOS 2004, <https://doi.org/10.1145/1024393.1024417>.
//!
//! Where nodes lie near each other that only costs, so the first hops of a walk that goes deep are looked at.
#![cfg_attr(not(feature = "alloc"), allow(dead_code, reason = "there are no boxes to hop to"))]

use crate::Walker;
use crate::machine::{prefetch, stack_pointer};

/// A pointer that owns what it points to.
pub(crate) trait Hop {
    /// Where it leads.
    fn address(&self) -> usize;

    /// The size of the block there.
    fn block(&self) -> usize;

    /// What is behind it, block and all.
    fn sum_behind<'v>(&'v self, walker: &mut Walker<'v>) -> usize;
}

/// How many hops can be put off. Any more are taken at once.
const PENDING: usize = 256;

/// How many of them are asked for ahead of their turn.
const AHEAD: usize = 16;

/// How many lists may lie on the stack, each below the `RefCell`, the lock or the hand-written impl that ended the one before.
/// More would fill it, and hold little: where those come at each hop, each list is left with that one.
pub(crate) const MOST_LISTS: usize = if cfg!(stack_switch) { 4 } else { 1 };

/// Hops put off.
pub(crate) struct Later<'v> {
    pending: [Option<&'v dyn Hop>; PENDING],
    count: usize,
    /// Those asked for, which come next in order.
    asked: [Option<&'v dyn Hop>; AHEAD],
    next: usize,
    waiting: usize,
}

impl<'v> Later<'v> {
    fn new() -> Self {
        Self { pending: [None; PENDING], count: 0, asked: [None; AHEAD], next: 0, waiting: 0 }
    }

    /// Whether there was room.
    #[inline]
    fn put(&mut self, hop: &'v dyn Hop) -> bool {
        let Some(place) = self.pending.get_mut(self.count) else {
            return false;
        };
        *place = Some(hop);
        self.count += 1;
        true
    }

    #[inline]
    fn take(&mut self) -> Option<&'v dyn Hop> {
        loop {
            let asked = self.count.checked_sub(1).and_then(|last| {
                self.count = last;
                self.pending.get(last).copied().flatten()
            });
            if let Some(hop) = asked {
                prefetch(hop.address());
                self.waiting += 1;
            } else if self.waiting == 0 {
                return None;
            }
            self.next = (self.next + 1) % AHEAD;
            let first = core::mem::replace(&mut self.asked[self.next], asked);
            if first.is_some() {
                self.waiting -= 1;
                return first;
            }
        }
    }
}

/// How pointers lead through memory, as far as a walk has looked.
#[derive(Clone, Copy)]
pub(crate) enum Terrain {
    /// Not known yet.
    Unknown(Survey),
    /// Near each other, or in so little memory that a cache holds it.
    Near,
    /// Here and there.
    Scattered,
}

/// A look at some hops.
#[derive(Clone, Copy)]
pub(crate) struct Survey {
    /// Below this on the stack it is worth looking: a walk that has gone so deep goes through a large tree.
    limit: usize,
    hops: u8,
    jumps: u8,
    /// The lowest and the highest address that was led to.
    range: (usize, usize),
}

impl Terrain {
    #[inline]
    pub(crate) fn unknown(stack: usize) -> Self {
        const DEEP: usize = 448;

        Self::Unknown(Survey { limit: stack.saturating_sub(DEEP), hops: 0, jumps: 0, range: (usize::MAX, 0) })
    }

    /// The lowest address on the stack at which a hop needs no thought.
    #[inline]
    pub(crate) fn limit(self, floor: usize) -> usize {
        match self {
            Self::Unknown(survey) => survey.limit,
            Self::Near => floor,
            Self::Scattered => usize::MAX,
        }
    }

    /// Takes note of a hop.
    fn note(&mut self, from: usize, to: usize) {
        const SAMPLE: u8 = 16;
        const NEAR: usize = 4096;
        const CACHED: usize = 8 << 20;

        if let Self::Unknown(survey) = self {
            survey.hops += 1;
            survey.jumps += u8::from(from.abs_diff(to) > NEAR);
            survey.range = (survey.range.0.min(to), survey.range.1.max(to));
            if survey.hops == SAMPLE {
                let jumps = survey.jumps > SAMPLE / 2 && survey.range.1 - survey.range.0 > CACHED;
                *self = if jumps { Self::Scattered } else { Self::Near };
            }
        }
    }
}

impl<'w> Walker<'w> {
    /// A hop from a place on the stack where it needs thought.
    #[inline(never)]
    pub(crate) fn hop(&mut self, hop: &'w dyn Hop) -> usize {
        if self.later.as_mut().is_some_and(|later| later.put(hop)) { 0 } else { self.consider(hop) }
    }

    /// A hop that was not put off.
    #[cold]
    #[inline(never)]
    fn consider(&mut self, hop: &'w dyn Hop) -> usize {
        let handle = core::ptr::from_ref(hop).cast::<()>().addr();
        self.course.terrain.note(handle, hop.address());
        self.catch_up();
        if self.is_low() {
            return self.on_a_fresh_stack(hop.block(), |walker| hop.sum_behind(walker));
        }
        let room = stack_pointer().saturating_sub(self.floor);
        let may_list = self.later.is_none() && self.course.lists < MOST_LISTS;
        let is_scattered = matches!(self.course.terrain, Terrain::Scattered);
        if is_scattered && may_list && room > 2 * size_of::<Later<'_>>() {
            return self.put_off(hop);
        }
        hop.sum_behind(self)
    }

    /// Takes a hop, and puts off all that come of it.
    #[inline(never)]
    fn put_off(&mut self, first: &dyn Hop) -> usize {
        let mut later = Later::new();
        later.put(first);
        self.course.lists += 1;
        let mut walker = self.apart();
        walker.later = Some(&mut later);
        walker.catch_up();
        let mut bytes = 0;
        while let Some(hop) = walker.later.as_deref_mut().and_then(Later::take) {
            bytes += hop.sum_behind(&mut walker);
        }
        // Not if an impl panics; a walk that goes on then keeps fewer lists, and is no less exact.
        self.course.lists -= 1;
        bytes
    }
}
