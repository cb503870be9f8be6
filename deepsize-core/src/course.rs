//! How a walk goes on: what it has found so far, and how it keeps from overflowing the stack.
//!
//! A walk recurses, since only recursion can hold the guards of locks and `RefCell`s on the way. It remembers how far down
//! the stack it may go, and each hop behind a pointer compares its own position with that. Where the limit is passed, the
//! walk goes on upon a fresh stack.

use core::mem::ManuallyDrop;

use crate::later::{MOST_LISTS, Terrain};
use crate::machine::stack_pointer;
use crate::{Reason, Seen, Walker};

/// How much of the stack it finds itself on a walk uses before it asks for a fresh one. A few dozen nested values in a debug
/// build, some hundreds in a release build; small enough for any thread.
#[cfg(stack_switch)]
const BUDGET: usize = 16 * 1024;

/// The same where there is no fresh stack to be had: as much as a small thread can spare.
#[cfg(not(stack_switch))]
const BUDGET: usize = if cfg!(feature = "std") { 64 * 1024 } else { 16 * 1024 };

/// How much is left free at the end of a fresh stack, for what happens between two hops.
#[cfg(stack_switch)]
const RED_ZONE: usize = 64 * 1024;

/// Fresh stacks grow from the first size to the second. They are only reserved: a page that is not touched costs nothing.
#[cfg(stack_switch)]
const SIZES: (usize, usize) = (1 << 20, 1 << 26);

/// What all parts of a walk have in common.
pub(crate) struct Course {
    /// What was added up other than by returning it.
    pub(crate) bytes: usize,
    /// How many blocks those are, if an observer asks for totals.
    pub(crate) blocks: usize,
    /// How many parts could not be measured, or only from below.
    pub(crate) opaque: usize,
    /// How pointers were found to lead through memory.
    pub(crate) terrain: Terrain,
    /// How many lists of hops put off lie on the stack.
    pub(crate) lists: usize,
    /// The lowest address on the stack at which the walk may go on.
    pub(crate) floor: usize,
    /// The size of the next fresh stack.
    #[cfg(stack_switch)]
    next_size: usize,
    /// The largest stack that was used and left again, for the next hop too many.
    #[cfg(stack_switch)]
    spare: Option<corosensei::stack::DefaultStack>,
}

impl Course {
    /// Begins on the stack of the caller.
    #[inline]
    pub(crate) fn begin() -> Self {
        let here = stack_pointer();
        Self {
            bytes: 0,
            blocks: 0,
            opaque: 0,
            terrain: Terrain::unknown(here),
            lists: 0,
            floor: here.saturating_sub(BUDGET),
            #[cfg(stack_switch)]
            next_size: SIZES.0,
            #[cfg(stack_switch)]
            spare: None,
        }
    }

    /// Whether there is a stack to give back.
    #[inline(always)]
    fn has_spare(&self) -> bool {
        #[cfg(stack_switch)]
        let has_spare = self.spare.is_some();
        #[cfg(not(stack_switch))]
        let has_spare = false;
        has_spare
    }

    /// The lowest address on the stack at which a hop behind a pointer needs no thought.
    #[inline]
    pub(crate) fn limit(&self) -> usize {
        // A stack that is not the caller's may lie above it, and a survey tells of the caller's.
        if self.lists != MOST_LISTS { self.terrain.limit(self.floor).max(self.floor) } else { self.floor }
    }

    /// The same for a walk that begins, in as little code as that takes: there is some in each program for each type it measures.
    #[inline]
    pub(crate) fn first_limit(&self) -> usize {
        match self.terrain {
            Terrain::Unknown { limit } if MOST_LISTS != 0 => limit,
            _ => self.floor,
        }
    }
}

/// All that a walk of its own begins with.
///
/// There is one in each function that measures a value, so it is little code: what it holds is dropped in a function of its own, which
/// hardly any walk needs.
pub(crate) struct Outset {
    seen: ManuallyDrop<Seen>,
    course: ManuallyDrop<Course>,
}

impl Outset {
    #[inline(always)]
    pub(crate) fn begin() -> Self {
        Self { seen: ManuallyDrop::new(Seen::new()), course: ManuallyDrop::new(Course::begin()) }
    }

    #[inline(always)]
    pub(crate) fn walker(&mut self) -> Walker<'_> {
        Walker::first(&mut self.seen, &mut self.course)
    }

    #[cold]
    #[inline(never)]
    fn release(&mut self) {
        self.seen.forget();
        #[cfg(stack_switch)]
        drop(self.course.spare.take());
    }
}

impl Drop for Outset {
    // One question and one call, or a compiler calls this where it has to unwind, and keeps all of it in memory for that.
    #[inline(always)]
    fn drop(&mut self) {
        if self.seen.is_on_the_heap() || self.course.has_spare() {
            self.release();
        }
    }
}

impl<'w> Walker<'w> {
    /// Runs `walk` where there is stack enough: here, or on a fresh stack. Where there is none to be had, reports an
    /// opaque part instead.
    #[inline]
    pub(crate) fn on_a_stack<R: Default>(&mut self, walk: impl FnOnce(&mut Walker<'w>) -> R) -> R {
        if self.is_low() { self.on_a_fresh_stack(R::default(), walk) } else { walk(self) }
    }

    #[inline]
    pub(crate) fn is_low(&self) -> bool {
        stack_pointer() < self.floor
    }

    /// Runs `walk` on a fresh stack; returns `otherwise` if there is none to be had.
    // Apart from the above, so that the frames of a walk hold nothing that only the switch needs.
    #[cold]
    #[inline(never)]
    pub(crate) fn on_a_fresh_stack<R>(&mut self, otherwise: R, walk: impl FnOnce(&mut Walker<'w>) -> R) -> R {
        let (mut walk, mut result) = (Some(walk), otherwise);
        self.switch(&mut |walker| {
            if let Some(walk) = walk.take() {
                result = walk(walker);
            }
        });
        result
    }

    /// Takes over what may have changed about the course.
    pub(crate) fn catch_up(&mut self) {
        self.floor = self.course.floor;
        // Each hop goes to the list, if there is one that pays.
        let puts_off = self.later.is_some() && matches!(self.course.terrain, Terrain::Scattered);
        self.limit = if puts_off { usize::MAX } else { self.course.limit() };
    }

    #[cfg(stack_switch)]
    fn switch(&mut self, walk: &mut dyn FnMut(&mut Walker<'w>)) {
        use corosensei::stack::{DefaultStack, Stack as _};

        let fresh = match self.course.spare.take() {
            Some(spare) => Ok(spare),
            None => DefaultStack::new(self.course.next_size),
        };
        let Ok(mut fresh) = fresh else {
            return self.opaque(Reason::TooDeep);
        };
        let size = fresh.base().get() - fresh.limit().get();
        let limit = fresh.limit().get() + RED_ZONE;
        let outer = (self.course.floor, self.course.next_size);
        (self.course.floor, self.course.next_size) = (limit, (size * 2).min(SIZES.1));
        self.catch_up();
        let switched = Switched { walker: self, outer };
        corosensei::on_stack(&mut fresh, || walk(switched.walker));
        switched.walker.course.keep(fresh);
    }

    #[cfg(not(stack_switch))]
    fn switch(&mut self, _walk: &mut dyn FnMut(&mut Walker<'w>)) {
        self.opaque(Reason::TooDeep);
    }
}

#[cfg(stack_switch)]
impl Course {
    fn keep(&mut self, stack: corosensei::stack::DefaultStack) {
        if self.spare.is_none() {
            self.spare = Some(stack);
        }
    }
}

/// A walk on a fresh stack; dropping this returns it to the outer stack's limit, also when an impl panics.
#[cfg(stack_switch)]
struct Switched<'a, 'w> {
    walker: &'a mut Walker<'w>,
    outer: (usize, usize),
}

#[cfg(stack_switch)]
impl Drop for Switched<'_, '_> {
    fn drop(&mut self) {
        (self.walker.course.floor, self.walker.course.next_size) = self.outer;
        self.walker.catch_up();
    }
}
