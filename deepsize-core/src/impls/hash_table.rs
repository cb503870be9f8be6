//! Hash tables, for all types that have one.

use core::alloc::Layout;
use core::mem;

use crate::layout::Table;
use crate::{Reason, Walker};

/// Reports a table whose size in bytes is known; 0 if there is none.
#[cfg(any(feature = "hashbrown_0_17", feature = "hashbrown_0_15", feature = "hashbrown_0_16"))]
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

/// Reports that the hasher's own memory is not known, if it may have any. Hashers need not implement `DeepSize`.
#[inline]
pub(crate) fn walk_hasher<S>(walker: &mut Walker<'_>) {
    if mem::needs_drop::<S>() {
        walker.opaque(Reason::Hidden);
    }
}
