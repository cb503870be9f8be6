//! What the hash maps and sets of the standard library and of `hashbrown` have in common.

use core::alloc::Layout;
use core::mem;

use crate::layout::{SAMPLE, Span, Table};
use crate::{DeepSize, Reason, Walker, scatter};

/// Implements `DeepSize` for a map of a hash table.
macro_rules! hash_map {
    ($map:ident $(:: $path:ident)*) => {
        /// Buckets × entry, and the control bytes.
        ///
        /// Exact for maps from which nothing was removed while they were nearly full. Otherwise the table may hold tombstones,
        /// which hide capacity: then the size is a lower bound, mostly exact, and reported as such ([`Reason::Tombstones`]).
        /// In the rare case that the tombstones happen to number exactly the difference to a smaller table, and all entries lie in
        /// as small a part of the table, nothing shows that the bound is not met. If the entries are flat and the map has room for
        /// 1024 or more, it is enough that the tombstones number so many; where entries come and go, that is so in less than one of
        /// a thousand states.
        ///
        /// [`Reason::Tombstones`]: crate::Reason::Tombstones
        impl<K: crate::DeepSize, V: crate::DeepSize, S> crate::DeepSize for $map$(::$path)*<K, V, S> {
            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                use crate::impls::hash_table::{Fill, span_of_entries, walk_hasher, walk_table};

                let fill = Fill { capacity: self.capacity(), len: self.len() };
                let span = span_of_entries::<(K, V), _>(walker, fill, K::is_flat() && V::is_flat(), self.keys());
                walk_table::<(K, V)>(walker, fill, span);
                walker.entries(self);
                walk_hasher::<S>(walker);
            }

            #[inline]
            fn sum_owned<'v>(&'v self, walker: &mut crate::Walker<'v>) -> usize {
                use crate::impls::hash_table::{Fill, sum_entries, sum_flat_table, sum_table, walk_hasher};

                let fill = Fill { capacity: self.capacity(), len: self.len() };
                walk_hasher::<S>(walker);
                if K::is_flat() && V::is_flat() {
                    return sum_flat_table::<(K, V), _>(walker, fill, self.keys());
                }
                let (span, below) = sum_entries(walker, fill, self.iter());
                sum_table::<(K, V)>(walker, fill, span) + below
            }
        }
    };
}

/// Implements `DeepSize` for a set of a hash table.
macro_rules! hash_set {
    ($set:ident $(:: $path:ident)*) => {
        /// As `HashMap`.
        impl<T: crate::DeepSize, S> crate::DeepSize for $set$(::$path)*<T, S> {
            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                use crate::impls::hash_table::{Fill, span_of_entries, walk_hasher, walk_table};

                let fill = Fill { capacity: self.capacity(), len: self.len() };
                let span = span_of_entries::<T, _>(walker, fill, T::is_flat(), self.iter());
                walk_table::<T>(walker, fill, span);
                walker.elements(self);
                walk_hasher::<S>(walker);
            }

            #[inline]
            fn sum_owned<'v>(&'v self, walker: &mut crate::Walker<'v>) -> usize {
                use crate::impls::hash_table::{Fill, sum_entries, sum_flat_table, sum_table, walk_hasher};

                let fill = Fill { capacity: self.capacity(), len: self.len() };
                walk_hasher::<S>(walker);
                if T::is_flat() {
                    return sum_flat_table::<T, _>(walker, fill, self.iter());
                }
                let (span, below) = sum_entries(walker, fill, self.iter().map(|element| (element, &())));
                sum_table::<T>(walker, fill, span) + below
            }
        }
    };
}

/// The capacity of a map and the number of its entries.
#[derive(Clone, Copy)]
pub(crate) struct Fill {
    pub(crate) capacity: usize,
    pub(crate) len: usize,
}

/// Reports the table of a map with entries of type `T`, found at `span`.
pub(crate) fn walk_table<T>(walker: &mut Walker<'_>, fill: Fill, span: Span) {
    let Some(table) = Table::new::<T>(fill.capacity, span) else {
        return;
    };
    let packed = walk_block::<T>(walker, table, fill.len, span.address());
    if walker.is_observed() {
        walker.packed(packed);
    }
    if table.is_lower_bound {
        walker.opaque(Reason::Tombstones);
    }
}

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

/// The size of that table, when nobody watches.
#[inline]
pub(crate) fn sum_table<T>(walker: &mut Walker<'_>, fill: Fill, span: Span) -> usize {
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
pub(crate) fn sum_flat_table<'e, T, P: 'e>(
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
pub(crate) fn sum_entries<'e, K: DeepSize + 'e, V: DeepSize + 'e>(
    walker: &mut Walker<'e>,
    fill: Fill,
    entries: impl Iterator<Item = (&'e K, &'e V)> + Clone,
) -> (Span, usize) {
    let first = entries.clone().next().map(|(key, _)| key);
    let (last, bytes) = sum_to_last(walker, fill.len, entries);
    (Span::between(first, last), bytes)
}

/// The last key among so many entries, and what they own, when nobody watches.
#[inline]
pub(crate) fn sum_to_last<'e, K: DeepSize + 'e, V: DeepSize + 'e>(
    walker: &mut Walker<'e>,
    len: usize,
    entries: impl Iterator<Item = (&'e K, &'e V)>,
) -> (Option<&'e K>, usize) {
    walker.on_a_stack(|walker| {
        if len >= scatter::MANY {
            return scatter::sum_entries(walker, entries);
        }
        entries.fold((None, 0), |(_, bytes), (key, value)| {
            (Some(key), bytes + key.sum_owned(walker) + value.sum_owned(walker))
        })
    })
}

/// Where the entries of a map lie, each of type `T` with a part at one of `places`.
///
/// If all of them are flat they are looked at only if that may tell more of the table than the capacity does. A watcher is
/// shown at least the places of the first.
pub(crate) fn span_of_entries<'e, T, P: 'e>(
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
pub(crate) fn walk_hasher<S>(walker: &mut Walker<'_>) {
    if mem::needs_drop::<S>() {
        walker.opaque(Reason::Hidden);
    }
}
