//! The table of a `HashMap`, inferred from its capacity and from where its entries lie.
//!
//! Source: `hashbrown` 0.17, `src/raw.rs`, which `std::collections::HashMap` wraps.

use core::alloc::Layout;

/// How many control bytes are looked at together; so many extra ones follow those of the buckets.
///
/// Source: `src/control/group`; x86 compares 16 bytes with SSE2, others use a word.
const GROUP_WIDTH: usize =
    if cfg!(all(any(target_arch = "x86", target_arch = "x86_64"), target_feature = "sse2")) {
        16
    } else if cfg!(any(target_pointer_width = "64", target_arch = "aarch64", target_arch = "wasm32")) {
        8
    } else {
        4
    };

/// How many entries are sampled to decide whether a table is as full as it seems.
pub(crate) const SAMPLE: usize = 8;

/// The smallest table that is ever allocated.
const MIN_BUCKETS: usize = 4;

/// The smallest table that can have tombstones.
///
/// Source: `RawTableInner::erase`, which leaves a tombstone if the erased bucket lies in a run of `GROUP_WIDTH` buckets in use. A
/// table of one group has no such run, because it always has an empty bucket.
const LEAST_WITH_TOMBSTONES: usize = 2 * GROUP_WIDTH;

/// The size of a table, inferred from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) buckets: usize,
    /// Whether the table holds tombstones. They hide capacity, so it may be larger than it seems.
    pub(crate) is_lower_bound: bool,
}

impl Table {
    /// The table of a map with this capacity and entries at these addresses; `None` if the capacity is 0.
    ///
    /// A map without tombstones reports the full capacity of its table. Each tombstone lowers it by one. So the table has at
    /// least the buckets that the capacity needs, and at least those between its entries.
    #[inline]
    pub(crate) fn new<T>(capacity: usize, span: Span) -> Option<Self> {
        if capacity == 0 {
            return None;
        }
        let buckets = buckets_for(capacity).max(span.buckets::<T>());
        let is_lower_bound = full_capacity(buckets) != capacity;
        let least = if is_lower_bound { LEAST_WITH_TOMBSTONES } else { MIN_BUCKETS };
        Some(Self { buckets: buckets.max(least), is_lower_bound })
    }

    /// The table of a map whose capacity decides its size, so its entries need not be looked at.
    ///
    /// Addresses of entries can reveal a larger table: if the capacity is not that of a table without tombstones, or if the
    /// tombstones number exactly the difference to a smaller table. In a large table the second case is a rare accident, so the
    /// capacity is trusted. A full table is not: a pattern of removals can produce it (see [`is_full`](Self::is_full)).
    #[inline]
    pub(crate) fn from_capacity_alone(capacity: usize, len: usize) -> Option<Self> {
        let buckets = buckets_for(capacity);
        (len < capacity && is_likely(capacity, buckets)).then_some(Self { buckets, is_lower_bound: false })
    }

    /// Whether a large table is as full as it seems. `sample` returns the addresses of the first [`SAMPLE`] entries.
    ///
    /// Otherwise it was filled and then lost, say, every other entry. Each left a tombstone, so the capacity equals the number of
    /// entries.
    pub(crate) fn is_full<T>(capacity: usize, len: usize, sample: impl FnOnce() -> Span) -> bool {
        // With a share d of 7/8 in use, eight entries lie over 8/d ± √(8(1−d))/d buckets; this is four times the deviation
        // above that.
        const DENSE: usize = 13;

        len == capacity
            && is_likely(capacity, buckets_for(capacity))
            && sample().buckets_between::<T>() <= DENSE
    }

    /// The table beside a vector, if only the lesser of the two capacities is known.
    ///
    /// If that is the capacity of a table without tombstones, both have it, unless the table is full and grew alone. Otherwise the
    /// vector has less room, or the table has tombstones and the vector more room. Small tables have no tombstones.
    #[cfg(feature = "indexmap")]
    #[inline]
    pub(crate) fn beside(capacity: usize, len: usize) -> Option<Self> {
        let buckets = buckets_for(capacity);
        // Of an emptied table nearly all buckets may be tombstones.
        let has_none = buckets < LEAST_WITH_TOMBSTONES && len > 0;
        let is_certain = if full_capacity(buckets) == capacity { len < capacity } else { has_none };
        (capacity > 0).then_some(Self { buckets, is_lower_bound: !is_certain })
    }

    /// A table of so many buckets.
    #[cfg(feature = "dashmap")]
    pub(crate) fn of_buckets(buckets: usize) -> Self {
        Self { buckets, is_lower_bound: false }
    }

    /// The smallest table with room for `len` entries; none for 0.
    #[cfg(feature = "lru_0_19")]
    pub(crate) fn with_room(len: usize) -> Option<Self> {
        (len > 0).then(|| Self { buckets: buckets_for(len), is_lower_bound: false })
    }

    /// The table that `shrink_to_fit` leaves for `len` entries; none for 0.
    ///
    /// Source: `RawTable::shrink_to` and `capacity_to_buckets` in `src/raw.rs`. Those of Rust before 1.86 let tables of the
    /// smallest entries be smaller still.
    pub(crate) fn shrunk<T>(len: usize) -> Option<Self> {
        let least = match (GROUP_WIDTH, size_of::<T>()) {
            (16, 0..=1) => 14,
            (16, 2..=3) | (8, 0..=1) => 7,
            _ => 3,
        };
        (len > 0).then(|| Self { buckets: buckets_for(len.max(least)), is_lower_bound: false })
    }

    /// What the table would take after `shrink_to_fit`, with so many entries of type `T`, in bytes.
    pub(crate) fn shrunk_size<T>(self, len: usize) -> usize {
        Self::shrunk::<T>(len).map_or(0, Self::size::<T>).min(self.size::<T>())
    }

    /// The table of entries of type `T` that takes so many bytes; none for 0.
    #[cfg(any(feature = "hashbrown_0_17", feature = "hashbrown_0_15", feature = "hashbrown_0_16"))]
    pub(crate) fn of_size<T>(size: usize) -> Option<Self> {
        let mut table = Self { buckets: MIN_BUCKETS, is_lower_bound: false };
        while table.buckets < size && table.size::<T>() < size {
            table.buckets *= 2;
        }
        (size > 0).then_some(table)
    }

    /// The layout of a table of entries of type `T`: the entries, aligned for the control bytes that follow.
    pub(crate) fn layout<T>(self) -> Option<Layout> {
        Layout::from_size_align(self.size::<T>(), Self::align::<T>()).ok()
    }

    /// The size of that layout: the entries, aligned for the control bytes that follow. Wraps for no table that exists.
    #[inline]
    pub(crate) fn size<T>(self) -> usize {
        let align = Self::align::<T>();
        let entries = size_of::<T>().wrapping_mul(self.buckets).wrapping_add(align - 1) & !(align - 1);
        entries.wrapping_add(self.buckets).wrapping_add(GROUP_WIDTH)
    }

    #[inline]
    fn align<T>() -> usize {
        align_of::<T>().max(GROUP_WIDTH)
    }
}

/// The range of addresses at which entries were found.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Span {
    first: usize,
    last: usize,
}

impl Span {
    /// The range between the first and the last entry of an iteration, which goes through the table in one direction.
    ///
    /// Source: `RawIterRange` in `src/raw.rs`. Should that change, the range is too small, never too large.
    #[inline]
    pub(crate) fn between<T>(first: Option<&T>, last: Option<&T>) -> Self {
        let address = |entry| core::ptr::from_ref::<T>(entry).addr();
        match (first.map(address), last.map(address)) {
            (Some(first), Some(last)) => Self { first: first.min(last), last: first.max(last) },
            _ => Self::default(),
        }
    }

    /// An address in the table, if an entry was found; null otherwise.
    pub(crate) fn address(self) -> *const () {
        core::ptr::without_provenance(self.first)
    }

    /// How many buckets lie between the first and the last entry, both included.
    #[inline]
    fn buckets_between<T>(self) -> usize {
        if self.first == 0 || size_of::<T>() == 0 {
            return 0;
        }
        (self.last - self.first) / size_of::<T>() + 1
    }

    /// How many buckets a table needs for its entries to lie so far apart.
    #[inline]
    fn buckets<T>(self) -> usize {
        match self.buckets_between::<T>() {
            0 => 0,
            between => between.next_power_of_two(),
        }
    }
}

/// How many entries a table without tombstones has room for: seven eighths of its buckets, or all but one of them if there
/// are fewer than nine.
#[inline]
fn full_capacity(buckets: usize) -> usize {
    if buckets <= 8 { buckets - 1 } else { buckets / 8 * 7 }
}

/// Whether a table most likely has no tombstones: it is large, and has the capacity of one without.
#[inline]
fn is_likely(capacity: usize, buckets: usize) -> bool {
    const LARGE: usize = 1024;

    capacity >= LARGE && full_capacity(buckets) == capacity
}

/// The smallest table with room for so many entries.
#[inline]
fn buckets_for(capacity: usize) -> usize {
    match capacity {
        0..4 => MIN_BUCKETS,
        4..8 => 8,
        // The least power of two whose seven eighths suffice, without a division.
        _ => {
            let buckets = capacity.next_power_of_two();
            if capacity <= full_capacity(buckets) { buckets } else { buckets.saturating_mul(2) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{buckets_for, full_capacity};

    #[test]
    fn a_table_is_the_smallest_with_room() {
        let around = |buckets: usize| {
            let full = full_capacity(buckets);
            [full - 1, full, full + 1, buckets - 1, buckets, buckets + 1]
        };
        let large = (4..usize::BITS - 4).map(|bits| 1_usize << bits).flat_map(around);
        for capacity in (0..10_000).chain(large) {
            let buckets = buckets_for(capacity);
            assert!(buckets.is_power_of_two() && full_capacity(buckets) >= capacity, "{capacity}");
            assert!(buckets == 4 || full_capacity(buckets / 2) < capacity, "{capacity}");
            // As `capacity_to_buckets` has it.
            if capacity >= 8 {
                assert_eq!(buckets, (capacity * 8 / 7).next_power_of_two(), "{capacity}");
            }
        }
    }
}
