//! Hash tables, for all types that have one.

use core::alloc::Layout;
use core::mem;

use crate::layout::{Span, Table};
use crate::prefetch::{fold_entries, merge};
use crate::{DeepSize, Reason, Walker};

/// Reports a table whose size in bytes is known; 0 if there is none.
#[cfg(any(feature = "hashbrown", feature = "hashbrown_0_15", feature = "hashbrown_0_16"))]
pub(crate) fn walk_table_of_size<T>(walker: &mut Walker<'_>, size: usize, len: usize, entry: *const T) {
    if let Some(table) = Table::of_size::<T>(size) {
        walk_block::<T>(walker, table, len, entry.cast());
    }
}

/// Reports the block of a table with `len` entries, one of them at `entry`, and its size after `shrink_to_fit`.
pub(crate) fn walk_block<T>(walker: &mut Walker<'_>, table: Table, len: usize, entry: *const ()) {
    let layout = table.layout::<T>().unwrap_or(Layout::new::<()>());
    let spare = (table.buckets - len) * size_of::<T>();
    walker.allocation(entry, layout, layout.size() - spare);
    walker.emit_shrunk_size(|| table.shrunk_size::<T>(len));
}

/// `before`, and what so many entries own; and where their keys lie.
#[inline]
pub(crate) fn sum_entries<'e, K: DeepSize + 'e, V: DeepSize + 'e>(
    walker: &mut Walker<'_>,
    before: usize,
    len: usize,
    entries: impl Iterator<Item = (&'e K, &'e V)>,
) -> (Span, usize) {
    walker.on_stack((Span::default(), before), |walker| {
        let (mut first, mut last) = (None, None);
        let next_reads = |(key, value): (&K, &V)| merge(key.__next_reads(), value.__next_reads());
        let sum = fold_entries(entries, len, next_reads, before, |sum, (key, value)| {
            first = first.or(Some(key));
            last = Some(key);
            value.__sum(key.__sum(sum, walker), walker)
        });
        (Span::between(first, last), sum)
    })
}

/// Reports an opaque part if the hasher may own memory. Hashers need not implement `DeepSize`.
#[inline]
pub(crate) fn walk_hasher<S>(walker: &mut Walker<'_>) {
    if mem::needs_drop::<S>() {
        walker.opaque(Reason::Hidden);
    }
}
