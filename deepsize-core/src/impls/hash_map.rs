//! The hash maps and sets of the standard library and of `hashbrown`.
//!
//! The size of the table is inferred from its capacity and the addresses of its entries.

use super::hash_table::{walk_block, walk_hasher};
use crate::layout::{SAMPLE, Span, Table};
use crate::prefetch::{fold_entries, merge};
use crate::{DeepSize, Reason, Walker};

/// Implements `DeepSize` for a map that is a hash table. The parameter `A`, if any, is an allocator with the given bound.
macro_rules! hash_map {
    ($map:ident $(:: $path:ident)* $(, $a:ident: $bound:path)?) => {
        /// Buckets × entry size, and the control bytes.
        ///
        /// Exact unless an entry was removed while the map was nearly full. Such a removal leaves a tombstone, which hides
        /// capacity. The size is then reported as a lower bound ([`Reason::Tombstones`]), although it is usually exact.
        ///
        /// Rarely, the shortfall cannot be detected. This takes two coincidences. The tombstones hide exactly the capacity that
        /// a smaller table lacks. All entries are in a part of the table as small as that one. If the entries are flat and the
        /// capacity is at least 1024, their addresses are not read. Under random insertions and removals, this hides a
        /// shortfall in at most two of 1000 states.
        ///
        /// [`Reason::Tombstones`]: crate::Reason::Tombstones
        impl<K: crate::DeepSize, V: crate::DeepSize, S $(, $a: $bound)?> crate::DeepSize
            for $map$(::$path)*<K, V, S $(, $a)?>
        {
            built_in! {}

            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                use crate::impls::hash_map::{Fill, walk_memory};

                $(if !crate::impls::is_owned_by::<$a>(walker, self.capacity()) {
                    return;
                })?
                let fill = Fill { capacity: self.capacity(), len: self.len() };
                walk_memory::<(K, V), S, _>(walker, fill, K::is_flat() && V::is_flat(), self.keys());
                walker.entries(self);
            }

            #[inline]
            fn __sum(&self, before: usize, walker: &mut crate::Walker<'_>) -> usize {
                use crate::impls::hash_map::{Fill, sum_map};

                $(if !crate::impls::is_owned_by::<$a>(walker, self.capacity()) {
                    return before;
                })?
                let fill = Fill { capacity: self.capacity(), len: self.len() };
                crate::impls::hash_table::walk_hasher::<S>(walker);
                sum_map::<(K, V), _, _>(walker, before, fill, self.keys(), self.iter())
            }
        }

        impl<K, V, S> crate::container::Map for $map$(::$path)*<K, V, S> {
            type Key = K;
            type Value = V;

            fn walk_entries<F, G>(&self, walker: &mut crate::Walker<'_>, walk_key: F, walk_value: G)
            where
                F: Fn(&K, &mut crate::Walker<'_>),
                G: Fn(&V, &mut crate::Walker<'_>),
            {
                use crate::impls::hash_map::{Fill, walk_memory};

                let fill = Fill { capacity: self.capacity(), len: self.len() };
                walk_memory::<(K, V), S, _>(walker, fill, false, self.keys());
                walker.entries_with(self, walk_key, walk_value);
            }
        }
    };
}

/// Implements `DeepSize` for a set that is a hash table. The parameter `A`, if any, is an allocator with the given bound.
macro_rules! hash_set {
    ($set:ident $(:: $path:ident)* $(, $a:ident: $bound:path)?) => {
        /// Buckets × element size, and the control bytes. Exact under the same condition as `HashMap`.
        impl<T: crate::DeepSize, S $(, $a: $bound)?> crate::DeepSize for $set$(::$path)*<T, S $(, $a)?> {
            built_in! {}

            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                use crate::impls::hash_map::{Fill, walk_memory};

                $(if !crate::impls::is_owned_by::<$a>(walker, self.capacity()) {
                    return;
                })?
                let fill = Fill { capacity: self.capacity(), len: self.len() };
                walk_memory::<T, S, _>(walker, fill, T::is_flat(), self.iter());
                walker.elements(self);
            }

            #[inline]
            fn __sum(&self, before: usize, walker: &mut crate::Walker<'_>) -> usize {
                use crate::impls::hash_map::{Fill, sum_map};

                $(if !crate::impls::is_owned_by::<$a>(walker, self.capacity()) {
                    return before;
                })?
                let fill = Fill { capacity: self.capacity(), len: self.len() };
                let entries = self.iter().map(|element| (element, &()));
                crate::impls::hash_table::walk_hasher::<S>(walker);
                sum_map::<T, _, _>(walker, before, fill, self.iter(), entries)
            }
        }

        impl<T, S> crate::container::Container for $set$(::$path)*<T, S> {
            type Element = T;

            fn walk_each<F: Fn(&T, &mut crate::Walker<'_>)>(&self, walker: &mut crate::Walker<'_>, walk: F) {
                use crate::impls::hash_map::{Fill, walk_memory};

                let fill = Fill { capacity: self.capacity(), len: self.len() };
                walk_memory::<T, S, _>(walker, fill, false, self.iter());
                walker.elements_with(self, walk);
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

/// Reports the table of a map with entries of type `T`, and its hasher. `places` yields a part of each entry.
pub(crate) fn walk_memory<'e, T, S, P: 'e>(
    walker: &mut Walker<'_>,
    fill: Fill,
    is_flat: bool,
    places: impl Iterator<Item = &'e P> + Clone,
) {
    let span = span_of_entries::<T, P>(walker, fill, is_flat, places);
    let shrunk = walk_table::<T>(walker, fill, span);
    walker.emit_shrunk_size(|| shrunk);
    walk_hasher::<S>(walker);
}

/// Reports the table of a map with entries of type `T` at `span`. A table without entries exposes no address.
///
/// Returns the size of the table after `shrink_to_fit`, if the map has that method.
pub(crate) fn walk_table<T>(walker: &mut Walker<'_>, fill: Fill, span: Span) -> usize {
    let Some(table) = Table::new::<T>(fill.capacity, span) else { return 0 };
    let shrunk = walk_block::<T>(walker, table, fill.len, span.address());
    if table.is_lower_bound {
        walker.lower_bound(Reason::Tombstones, None);
    }
    shrunk
}

/// Adds the heap size of a map with entries of type `T` to `before`.
#[inline]
pub(crate) fn sum_map<'e, T, K: DeepSize + 'e, V: DeepSize + 'e>(
    walker: &mut Walker<'_>,
    before: usize,
    fill: Fill,
    keys: impl Iterator<Item = &'e K> + Clone,
    entries: impl Iterator<Item = (&'e K, &'e V)>,
) -> usize {
    if K::is_flat() && V::is_flat() {
        let table = Table::from_capacity_alone(fill.capacity, fill.len);
        return match table {
            Some(table) => before.wrapping_add(table.size::<T>()),
            None => before.wrapping_add(sum_doubtful_table::<T, K>(walker, fill, keys)),
        };
    }
    let (span, sum) = sum_entries(walker, before, fill.len, entries);
    sum.wrapping_add(sum_table::<T>(walker, fill, span))
}

/// The span of the keys, and `before` plus the heap sizes of the `len` entries.
#[inline]
fn sum_entries<'e, K: DeepSize + 'e, V: DeepSize + 'e>(
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
            let sum = walker.sum_entry(sum, key);
            walker.sum_entry(sum, value)
        });
        (Span::between(first, last), sum)
    })
}

/// The size of the table in bytes.
fn sum_table<T>(walker: &mut Walker<'_>, fill: Fill, span: Span) -> usize {
    let Some(table) = Table::new::<T>(fill.capacity, span) else {
        return 0;
    };
    if table.is_lower_bound {
        walker.lower_bound(Reason::Tombstones, None);
    }
    table.size::<T>()
}

/// The size in bytes of a table of flat entries, if the capacity does not suffice to infer it.
#[inline(never)]
fn sum_doubtful_table<'e, T, P: 'e>(
    walker: &mut Walker<'_>,
    fill: Fill,
    places: impl Iterator<Item = &'e P> + Clone,
) -> usize {
    let span = span_of_entries::<T, P>(walker, fill, true, places);
    sum_table::<T>(walker, fill, span)
}

/// The span of a map's entries of type `T`, where `places` yields a part of each entry.
///
/// Addresses of flat entries are read only if they may reveal more than the capacity. Otherwise an observed walk reads only the
/// address of the first entry, so it infers the same table as a plain walk.
pub(crate) fn span_of_entries<'e, T, P: 'e>(
    walker: &Walker<'_>,
    fill: Fill,
    is_flat: bool,
    places: impl Iterator<Item = &'e P> + Clone,
) -> Span {
    let (Fill { capacity, len }, sample) = (fill, || span_of(places.clone().take(SAMPLE)));
    if is_flat && Table::from_capacity_alone(capacity, len).is_some() {
        return if walker.is_observed() { span_of(places.take(1)) } else { Span::default() };
    }
    if is_flat && Table::is_full::<T>(capacity, len, sample) { sample() } else { span_of(places) }
}

#[inline]
fn span_of<'e, P: 'e>(places: impl Iterator<Item = &'e P> + Clone) -> Span {
    Span::between(places.clone().next(), places.last())
}
