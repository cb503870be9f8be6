//! What a value owns as far as it can be known without a walker.
//!
//! A walker, all that it remembers and the way back from it take some twenty writes to memory. Tuples, and types with handles or tables,
//! often own a few blocks with little in them, which take less; so they are first tried without a walker. That ends at the first part that needs more,
//! and the walk begins anew.
#![cfg_attr(not(feature = "alloc"), allow(dead_code, reason = "there are no blocks to add"))]

use crate::DeepSize;

/// So many blocks with several owners are told apart.
const FEW: usize = 4;

/// A sum that needs no walker.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Evident {
    bytes: usize,
    /// Where the blocks with several owners begin that were met so far; 0 stands for none.
    met: [usize; FEW],
    /// In how many shared blocks the value lies that is asked. From one to another no handle is followed, or a list would be, to the end
    /// of the stack.
    depth: usize,
}

impl Evident {
    /// What a value owns, in bytes, if that is evident.
    #[inline(always)]
    pub(crate) fn sum_of<T: DeepSize + ?Sized>(value: &T) -> Option<usize> {
        let nothing = Self { bytes: 0, met: [0; FEW], depth: 0 };
        value.__evident_sum(nothing).map(|sum| sum.bytes)
    }

    /// This, and a block of so many bytes that has one owner.
    #[inline(always)]
    pub(crate) fn and_block(self, size: usize) -> Self {
        // Cannot overflow, for each byte in memory is counted once.
        Self { bytes: self.bytes.wrapping_add(size), ..self }
    }

    /// This, and what a handle adds: the block to which it leads, which has as many owners as `strong`, and the value in it.
    #[inline(always)]
    pub(crate) fn and_shared<H: DeepSize, T: DeepSize + ?Sized>(
        mut self,
        handle: &H,
        strong: usize,
        size: usize,
        value: &T,
    ) -> Option<Self> {
        if self.depth > 0 {
            return None;
        }
        if strong != 1 && !self.is_first(handle.leads_to())? {
            return Some(self);
        }
        let inside = Self { depth: 1, ..self.and_block(size) };
        Some(Self { depth: 0, ..value.__evident_sum(inside)? })
    }

    /// Whether the block at this address was not met before, if that can be remembered.
    #[inline(always)]
    fn is_first(&mut self, address: usize) -> Option<bool> {
        for met in &mut self.met {
            if *met == address {
                return Some(false);
            } else if *met == 0 {
                *met = address;
                return Some(true);
            }
        }
        None
    }
}
