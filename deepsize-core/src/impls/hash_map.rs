//! What the hash maps and sets of the standard library and of `hashbrown` have in common: how large the table is follows from its
//! capacity, and from where entries lie.

use super::hash_table::{sum_to_last, walk_block};
use crate::evident::Evident;
use crate::layout::{SAMPLE, Span, Table};
use crate::sum::Sum;
use crate::{DeepSize, Reason, Walker};

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
                use crate::impls::hash_map::{Fill, span_of_entries, walk_table};

                let fill = Fill { capacity: self.capacity(), len: self.len() };
                let span = span_of_entries::<(K, V), _>(walker, fill, K::is_flat() && V::is_flat(), self.keys());
                walk_table::<(K, V)>(walker, fill, span);
                walker.entries(self);
                crate::impls::hash_table::walk_hasher::<S>(walker);
            }

            #[inline]
            fn sum_owned<'v>(&'v self, walker: &mut crate::Walker<'v>) -> usize {
                use crate::impls::hash_map::{Fill, sum_map};

                let fill = Fill { capacity: self.capacity(), len: self.len() };
                crate::impls::hash_table::walk_hasher::<S>(walker);
                sum_map::<_, (K, V), _, _>(walker, fill, self.keys(), self.iter())
            }

            #[inline]
            fn __count_onto<'v>(
                &'v self,
                before: crate::Totals,
                walker: &mut crate::Walker<'v>,
            ) -> crate::Totals {
                use crate::impls::hash_map::{Fill, sum_map};

                let fill = Fill { capacity: self.capacity(), len: self.len() };
                crate::impls::hash_table::walk_hasher::<S>(walker);
                before + sum_map::<crate::Totals, (K, V), _, _>(walker, fill, self.keys(), self.iter())
            }

            #[inline]
            fn __evident_sum(&self, before: crate::evident::Evident) -> Option<crate::evident::Evident> {
                use crate::impls::hash_map::{Fill, evident_table};

                let fill = Fill { capacity: self.capacity(), len: self.len() };
                if K::is_flat() && V::is_flat() { evident_table::<(K, V), S>(before, fill) } else { None }
            }

            #[inline]
            fn heap_size(&self) -> usize {
                crate::__private::evident_heap_size(self)
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
                use crate::impls::hash_map::{Fill, span_of_entries, walk_table};

                let fill = Fill { capacity: self.capacity(), len: self.len() };
                let span = span_of_entries::<T, _>(walker, fill, T::is_flat(), self.iter());
                walk_table::<T>(walker, fill, span);
                walker.elements(self);
                crate::impls::hash_table::walk_hasher::<S>(walker);
            }

            #[inline]
            fn sum_owned<'v>(&'v self, walker: &mut crate::Walker<'v>) -> usize {
                use crate::impls::hash_map::{Fill, sum_map};

                let fill = Fill { capacity: self.capacity(), len: self.len() };
                let entries = self.iter().map(|element| (element, &()));
                crate::impls::hash_table::walk_hasher::<S>(walker);
                sum_map::<_, T, _, _>(walker, fill, self.iter(), entries)
            }

            #[inline]
            fn __count_onto<'v>(
                &'v self,
                before: crate::Totals,
                walker: &mut crate::Walker<'v>,
            ) -> crate::Totals {
                use crate::impls::hash_map::{Fill, sum_map};

                let fill = Fill { capacity: self.capacity(), len: self.len() };
                let entries = self.iter().map(|element| (element, &()));
                crate::impls::hash_table::walk_hasher::<S>(walker);
                before + sum_map::<crate::Totals, T, _, _>(walker, fill, self.iter(), entries)
            }

            #[inline]
            fn __evident_sum(&self, before: crate::evident::Evident) -> Option<crate::evident::Evident> {
                use crate::impls::hash_map::{Fill, evident_table};

                let fill = Fill { capacity: self.capacity(), len: self.len() };
                if T::is_flat() { evident_table::<T, S>(before, fill) } else { None }
            }

            #[inline]
            fn heap_size(&self) -> usize {
                crate::__private::evident_heap_size(self)
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

/// What a map with entries of type `T` owns.
#[inline]
pub(crate) fn sum_map<'e, S: Sum, T, K: DeepSize + 'e, V: DeepSize + 'e>(
    walker: &mut Walker<'e>,
    fill: Fill,
    keys: impl Iterator<Item = &'e K> + Clone,
    entries: impl Iterator<Item = (&'e K, &'e V)> + Clone,
) -> S {
    if K::is_flat() && V::is_flat() {
        return S::block(sum_flat_table::<T, _>(walker, fill, keys));
    }
    let (span, below) = sum_entries::<S, K, V>(walker, fill, entries);
    S::block(sum_table::<T>(walker, fill, span)) + below
}

/// The size of that table.
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

/// The same if the capacity tells all, and the hasher has no memory.
#[inline]
pub(crate) fn evident_table<T, S>(before: Evident, fill: Fill) -> Option<Evident> {
    if core::mem::needs_drop::<S>() {
        return None;
    }
    let table = Table::evident(fill.capacity, fill.len)?;
    Some(before.and_block(table.size::<T>()))
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

/// Where the entries of a map lie, and what they own.
#[inline]
pub(crate) fn sum_entries<'e, S: Sum, K: DeepSize + 'e, V: DeepSize + 'e>(
    walker: &mut Walker<'e>,
    fill: Fill,
    entries: impl Iterator<Item = (&'e K, &'e V)> + Clone,
) -> (Span, S) {
    let first = entries.clone().next().map(|(key, _)| key);
    let (last, owned) = sum_to_last(walker, fill.len, entries);
    (Span::between(first, last), owned)
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
