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

use crate::machine::{prefetch, stack_pointer};
use crate::sum::Sum;
use crate::{Totals, Walker};

/// A pointer that owns what it points to.
pub(crate) trait Hop {
    /// The size of the block there.
    fn block(&self) -> usize;

    /// What is behind it, block and all.
    fn sum_behind<'v>(&'v self, walker: &mut Walker<'v>) -> usize;

    /// The same, with the number of blocks.
    fn count_behind<'v>(&'v self, walker: &mut Walker<'v>) -> Totals;
}

/// How many hops can be put off. Any more are taken at once, with all that is below them.
const PENDING: usize = 256;

/// How many of them are asked for ahead of their turn.
const AHEAD: usize = 16;

/// How many lists may lie on the stack, each below the `RefCell`, the lock or the hand-written impl that ended the one before.
/// More would fill it, and hold little: where those come at each hop, each list is left with that one. Without fresh stacks there is
/// no room to spare.
pub(crate) const MOST_LISTS: usize = if cfg!(stack_switch) { 4 } else { 0 };

/// A hop, and where it leads.
#[derive(Clone, Copy)]
struct Pending<'v> {
    hop: &'v dyn Hop,
    address: usize,
}

/// Hops put off.
pub(crate) struct Later<'v> {
    pending: [Option<Pending<'v>>; PENDING],
    count: usize,
    /// Those asked for, which come next in order.
    asked: [Option<&'v dyn Hop>; AHEAD],
    next: usize,
    waiting: usize,
    /// Where the last ones asked for lead, and how many hops led near one of those before, of so many.
    before: [usize; 8],
    near: usize,
    hops: usize,
}

impl<'v> Later<'v> {
    fn new() -> Self {
        Self {
            pending: [None; PENDING],
            count: 0,
            asked: [None; AHEAD],
            next: 0,
            waiting: 0,
            before: [0; 8],
            near: 0,
            hops: 0,
        }
    }

    /// Whether there was room.
    #[inline]
    fn put(&mut self, hop: &'v dyn Hop, address: usize) -> bool {
        let Some(place) = self.pending.get_mut(self.count) else {
            return false;
        };
        *place = Some(Pending { hop, address });
        self.count += 1;
        true
    }

    /// Whether so many hops led near each other, and it no longer pays to put any off. The first ones a walk looked at may have
    /// led to old holes in the heap, and those that follow to what was allocated in order.
    #[inline]
    fn leads_near(&mut self) -> bool {
        const SAMPLE: usize = 256;

        if self.hops < SAMPLE {
            return false;
        }
        let leads_near = self.near > SAMPLE / 2;
        (self.near, self.hops) = (0, 0);
        leads_near
    }

    #[inline]
    fn take(&mut self) -> Option<&'v dyn Hop> {
        loop {
            let mut asked = None;
            if let Some(last) = self.count.checked_sub(1) {
                self.count = last;
                if let Some(&Some(Pending { hop, address })) = self.pending.get(last) {
                    prefetch(address);
                    // Of several, for memory may be given out from several places in turn.
                    let is_near = self.before.iter().any(|before| address.abs_diff(*before) < NEAR);
                    self.near += usize::from(is_near);
                    self.before[self.hops % self.before.len()] = address;
                    self.hops += 1;
                    self.waiting += 1;
                    asked = Some(hop);
                }
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

/// What lies within so many bytes is in a cache, or soon will be.
pub(crate) const CACHED: usize = 16 << 20;

/// Nodes so many bytes from each other are no jump.
const NEAR: usize = 4096;

/// How pointers lead through memory, as far as a walk has looked.
#[derive(Clone, Copy)]
pub(crate) enum Terrain {
    /// Not known yet. Below `limit` on the stack it is worth looking: a walk that has gone so deep goes through a large tree.
    Unknown { limit: usize },
    /// Not known yet, but looked at.
    Surveyed(Survey),
    /// Near each other, or in so little memory that a cache holds it.
    Near,
    /// Here and there.
    Scattered,
}

/// A look at some hops.
#[derive(Clone, Copy)]
pub(crate) struct Survey {
    hops: u8,
    jumps: u8,
    /// The lowest and the highest address that was led to.
    range: (usize, usize),
}

impl Terrain {
    #[inline]
    pub(crate) fn unknown(stack: usize) -> Self {
        const DEEP: usize = 576;

        Self::Unknown { limit: stack.saturating_sub(DEEP) }
    }

    /// The lowest address on the stack at which a hop needs no thought.
    #[inline]
    pub(crate) fn limit(self, floor: usize) -> usize {
        match self {
            Self::Unknown { limit } => limit,
            Self::Near => floor,
            Self::Surveyed(_) | Self::Scattered => usize::MAX,
        }
    }

    /// Takes note of a hop.
    fn note(&mut self, from: usize, to: usize) {
        const SAMPLE: u8 = 16;

        let mut survey = match *self {
            Self::Unknown { .. } => Survey { hops: 0, jumps: 0, range: (to, to) },
            Self::Surveyed(survey) => survey,
            Self::Near | Self::Scattered => return,
        };
        survey.hops += 1;
        survey.jumps += u8::from(from.abs_diff(to) > NEAR);
        survey.range = (survey.range.0.min(to), survey.range.1.max(to));
        *self = match survey {
            Survey { hops: ..SAMPLE, .. } => Self::Surveyed(survey),
            Survey { jumps, range: (lowest, highest), .. }
                if jumps > SAMPLE / 2 && highest - lowest > CACHED =>
            {
                Self::Scattered
            }
            _ => Self::Near,
        };
    }
}

impl<'w> Walker<'w> {
    /// The bytes before, and a hop from a place on the stack where it needs thought.
    // Cold even where it happens at each hop, so that it costs a walk without such hops no jump.
    #[cold]
    #[inline(never)]
    pub(crate) fn hop(&mut self, before: usize, hop: &'w dyn Hop, address: usize) -> usize {
        if self.put_later(hop, address) { before } else { before.wrapping_add(self.consider(hop, address)) }
    }

    /// The same, with the number of blocks.
    #[cold]
    #[inline(never)]
    pub(crate) fn count_hop(&mut self, before: Totals, hop: &'w dyn Hop, address: usize) -> Totals {
        if self.put_later(hop, address) { before } else { before + self.consider::<Totals>(hop, address) }
    }

    #[inline(always)]
    fn put_later(&mut self, hop: &'w dyn Hop, address: usize) -> bool {
        self.later.as_mut().is_some_and(|later| later.put(hop, address))
    }

    /// A hop that was not put off.
    #[cold]
    #[inline(never)]
    fn consider<S: Sum>(&mut self, hop: &'w dyn Hop, address: usize) -> S {
        let handle = core::ptr::from_ref(hop).cast::<()>().addr();
        self.course.terrain.note(handle, address);
        self.catch_up();
        if self.is_low() {
            return self.on_a_fresh_stack(S::block(hop.block()), |walker| S::behind(hop, walker));
        }
        let room = stack_pointer().saturating_sub(self.floor);
        let may_list = self.later.is_none() && self.course.lists != MOST_LISTS;
        let is_scattered = matches!(self.course.terrain, Terrain::Scattered);
        if is_scattered && may_list && room > 2 * size_of::<Later<'_>>() {
            return self.put_off(hop, address);
        }
        S::behind(hop, self)
    }

    /// Takes a hop, and puts off all that come of it.
    #[inline(never)]
    fn put_off<S: Sum>(&mut self, first: &dyn Hop, address: usize) -> S {
        let mut later = Later::new();
        later.put(first, address);
        let Some(mut walker) = S::apart(self) else { return S::NONE };
        walker.course.lists += 1;
        walker.later = Some(&mut later);
        walker.catch_up();
        let mut sum = S::NONE;
        while let Some(hop) = walker.later.as_deref_mut().and_then(Later::take) {
            sum = sum + S::behind(hop, &mut walker);
            if walker.later.as_deref_mut().is_some_and(Later::leads_near) {
                walker.course.terrain = Terrain::Near;
                walker.catch_up();
            }
        }
        // Not if an impl panics; a walk that goes on then keeps fewer lists, and is no less exact.
        self.course.lists -= 1;
        sum
    }
}
