//! Reports of hash tables, for all types that own one.

use core::alloc::Layout;
use core::mem;

use crate::layout::Table;
use crate::{Reason, Walker};

/// Reports a table of this size in bytes, if it is not 0, and its size after `shrink_to_fit`.
#[cfg(any(feature = "hashbrown_0_17", feature = "hashbrown_0_15", feature = "hashbrown_0_16"))]
pub(crate) fn walk_table_of_size<T>(walker: &mut Walker<'_>, size: usize, len: usize, entry: *const T) {
    let table = Table::of_size::<T>(size);
    let shrunk = table.map_or(0, |table| walk_block::<T>(walker, table, len, entry.cast()));
    walker.emit_shrunk_size(|| shrunk);
}

/// Reports the block of a table with `len` entries. `entry` is the address of one of them, or null.
///
/// Returns the size of the block after `shrink_to_fit`, if the collection has that method.
pub(crate) fn walk_block<T>(walker: &mut Walker<'_>, table: Table, len: usize, entry: *const ()) -> usize {
    let layout = table.layout::<T>().unwrap_or(Layout::new::<()>());
    let spare = (table.buckets - len) * size_of::<T>();
    walker.allocation(entry, layout, layout.size() - spare);
    table.shrunk_size::<T>(len)
}

/// Reports the hasher as opaque if it may own memory. Hashers need not implement `DeepSize`.
#[inline]
pub(crate) fn walk_hasher<S>(walker: &mut Walker<'_>) {
    if mem::needs_drop::<S>() {
        walker.opaque(Reason::Hidden);
    }
}
