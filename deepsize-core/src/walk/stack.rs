//! Protection of a walk from stack overflow.
//!
//! A walk recurses, because only stack frames can hold the guards of locks and `RefCell`s. Each step behind a pointer compares
//! the stack pointer with a limit. Below the limit, the walk continues on a fresh stack.

use crate::arch::stack_pointer;

/// The bytes of the caller's stack that a walk uses before it switches, small enough for any thread.
///
/// This suffices for some dozens of nested values in a debug build, and for some hundreds in a release build.
#[cfg(stack_switch)]
const BUDGET: usize = 16 * 1024;

/// The bytes of the caller's stack that a walk uses where stacks cannot be switched, small enough for threads with small stacks.
#[cfg(not(stack_switch))]
const BUDGET: usize = if cfg!(feature = "std") { 256 * 1024 } else { 16 * 1024 };

/// The bytes at the end of a fresh stack, reserved for the frames between two steps behind pointers.
///
/// Large, because a hand-written impl may have a large frame. By default, a thread in Rust has 2 MiB.
#[cfg(stack_switch)]
const RED_ZONE: usize = if cfg!(target_pointer_width = "64") { 1 << 20 } else { 1 << 19 };

/// The sizes of the first and the largest fresh stack, in bytes. They are only reserved: an untouched page takes no memory.
// The first stack is smaller than a huge page, which Linux would fill with zeros.
#[cfg(stack_switch)]
const SIZES: (usize, usize) = (RED_ZONE + RED_ZONE / 2, 1 << 26);

/// The part of the stack that a walk can use.
pub(crate) struct Stack {
    /// Below this address, the walk must continue on a fresh stack.
    limit: usize,
    #[cfg(stack_switch)]
    next_size: usize,
    /// An unused fresh stack, kept for the next switch.
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

/// Runs `walk` on a fresh stack, or returns `false` without running it if there is none. `stack` borrows the walker's stack.
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

/// A walk on a fresh stack. Dropping this restores the limit of the outer stack, even if an impl panics.
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
