//! Reports of hash tables, for all types that own one.

use core::alloc::Layout;
use core::mem;

use crate::layout::Table;
use crate::{Reason, Walker};

/// Reports a table of this size in bytes, or nothing if the size is 0.
#[cfg(any(feature = "hashbrown_0_17", feature = "hashbrown_0_15", feature = "hashbrown_0_16"))]
pub(crate) fn walk_table_of_size<T>(walker: &mut Walker<'_>, size: usize, len: usize, entry: *const T) {
    if let Some(table) = Table::of_size::<T>(size) {
        walk_block::<T>(walker, table, len, entry.cast());
    }
}

/// Reports the block of a table and its size after `shrink_to_fit`.
///
/// The table has `len` entries. `entry` is the address of one of them, or null.
pub(crate) fn walk_block<T>(walker: &mut Walker<'_>, table: Table, len: usize, entry: *const ()) {
    let layout = table.layout::<T>().unwrap_or(Layout::new::<()>());
    let spare = (table.buckets - len) * size_of::<T>();
    walker.allocation(entry, layout, layout.size() - spare);
    walker.emit_shrunk_size(|| table.shrunk_size::<T>(len));
}

/// Reports the hasher as opaque if it may own memory. Hashers need not implement `DeepSize`.
#[inline]
pub(crate) fn walk_hasher<S>(walker: &mut Walker<'_>) {
    if mem::needs_drop::<S>() {
        walker.opaque(Reason::Hidden);
    }
}
