//! What `HashMap` and `HashSet` have in common.

use core::mem;

use crate::layout::{SAMPLE, Span, Table};
use crate::{Reason, Walker};

/// The capacity of a map and the number of its entries.
#[derive(Clone, Copy)]
pub(super) struct Fill {
    pub(super) capacity: usize,
    pub(super) len: usize,
}

/// Reports the table of a map with entries of type `T`, found at `span`.
pub(super) fn walk_table<T>(walker: &mut Walker<'_>, fill: Fill, span: Span) {
    let Some(table) = Table::new::<T>(fill.capacity, span) else {
        return;
    };
    if let Some(layout) = table.layout::<T>() {
        let spare = (table.buckets - fill.len) * size_of::<T>();
        walker.allocation(span.address(), layout, layout.size() - spare);
        if walker.is_observed() {
            let shrunk = Table::shrunk::<T>(fill.len).and_then(Table::layout::<T>);
            walker.packed(shrunk.map_or(0, |shrunk| shrunk.size()).min(layout.size()));
        }
    }
    if table.is_lower_bound {
        walker.opaque(Reason::Tombstones);
    }
}

/// The size of that table, when nobody watches.
#[inline]
pub(super) fn sum_table<T>(walker: &mut Walker<'_>, fill: Fill, span: Span) -> usize {
    let Some(table) = Table::new::<T>(fill.capacity, span) else {
        return 0;
    };
    if table.is_lower_bound {
        walker.opaque(Reason::Tombstones);
    }
    table.layout::<T>().map_or(0, |layout| layout.size())
}

/// Where the entries of a map lie, each of type `T` with a part at one of `places`.
///
/// If all of them are flat they are looked at only if that may tell more of the table than the capacity does. A watcher is
/// shown at least the places of the first.
#[inline]
pub(super) fn span_of_entries<'e, T, P: 'e>(
    walker: &Walker<'_>,
    fill: Fill,
    is_flat: bool,
    places: impl Iterator<Item = &'e P> + Clone,
) -> Span {
    let sample = || span_of(places.clone().take(SAMPLE));
    if !is_flat || Table::may_be_larger::<T>(fill.capacity, fill.len, sample) {
        span_of(places)
    } else if walker.is_observed() {
        sample()
    } else {
        Span::default()
    }
}

#[inline]
fn span_of<'e, P: 'e>(places: impl Iterator<Item = &'e P> + Clone) -> Span {
    Span::between(places.clone().next(), places.last())
}

/// Reports that the hasher's own memory is not known, if it may have any. Hashers need not implement `DeepSize`.
#[inline]
pub(super) fn walk_hasher<S>(walker: &mut Walker<'_>) {
    if mem::needs_drop::<S>() {
        walker.opaque(Reason::Hidden);
    }
}
