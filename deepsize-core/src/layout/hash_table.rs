//! The table of a `HashMap`, inferred from its capacity and the addresses of its entries.
//!
//! Source: `hashbrown` 0.17, `src/raw.rs`, which `std::collections::HashMap` wraps.

use core::alloc::Layout;

/// The number of control bytes that are compared together. As many extra bytes follow the control bytes of the buckets.
///
/// Source: the conditions in `src/control/group/mod.rs` and `generic.rs`. SSE2 compares 16 bytes, NEON 8, and other targets 8
/// or 4. Under Miri, `hashbrown` uses neither SSE2 nor NEON. On LoongArch 64, newer standard libraries compare 16 bytes, but
/// `hashbrown` 0.17 compares 8.
const GROUP_WIDTH: usize =
    if cfg!(all(any(target_arch = "x86", target_arch = "x86_64"), target_feature = "sse2", not(miri))) {
        16
    } else if cfg!(any(
        target_pointer_width = "64",
        target_arch = "aarch64",
        target_arch = "x86_64",
        target_arch = "wasm32"
    )) {
        8
    } else {
        4
    };

/// The number of entries sampled to decide whether a table is as full as it seems.
pub(crate) const SAMPLE: usize = 8;

/// The number of buckets in the smallest allocated table.
const MIN_BUCKETS: usize = 4;

/// The number of buckets in the smallest table that can have tombstones.
///
/// Source: `RawTableInner::erase`. It leaves a tombstone if the erased bucket is in a run of `GROUP_WIDTH` used buckets. A
/// table of one group has no such run, because it always has an empty bucket.
const LEAST_WITH_TOMBSTONES: usize = 2 * GROUP_WIDTH;

/// The inferred size of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) buckets: usize,
    /// Whether the table has tombstones. They hide capacity, so the table may be larger than it seems.
    pub(crate) is_lower_bound: bool,
}

impl Table {
    /// The table of a map with this capacity and entries at these addresses, or `None` if the capacity is 0.
    ///
    /// A map without tombstones reports the full capacity of its table. Each tombstone lowers the capacity by one. So the table
    /// has at least the buckets that the capacity needs, and at least the buckets that its entries span.
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

    /// The table of a map, if the capacity suffices to infer it without the addresses of entries.
    ///
    /// Addresses can reveal a larger table in two cases. Either no table without tombstones has this capacity, or the number of
    /// tombstones equals the difference to a smaller table. In a large table, the second case is rare, so the capacity is
    /// trusted. The capacity of a full table is not: a pattern of removals can produce it (see [`is_full`](Self::is_full)).
    #[inline]
    pub(crate) fn from_capacity_alone(capacity: usize, len: usize) -> Option<Self> {
        let buckets = buckets_for(capacity);
        (len < capacity && is_likely(capacity, buckets)).then_some(Self { buckets, is_lower_bound: false })
    }

    /// Whether a large table is as full as it seems. `sample` returns the span of the first [`SAMPLE`] entries.
    ///
    /// A table with few entries also seems full if it was filled, and then, for example, every other entry was removed. Each
    /// removal left a tombstone, so the capacity equals the number of entries.
    pub(crate) fn is_full<T>(capacity: usize, len: usize, sample: impl FnOnce() -> Span) -> bool {
        // In a table with a load d = 7/8, eight entries span 8/d ± √(8(1−d))/d buckets. This bound is the mean plus four
        // standard deviations.
        const DENSE: usize = 13;

        len == capacity
            && is_likely(capacity, buckets_for(capacity))
            && sample().buckets_between::<T>() <= DENSE
    }

    /// The table that belongs to a vector, if only the lesser of the two capacities is known.
    ///
    /// If a table without tombstones has this capacity, so does the vector, unless the table is full and grew alone. Otherwise
    /// either the vector has less capacity than the table, or the table has tombstones and the vector has more. Small tables
    /// have no tombstones.
    #[cfg(feature = "indexmap")]
    #[inline]
    pub(crate) fn beside(capacity: usize, len: usize) -> Option<Self> {
        let buckets = buckets_for(capacity);
        // In an emptied table, nearly all buckets may be tombstones.
        let has_none = buckets < LEAST_WITH_TOMBSTONES && len > 0;
        let is_certain = if full_capacity(buckets) == capacity { len < capacity } else { has_none };
        (capacity > 0).then_some(Self { buckets, is_lower_bound: !is_certain })
    }

    /// A table with this number of buckets.
    #[cfg(any(feature = "dashmap", all(test, feature = "hashbrown_0_17")))]
    pub(crate) fn of_buckets(buckets: usize) -> Self {
        Self { buckets, is_lower_bound: false }
    }

    /// The smallest table with room for `len` entries, or `None` if `len` is 0.
    #[cfg(any(feature = "hashlink_0_12", feature = "linked-hash-map_0_5", feature = "lru_0_19"))]
    pub(crate) fn with_room(len: usize) -> Option<Self> {
        (len > 0).then(|| Self { buckets: buckets_for(len), is_lower_bound: false })
    }

    /// The table that `shrink_to_fit` leaves for `len` entries, or `None` if `len` is 0.
    ///
    /// Source: `RawTable::shrink_to` and `capacity_to_buckets` in `src/raw.rs`. Before Rust 1.86, tables of the smallest
    /// entries can be even smaller.
    pub(crate) fn shrunk<T>(len: usize) -> Option<Self> {
        let least = match (GROUP_WIDTH, size_of::<T>()) {
            (16, 0..=1) => 14,
            (16, 2..=3) | (8, 0..=1) => 7,
            _ => 3,
        };
        (len > 0).then(|| Self { buckets: buckets_for(len.max(least)), is_lower_bound: false })
    }

    /// The size in bytes of the table after `shrink_to_fit`, with `len` entries of type `T`.
    pub(crate) fn shrunk_size<T>(self, len: usize) -> usize {
        Self::shrunk::<T>(len).map_or(0, Self::size::<T>).min(self.size::<T>())
    }

    /// The table of entries of type `T` with this size in bytes, or `None` if `size` is 0.
    #[cfg(any(feature = "hashbrown_0_17", feature = "hashbrown_0_15", feature = "hashbrown_0_16"))]
    pub(crate) fn of_size<T>(size: usize) -> Option<Self> {
        let mut table = Self { buckets: MIN_BUCKETS, is_lower_bound: false };
        while table.buckets < size && table.size::<T>() < size {
            table.buckets *= 2;
        }
        (size > 0).then_some(table)
    }

    /// The layout of a table of entries of type `T`.
    pub(crate) fn layout<T>(self) -> Option<Layout> {
        Layout::from_size_align(self.size::<T>(), Self::align::<T>()).ok()
    }

    /// The size of the layout in bytes: the entries, padded to the alignment of the control bytes, and the control bytes.
    ///
    /// Never wraps for an existing table.
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

/// The range of the addresses of entries.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Span {
    first: usize,
    last: usize,
}

impl Span {
    /// The range between the first and the last entry of an iteration, which visits the table in one direction.
    ///
    /// Source: `RawIterRange` in `src/raw.rs`. If the order changes, the range can become too small, but not too large.
    #[inline]
    pub(crate) fn between<T>(first: Option<&T>, last: Option<&T>) -> Self {
        let address = |entry| core::ptr::from_ref::<T>(entry).addr();
        match (first.map(address), last.map(address)) {
            (Some(first), Some(last)) => Self { first: first.min(last), last: first.max(last) },
            _ => Self::default(),
        }
    }

    /// An address in the table, or null if there is no entry.
    pub(crate) fn address(self) -> *const () {
        core::ptr::without_provenance(self.first)
    }

    /// The number of buckets from the first to the last entry, both included.
    #[inline]
    fn buckets_between<T>(self) -> usize {
        if self.first == 0 || size_of::<T>() == 0 {
            return 0;
        }
        (self.last - self.first) / size_of::<T>() + 1
    }

    /// The least number of buckets in a table with this span.
    #[inline]
    fn buckets<T>(self) -> usize {
        match self.buckets_between::<T>() {
            0 => 0,
            between => between.next_power_of_two(),
        }
    }
}

/// The capacity of a table without tombstones: seven eighths of its buckets, or all except one if there are at most eight.
#[inline]
fn full_capacity(buckets: usize) -> usize {
    if buckets <= 8 { buckets - 1 } else { buckets / 8 * 7 }
}

/// Whether a table most likely has no tombstones: it is large, and `capacity` is the full capacity of its buckets.
#[inline]
fn is_likely(capacity: usize, buckets: usize) -> bool {
    const LARGE: usize = 1024;

    capacity >= LARGE && full_capacity(buckets) == capacity
}

/// The number of buckets in the smallest table with this capacity.
#[inline]
fn buckets_for(capacity: usize) -> usize {
    match capacity {
        0..4 => MIN_BUCKETS,
        4..8 => 8,
        // The least power of two with sufficient seven eighths, without a division.
        _ => {
            let buckets = capacity.next_power_of_two();
            if capacity <= full_capacity(buckets) { buckets } else { buckets.saturating_mul(2) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{buckets_for, full_capacity};

    /// With `--cfg miri`, this tests the group width of Miri without running Miri.
    #[cfg(feature = "hashbrown_0_17")]
    #[test]
    fn tables_have_the_size_that_hashbrown_allocates() {
        for capacity in 1..100 {
            let table = hashbrown::HashTable::<u32>::with_capacity(capacity);
            let inferred = super::Table::of_buckets(buckets_for(table.capacity()));
            assert_eq!(inferred.size::<u32>(), table.allocation_size(), "{capacity}");
        }
    }

    #[test]
    fn buckets_for_gives_the_smallest_sufficient_table() {
        let around = |buckets: usize| {
            let full = full_capacity(buckets);
            [full - 1, full, full + 1, buckets - 1, buckets, buckets + 1]
        };
        let large = (4..usize::BITS - 4).map(|bits| 1_usize << bits).flat_map(around);
        for capacity in (0..10_000).chain(large) {
            let buckets = buckets_for(capacity);
            assert!(buckets.is_power_of_two() && full_capacity(buckets) >= capacity, "{capacity}");
            assert!(buckets == 4 || full_capacity(buckets / 2) < capacity, "{capacity}");
            // The formula of `capacity_to_buckets`.
            if capacity >= 8 {
                assert_eq!(buckets, (capacity * 8 / 7).next_power_of_two(), "{capacity}");
            }
        }
    }
}
