//! A set of addresses.
//!
//! Each address is stored as a *key*, which is the address mixed by a function that loses nothing. The keys lie in one array,
//! in ascending order, with vacant slots among them. Four slots are a *bucket*. The upper bits of a key tell its bucket, and
//! it lies there or, if too many smaller keys come first, in the next that has room. So a search ends at the first slot that
//! does not hold a smaller key, and the array can grow where it is, by moving each key to its new place in order. Nearly all keys
//! lie in their bucket or in the next.

use alloc::vec::Vec;
use core::mem;

use crate::machine::is_among;

/// A search looks at all slots of two buckets at once, so that the processor need not guess which is the one.
type Bucket = [usize; 4];

/// What is in a slot that holds no key: greater than all keys, so that a search ends here.
const VACANT: usize = usize::MAX;

/// How many buckets the first array has to which keys belong; a power of two, as it stays.
const FIRST_BUCKETS: usize = 2;

/// A set that takes at most 24 bytes an address, also while it grows.
pub(crate) struct Addresses {
    /// One for each value of a key's upper bits, and behind them those for what the last ones have no room for. The very
    /// last slot is kept vacant.
    buckets: Vec<Bucket>,
    /// By how much a key is shifted to leave the number of its bucket.
    shift: u32,
    /// How many more keys may come before there have to be more buckets.
    room: usize,
    /// Whether the one address is in the set whose key would be `VACANT`.
    has_vacant: bool,
}

impl Addresses {
    /// The set of these addresses, none of them twice. Nothing if there is no memory for it.
    #[cold]
    #[inline(never)]
    pub(crate) fn of(addresses: impl IntoIterator<Item = usize>) -> Option<Self> {
        let mut set = Self {
            buckets: Vec::new(),
            shift: usize::BITS - FIRST_BUCKETS.ilog2(),
            room: most_keys(FIRST_BUCKETS),
            has_vacant: false,
        };
        set.add_buckets(FIRST_BUCKETS + 1)?;
        for address in addresses {
            set.insert(address)?;
        }
        Some(set)
    }

    /// Whether the address is in the set.
    #[inline]
    pub(crate) fn contains(&self, address: usize) -> bool {
        let key = key_of(address);
        if key == VACANT { self.has_vacant } else { self.contains_key(key) }
    }

    /// Puts the address into the set, and says whether it is new; nothing if it is, and there is no memory for it.
    // Apart from its caller, whose other ways then need no room on the stack.
    #[inline(never)]
    pub(crate) fn insert(&mut self, address: usize) -> Option<bool> {
        let key = key_of(address);
        if key == VACANT {
            return Some(!mem::replace(&mut self.has_vacant, true));
        }
        if self.contains_key(key) {
            return Some(false);
        }
        self.insert_new(key)?;
        Some(true)
    }

    /// Puts in an address that is not there yet. Nothing if there is no memory for it.
    #[inline(never)]
    pub(crate) fn insert_unknown(&mut self, address: usize) -> Option<()> {
        debug_assert!(!self.contains(address), "a key would be there twice");
        let key = key_of(address);
        if key == VACANT {
            self.has_vacant = true;
            return Some(());
        }
        self.insert_new(key)
    }

    #[inline]
    fn contains_key(&self, key: usize) -> bool {
        let home = key >> self.shift;
        // There is always a bucket behind the one to which a key belongs.
        let Some(two) = self.buckets.get(home..).and_then(|buckets| buckets.first_chunk()) else {
            return false;
        };
        let [_, [.., last]] = *two;
        is_among(two, key) || (last < key && self.contains_behind(home + 2, key))
    }

    /// Whether a key is in the set that has to lie in this bucket or behind it.
    #[cold]
    #[inline(never)]
    fn contains_behind(&self, bucket: usize, key: usize) -> bool {
        let mut slots = self.buckets.iter().skip(bucket).flatten();
        slots.find(|slot| **slot >= key) == Some(&key)
    }

    /// Puts in a key that is not there yet. Nothing if there is no memory for it.
    #[inline]
    fn insert_new(&mut self, key: usize) -> Option<()> {
        if self.room == 0 {
            self.grow()?;
        }
        if self.buckets.last().is_none_or(|bucket| bucket[bucket.len() - 1] != VACANT) {
            self.add_buckets(1 + self.buckets.len() / 32)?;
        }
        let mut moving = key;
        for bucket in self.buckets.get_mut(key >> self.shift..)? {
            for slot in bucket {
                // No branch, for it would often go another way than the processor guesses.
                (*slot, moving) = ((*slot).min(moving), (*slot).max(moving));
            }
            if moving == VACANT {
                break;
            }
        }
        self.room -= 1;
        Some(())
    }

    /// Doubles the number of buckets to which keys belong, where they are.
    #[cold]
    #[inline(never)]
    fn grow(&mut self) -> Option<()> {
        let shift = self.shift - 1;
        let buckets = 1 << (usize::BITS - shift);
        let place_of = |key: usize| (key >> shift) * size_of_bucket();
        // Where the last key will lie, and so how many buckets there have to be.
        let keys = self.buckets.as_flattened();
        let end = keys.iter().fold(0, |end, &key| {
            let behind = end.max(place_of(key)) + 1;
            if key == VACANT { end } else { behind }
        });
        let before = keys.len();
        let needed = buckets.max(end.div_ceil(size_of_bucket())) + 1;
        self.add_buckets(needed.saturating_sub(self.buckets.len()))?;

        // All keys to the end, in their order. A slot is written only after what it held was moved.
        let slots = self.buckets.as_flattened_mut();
        let mut start = slots.len();
        for from in (0..before).rev() {
            let key = mem::replace(&mut slots[from], VACANT);
            slots[start - 1] = key;
            start -= usize::from(key != VACANT);
        }
        // And each to its place, which is never behind the slot it comes from: the keys that follow fit in behind it.
        let mut next = 0;
        for from in start..slots.len() {
            let key = mem::replace(&mut slots[from], VACANT);
            let place = next.max(place_of(key));
            slots[place] = key;
            next = place + 1;
        }
        self.room = most_keys(buckets) - (slots.len() - start);
        self.shift = shift;
        Some(())
    }

    /// Adds vacant buckets at the end. Nothing if there is no memory for them.
    fn add_buckets(&mut self, count: usize) -> Option<()> {
        self.buckets.try_reserve_exact(count).ok()?;
        self.buckets.resize(self.buckets.len() + count, [VACANT; size_of_bucket()]);
        Some(())
    }
}

const fn size_of_bucket() -> usize {
    size_of::<Bucket>() / size_of::<usize>()
}

/// How many keys so many buckets may hold: three quarters of what they have room for.
const fn most_keys(buckets: usize) -> usize {
    buckets * (size_of_bucket() * 3 / 4)
}

/// Spreads addresses evenly, whatever they have in common: equal low bits, equal distances. No two have the same key.
///
/// Multiplication alone would leave addresses together whose distance is, but for a power of two, a Fibonacci number.
#[inline]
fn key_of(address: usize) -> usize {
    // 2^64 divided by the golden ratio, as in Knuth, The Art of Computer Programming, vol. 3, 6.4. Odd at each width.
    const FACTOR: usize = (0x9E37_79B9_7F4A_7C15_u64 >> (u64::BITS - usize::BITS)) as usize | 1;
    (address ^ (address >> 12)).wrapping_mul(FACTOR)
}

#[cfg(test)]
mod tests;
