//! The set of shared memory that a walk has visited.

use core::ops::Range;

#[cfg(feature = "alloc")]
use super::address_set::AddressSet;
#[cfg(feature = "alloc")]
use super::range_set::RangeSet;

/// The number of addresses stored inline. Most values share at most a few blocks, so they need no table.
#[cfg(feature = "alloc")]
const FEW: usize = 4;

/// The `len` of a set that records no addresses.
#[cfg(feature = "alloc")]
const ELSEWHERE: usize = FEW + 1;

/// A run of new addresses in a part of a buffer.
pub(crate) struct NewRun {
    pub(crate) addresses: Range<usize>,
    /// The start of the first run of known addresses that overlaps or adjoins the part.
    pub(crate) extends: Option<usize>,
    /// The start of the known addresses after the run, if the run joins them to known addresses before it.
    pub(crate) joins: Option<usize>,
}

/// The visited set: addresses of shared blocks, and the visited parts of shared buffers.
pub(crate) struct Visited {
    #[cfg(feature = "alloc")]
    few: [usize; FEW],
    /// The number of these, or `ELSEWHERE`.
    #[cfg(feature = "alloc")]
    len: usize,
    /// All addresses, once there are more than `FEW`.
    #[cfg(feature = "alloc")]
    many: AddressSet,
    #[cfg(feature = "alloc")]
    parts: RangeSet,
    /// Whether blocks with a single handle are recorded too.
    records_unique: bool,
}

impl Visited {
    /// An empty set for a single walk.
    #[inline]
    pub(crate) const fn new() -> Self {
        Self::empty(false)
    }

    /// An empty set for several walks. A unique handle may be cloned between two of them.
    pub(crate) const fn for_many_roots() -> Self {
        Self::empty(true)
    }

    /// Runs a walk with two sets: one of parts of buffers, and this one, of addresses.
    ///
    /// The first one records no address, so each handle takes the path for addresses that cannot be recorded.
    pub(crate) fn apart<R>(&mut self, walk: impl FnOnce(&mut Self, &mut Self) -> R) -> R {
        let parts = Self {
            #[cfg(feature = "alloc")]
            len: ELSEWHERE,
            ..Self::empty(self.records_unique)
        };
        let mut sets = Apart { parts, addresses: self };
        sets.swap_parts();
        walk(&mut sets.parts, sets.addresses)
    }

    #[inline]
    const fn empty(records_unique: bool) -> Self {
        Self {
            #[cfg(feature = "alloc")]
            few: [0; FEW],
            #[cfg(feature = "alloc")]
            len: 0,
            #[cfg(feature = "alloc")]
            many: AddressSet::new(),
            #[cfg(feature = "alloc")]
            parts: RangeSet::new(),
            records_unique,
        }
    }

    /// Whether a block with these handle counts need not be recorded: the walk visits its only handle once.
    ///
    /// A hand-written impl can upgrade a weak handle, so there must be none.
    #[inline]
    pub(crate) fn is_unique(&self, strong: usize, weak: usize) -> bool {
        strong == 1 && weak == 0 && !self.records_unique
    }

    /// Whether `address` was recorded. It must not be 0.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn contains(&self, address: usize) -> bool {
        if self.many.is_unallocated() {
            self.few.iter().fold(false, |found, known| found | (*known == address))
        } else {
            self.many.contains(address)
        }
    }

    /// Records an address and returns whether it is new, or `None` if it cannot be recorded.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn insert(&mut self, address: usize) -> Option<bool> {
        if self.many.is_unallocated() { self.insert_among_few(address) } else { self.many.insert(address) }
    }

    #[cfg(feature = "alloc")]
    #[inline(never)]
    fn insert_among_few(&mut self, address: usize) -> Option<bool> {
        if self.few.get(..self.len)?.contains(&address) {
            return Some(false);
        }
        if let Some(free) = self.few.get_mut(self.len) {
            *free = address;
            self.len += 1;
            return Some(true);
        }
        // If memory runs out here, the set keeps its few addresses.
        let mut many = AddressSet::new();
        for known in self.few {
            many.insert(known)?;
        }
        many.insert(address)?;
        self.many = many;
        Some(true)
    }

    /// Records and returns the first run of new addresses in a part of a buffer.
    ///
    /// The result is empty if all addresses are known, and `None` if there is no memory.
    #[cfg(feature = "alloc")]
    pub(crate) fn insert_part(&mut self, part: Range<usize>) -> Option<NewRun> {
        self.parts.insert_first(part)
    }

    /// Without an allocator, no part can be recorded.
    #[cfg(not(feature = "alloc"))]
    pub(crate) fn insert_part(&mut self, _part: Range<usize>) -> Option<NewRun> {
        None
    }

    /// Without an allocator, no address can be recorded.
    #[cfg(not(feature = "alloc"))]
    pub(crate) fn insert(&mut self, _address: usize) -> Option<bool> {
        None
    }
}

/// Two sets for one walk. Dropping this joins them, even if an impl panics.
struct Apart<'v> {
    parts: Visited,
    addresses: &'v mut Visited,
}

impl Apart<'_> {
    /// Swaps the parts of buffers.
    fn swap_parts(&mut self) {
        #[cfg(feature = "alloc")]
        core::mem::swap(&mut self.parts.parts, &mut self.addresses.parts);
    }
}

impl Drop for Apart<'_> {
    fn drop(&mut self) {
        self.swap_parts();
    }
}
