//! What `HashMap` and `HashSet` have in common.

use core::mem;

use crate::layout::{SAMPLE, Span, Table};
use crate::{DeepSize, Reason, Walker, scatter};

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
    table.size::<T>()
}

/// The same if all entries are flat, so that they are looked at only if that may tell more of the table.
#[inline]
pub(super) fn sum_flat_table<'e, T, P: 'e>(
    walker: &mut Walker<'_>,
    fill: Fill,
    places: impl Iterator<Item = &'e P> + Clone,
) -> usize {
    match Table::evident(fill.capacity, fill.len) {
        Some(table) => table.size::<T>(),
        None => sum_doubtful_table::<T, P>(walker, fill, places),
    }
}

#[inline(never)]
fn sum_doubtful_table<'e, T, P: 'e>(
    walker: &mut Walker<'_>,
    fill: Fill,
    places: impl Iterator<Item = &'e P> + Clone,
) -> usize {
    let span = span_of_entries::<T, P>(walker, fill, true, places);
    sum_table::<T>(walker, fill, span)
}

/// Where the entries of a map lie, and what they own, when nobody watches.
#[inline]
pub(super) fn sum_entries<'e, K: DeepSize + 'e, V: DeepSize + 'e>(
    walker: &mut Walker<'e>,
    fill: Fill,
    entries: impl Iterator<Item = (&'e K, &'e V)> + Clone,
) -> (Span, usize) {
    let first = entries.clone().next().map(|(key, _)| key);
    let (last, bytes) = walker.on_a_stack(|walker| {
        if fill.len >= scatter::MANY {
            return scatter::sum_entries(walker, entries);
        }
        entries.fold((None, 0), |(_, bytes), (key, value)| {
            (Some(key), bytes + key.sum_owned(walker) + value.sum_owned(walker))
        })
    });
    (Span::between(first, last), bytes)
}

/// Where the entries of a map lie, each of type `T` with a part at one of `places`.
///
/// If all of them are flat they are looked at only if that may tell more of the table than the capacity does. A watcher is
/// shown at least the places of the first.
pub(super) fn span_of_entries<'e, T, P: 'e>(
    walker: &Walker<'_>,
    fill: Fill,
    is_flat: bool,
    places: impl Iterator<Item = &'e P> + Clone,
) -> Span {
    let (Fill { capacity, len }, sample) = (fill, || span_of(places.clone().take(SAMPLE)));
    if is_flat && Table::evident(capacity, len).is_some() {
        return if walker.is_observed() { sample() } else { Span::default() };
    }
    if is_flat && Table::is_full::<T>(capacity, len, sample) { sample() } else { span_of(places) }
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
