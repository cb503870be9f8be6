//! A set of addresses: a hash table with linear probing over buckets of four slots.

use alloc::vec::Vec;
use core::mem;

/// Four slots, compared together without a branch that can be mispredicted. Invariant: vacant slots come last.
type Bucket = [usize; 4];

/// Marks a vacant slot. The address 0 is stored in `has_zero`.
const VACANT: usize = 0;

/// The size of the first table in buckets. All sizes are powers of two.
const FIRST_BUCKETS: usize = 4;

/// A set that takes at most 32 bytes per address, and 48 while it grows.
pub(crate) struct AddressSet {
    buckets: Vec<Bucket>,
    /// A hash shifted right by this is an index into `buckets`.
    shift: u32,
    /// The number of addresses that fit before the table must grow.
    room: usize,
    has_zero: bool,
}

impl AddressSet {
    /// An empty set, without an allocation.
    pub(crate) const fn new() -> Self {
        Self { buckets: Vec::new(), shift: 0, room: 0, has_zero: false }
    }

    #[inline]
    pub(crate) fn is_unallocated(&self) -> bool {
        self.buckets.is_empty()
    }

    /// Whether the set contains `address`, which must not be 0.
    #[inline]
    pub(crate) fn contains(&self, address: usize) -> bool {
        let mut at = hash(address) >> self.shift;
        while let Some(bucket) = self.buckets.get(at) {
            if has(bucket, address) {
                return true;
            }
            if bucket[3] == VACANT {
                return false;
            }
            at = self.next(at);
        }
        false
    }

    /// Inserts an address and returns whether it is new, or `None` if there is no memory for it.
    #[inline]
    pub(crate) fn insert(&mut self, address: usize) -> Option<bool> {
        if address == VACANT {
            return Some(!mem::replace(&mut self.has_zero, true));
        }
        if self.contains(address) {
            return Some(false);
        }
        if self.room == 0 {
            self.grow()?;
        }
        self.insert_new(address)?;
        Some(true)
    }

    /// Inserts an address that is not in the set. There must be room for it.
    #[inline]
    fn insert_new(&mut self, address: usize) -> Option<()> {
        let mut at = hash(address) >> self.shift;
        loop {
            let bucket = self.buckets.get_mut(at)?;
            let taken = bucket.iter().filter(|slot| **slot != VACANT).count();
            if let Some(vacant) = bucket.get_mut(taken) {
                *vacant = address;
                self.room -= 1;
                return Some(());
            }
            at = self.next(at);
        }
    }

    /// The index of the bucket after `at`.
    #[inline]
    fn next(&self, at: usize) -> usize {
        (at + 1) & (usize::MAX >> self.shift)
    }

    /// Doubles the table.
    #[cold]
    #[inline(never)]
    fn grow(&mut self) -> Option<()> {
        let size = (self.buckets.len() * 2).max(FIRST_BUCKETS);
        let mut buckets = Vec::new();
        buckets.try_reserve_exact(size).ok()?;
        buckets.resize(size, [VACANT; 4]);
        let before = mem::replace(&mut self.buckets, buckets);
        self.shift = usize::BITS - size.ilog2();
        // Half of the slots, so nearly every search ends in its first bucket.
        self.room = size * 2;
        for address in before.into_iter().flatten().filter(|address| *address != VACANT) {
            self.insert_new(address)?;
        }
        Some(())
    }
}

#[inline(always)]
fn has(bucket: &Bucket, address: usize) -> bool {
    // The top bit is set if all slots differ. Plain comparisons would compile to branches.
    let differ = bucket.iter().fold(usize::MAX, |differ, slot| {
        let difference = slot ^ address;
        differ & (difference | difference.wrapping_neg())
    });
    differ >> (usize::BITS - 1) == 0
}

/// Spreads addresses over the upper bits, even if they have equal low bits or equal distances.
///
/// Source: Knuth, The Art of Computer Programming, vol. 3, 6.4. Multiplication alone leaves addresses together if their
/// distance is a Fibonacci number times a power of two. The shift separates them.
#[inline]
fn hash(address: usize) -> usize {
    // 2^64 divided by the golden ratio, truncated to the width of an address and made odd.
    const FACTOR: usize = (0x9E37_79B9_7F4A_7C15_u64 >> (u64::BITS - usize::BITS)) as usize | 1;
    (address ^ (address >> 12)).wrapping_mul(FACTOR)
}

#[cfg(test)]
mod tests;
