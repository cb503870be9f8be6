//! What a walk adds up: bytes, or blocks with their bytes. All that is more than a line is written once for both.
#![cfg_attr(not(feature = "alloc"), allow(dead_code, reason = "there are no blocks to add up"))]

use core::ops::Add;

use crate::later::Hop;
use crate::{DeepSize, Totals, Walker};

/// A sum that a walk returns in registers.
pub(crate) trait Sum: Copy + Default + PartialEq + Add<Output = Self> {
    /// Of nothing.
    const NONE: Self;

    /// So many blocks of one size, in bytes, which is not 0.
    fn blocks(count: usize, size: usize) -> Self;

    /// A block of this size, in bytes; of none, if it has no bytes.
    fn block(size: usize) -> Self;

    /// What a value owns.
    fn of<'v, T: DeepSize + ?Sized>(value: &'v T, walker: &mut Walker<'v>) -> Self;

    /// The same of a trait object, in as few instructions as a call takes.
    fn of_object<'v, T: DeepSize + ?Sized>(object: &'v T, walker: &mut Walker<'v>) -> Self;

    /// This, and what a value owns.
    fn onto<'v, T: DeepSize + ?Sized>(self, value: &'v T, walker: &mut Walker<'v>) -> Self;

    /// This, and a block as of [`block`](Self::block).
    fn and_block(self, size: usize) -> Self;

    /// This, and what is behind a pointer, from a place on the stack where a hop needs thought.
    fn hop<'v>(self, walker: &mut Walker<'v>, hop: &'v dyn Hop, address: usize) -> Self;

    /// What is behind a pointer, block and all.
    fn behind<'v>(hop: &'v dyn Hop, walker: &mut Walker<'v>) -> Self;

    /// The same walk, for values that live shorter; always one, if it is asked for what the walk adds up.
    fn apart<'v>(walker: &'v mut Walker<'_>) -> Option<Walker<'v>>;
}

/// Bytes, when nobody watches.
impl Sum for usize {
    const NONE: Self = 0;

    #[inline]
    fn blocks(count: usize, size: usize) -> Self {
        count * size
    }

    #[inline]
    fn block(size: usize) -> Self {
        size
    }

    #[inline]
    fn of<'v, T: DeepSize + ?Sized>(value: &'v T, walker: &mut Walker<'v>) -> Self {
        value.__sum_onto(0, walker)
    }

    #[inline]
    fn of_object<'v, T: DeepSize + ?Sized>(object: &'v T, walker: &mut Walker<'v>) -> Self {
        object.sum_owned(walker)
    }

    #[inline]
    fn onto<'v, T: DeepSize + ?Sized>(self, value: &'v T, walker: &mut Walker<'v>) -> Self {
        value.__sum_onto(self, walker)
    }

    #[inline]
    fn and_block(self, size: usize) -> Self {
        self.wrapping_add(size)
    }

    #[inline]
    fn hop<'v>(self, walker: &mut Walker<'v>, hop: &'v dyn Hop, address: usize) -> Self {
        walker.hop(self, hop, address)
    }

    #[inline]
    fn behind<'v>(hop: &'v dyn Hop, walker: &mut Walker<'v>) -> Self {
        hop.sum_behind(walker)
    }

    #[inline]
    fn apart<'v>(walker: &'v mut Walker<'_>) -> Option<Walker<'v>> {
        Some(walker.apart())
    }
}

/// Blocks and bytes, for an observer that asks for no more.
impl Sum for Totals {
    const NONE: Self = Self::NONE;

    #[inline]
    fn blocks(count: usize, size: usize) -> Self {
        Self::new(count, count * size)
    }

    #[inline]
    fn block(size: usize) -> Self {
        Self::NONE.and_block(size)
    }

    #[inline]
    fn of<'v, T: DeepSize + ?Sized>(value: &'v T, walker: &mut Walker<'v>) -> Self {
        value.__count_onto(Self::NONE, walker)
    }

    #[inline]
    fn of_object<'v, T: DeepSize + ?Sized>(object: &'v T, walker: &mut Walker<'v>) -> Self {
        Self::of(object, walker)
    }

    #[inline]
    fn onto<'v, T: DeepSize + ?Sized>(self, value: &'v T, walker: &mut Walker<'v>) -> Self {
        value.__count_onto(self, walker)
    }

    #[inline]
    fn and_block(self, size: usize) -> Self {
        self.and_block(size)
    }

    #[inline]
    fn hop<'v>(self, walker: &mut Walker<'v>, hop: &'v dyn Hop, address: usize) -> Self {
        walker.count_hop(self, hop, address)
    }

    #[inline]
    fn behind<'v>(hop: &'v dyn Hop, walker: &mut Walker<'v>) -> Self {
        hop.count_behind(walker)
    }

    #[inline]
    fn apart<'v>(walker: &'v mut Walker<'_>) -> Option<Walker<'v>> {
        walker.counting_apart()
    }
}
