//! How a walk keeps from overflowing the stack.
//!
//! A walk recurses, because only recursion can hold the guards of locks and `RefCell`s on the way. Each step behind a pointer
//! compares the stack pointer with a limit. Below the limit, the walk continues on a fresh stack.

use crate::arch::stack_pointer;

/// How much of the caller's stack a walk uses before it switches: some dozens of nested values in a debug build, some hundreds
/// in a release build. Small enough for any thread.
#[cfg(stack_switch)]
const BUDGET: usize = 16 * 1024;

/// The same where stacks cannot be switched: as much as a small thread can spare.
#[cfg(not(stack_switch))]
const BUDGET: usize = if cfg!(feature = "std") { 64 * 1024 } else { 16 * 1024 };

/// The end of a fresh stack, reserved for the frames between two steps behind pointers.
#[cfg(stack_switch)]
const RED_ZONE: usize = 64 * 1024;

/// Fresh stacks grow from the first size to the second. They are reserved only: an untouched page costs nothing.
#[cfg(stack_switch)]
const SIZES: (usize, usize) = (1 << 20, 1 << 26);

/// The part of the stack that a walk may use.
pub(crate) struct Stack {
    /// Below this address, the walk must continue on a fresh stack.
    limit: usize,
    #[cfg(stack_switch)]
    next_size: usize,
    /// A fresh stack that is no longer in use, kept for the next switch.
    #[cfg(stack_switch)]
    spare: Option<corosensei::stack::DefaultStack>,
}

impl Stack {
    /// The stack of the caller.
    #[inline]
    pub(crate) fn of_caller() -> Self {
        Self {
            limit: stack_pointer().saturating_sub(BUDGET),
            #[cfg(stack_switch)]
            next_size: SIZES.0,
            #[cfg(stack_switch)]
            spare: None,
        }
    }

    #[inline(always)]
    pub(crate) fn is_low(&self) -> bool {
        stack_pointer() < self.limit
    }
}

/// Runs `walk` on a fresh stack; returns `false` without running it if there is none. `stack` borrows the stack of the walker.
#[cfg(stack_switch)]
pub(crate) fn switch<W>(
    walker: &mut W,
    stack: fn(&mut W) -> &mut Stack,
    walk: &mut dyn FnMut(&mut W),
) -> bool {
    use corosensei::stack::{DefaultStack, Stack as _};

    let outer = stack(walker);
    let spare = outer.spare.take().map_or_else(|| DefaultStack::new(outer.next_size), Ok);
    let Ok(mut memory) = spare else { return false };
    let size = memory.base().get() - memory.limit().get();
    let restore = (outer.limit, outer.next_size);
    (outer.limit, outer.next_size) = (memory.limit().get() + RED_ZONE, (size * 2).min(SIZES.1));
    let switched = Switched { walker, stack, restore };
    corosensei::on_stack(&mut memory, || walk(switched.walker));
    stack(switched.walker).spare.get_or_insert(memory);
    true
}

#[cfg(not(stack_switch))]
pub(crate) fn switch<W>(_: &mut W, _: fn(&mut W) -> &mut Stack, _: &mut dyn FnMut(&mut W)) -> bool {
    false
}

/// A walk on a fresh stack. Dropping this restores the limit of the outer stack, also when an impl panics.
#[cfg(stack_switch)]
struct Switched<'a, W> {
    walker: &'a mut W,
    stack: fn(&mut W) -> &mut Stack,
    restore: (usize, usize),
}

#[cfg(stack_switch)]
impl<W> Drop for Switched<'_, W> {
    fn drop(&mut self) {
        let stack = (self.stack)(self.walker);
        (stack.limit, stack.next_size) = self.restore;
    }
}
