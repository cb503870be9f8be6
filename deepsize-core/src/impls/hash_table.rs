//! What all types with hash tables have in common.

use core::alloc::Layout;
use core::mem;

use crate::layout::Table;
use crate::sum::Sum;
use crate::{DeepSize, Reason, Walker, scatter};

/// Reports a table of which the size in bytes is known; 0 if there is none.
#[cfg(any(feature = "hashbrown", feature = "hashbrown_0_15", feature = "hashbrown_0_16"))]
pub(crate) fn walk_table_of_size<T>(walker: &mut Walker<'_>, size: usize, len: usize, entry: *const T) {
    let Some(table) = Table::of_size::<T>(size) else {
        return;
    };
    let packed = walk_block::<T>(walker, table, len, entry.cast());
    if walker.is_observed() {
        walker.packed(packed);
    }
}

/// Reports the block of a table with so many entries, one of them at the address, and returns what it would take if it were
/// packed.
pub(crate) fn walk_block<T>(walker: &mut Walker<'_>, table: Table, len: usize, entry: *const ()) -> usize {
    let layout = table.layout::<T>().unwrap_or(Layout::new::<()>());
    let spare = (table.buckets - len) * size_of::<T>();
    walker.allocation(entry, layout, layout.size() - spare);
    Table::shrunk::<T>(len).map_or(0, Table::size::<T>).min(layout.size())
}

/// The last key among so many entries, and what they own.
#[inline]
pub(crate) fn sum_to_last<'e, S: Sum, K: DeepSize + 'e, V: DeepSize + 'e>(
    walker: &mut Walker<'e>,
    len: usize,
    entries: impl Iterator<Item = (&'e K, &'e V)>,
) -> (Option<&'e K>, S) {
    walker.on_a_stack(|walker| {
        if len >= scatter::MANY { scatter::sum_entries(walker, entries) } else { sum_few(walker, entries) }
    })
}

/// The same for entries that are likely in a cache.
// Apart, for among all else that its callers have to remember the sum would have no register. And no `fold`, of which `hashbrown` keeps
// the state in memory.
#[inline(never)]
fn sum_few<'e, S: Sum, K: DeepSize + 'e, V: DeepSize + 'e>(
    walker: &mut Walker<'e>,
    entries: impl Iterator<Item = (&'e K, &'e V)>,
) -> (Option<&'e K>, S) {
    let (mut last, mut sum) = (None, S::NONE);
    for (key, value) in entries {
        last = Some(key);
        sum = sum + S::of(key, walker) + S::of(value, walker);
    }
    (last, sum)
}

/// Reports that the hasher's own memory is not known, if it may have any. Hashers need not implement `DeepSize`.
#[inline]
pub(crate) fn walk_hasher<S>(walker: &mut Walker<'_>) {
    if mem::needs_drop::<S>() {
        walker.opaque(Reason::Hidden);
    }
}
