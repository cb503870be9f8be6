//! The maps of `serde_json` and `toml`: a `BTreeMap`, or an `IndexMap` if a crate in the build enables `preserve_order`.
//!
//! Only the size of the map type distinguishes the two. A `BTreeMap` is measured exactly. An `IndexMap` is a vector of hash, key
//! and value, and a hash table of positions (`indexmap` 2, `src/inner.rs`). The map does not expose their capacities, so
//! the smallest blocks for its entries are counted. Removals keep the blocks, so there is no limit for the rest.

use alloc::collections::BTreeMap;
use alloc::string::String;
use core::alloc::Layout;

use crate::impls::alloc::collections::btree;
use crate::{DeepSize, Reason, Walker, layout};

/// An entry of an `IndexMap`.
///
/// Source: `Bucket` in `indexmap` 2, `src/lib.rs`.
struct Bucket<V> {
    _hash: usize,
    _key: String,
    _value: V,
}

/// Whether a map of this type is a `BTreeMap`, possibly with some flags next to it.
const fn is_tree<Map, V>() -> bool {
    size_of::<Map>() <= size_of::<BTreeMap<String, V>>() + size_of::<usize>()
}

/// Walks over a `Map` with these entries.
pub(super) fn walk<'e, Map, V, I>(walker: &mut Walker<'_>, entries: impl Fn() -> I)
where
    V: DeepSize + 'e,
    I: ExactSizeIterator<Item = (&'e String, &'e V)>,
{
    if is_tree::<Map, V>() {
        btree::walk_nodes(walker, entries().len(), entries());
    } else {
        walker.lower_bound(Reason::Capacity, None);
        if let Some((key, _)) = entries().next() {
            let (bytes, table) = least::<V>(entries().len());
            walker.allocation(key, bytes, bytes.size());
            walker.allocation(core::ptr::null::<()>(), table, table.size());
        }
    }
    walker.entries(entries());
}

/// Adds the heap size of a `Map` with these entries to `before`.
pub(super) fn sum<'e, Map, V, I>(walker: &mut Walker<'_>, before: usize, entries: impl Fn() -> I) -> usize
where
    V: DeepSize + 'e,
    I: ExactSizeIterator<Item = (&'e String, &'e V)>,
{
    if is_tree::<Map, V>() {
        return btree::sum_tree(walker, before, entries().len(), entries(), |walker, sum, key, value| {
            value.__sum(key.__sum(sum, walker), walker)
        });
    }
    walk::<Map, V, I>(walker, entries);
    before
}

/// The smallest blocks of an `IndexMap` with `len` entries: the vector and the table of positions.
fn least<V>(len: usize) -> (Layout, Layout) {
    let nothing = Layout::new::<()>();
    (
        layout::buffer::<Bucket<V>>(len).unwrap_or(nothing),
        layout::least_table::<usize>(len).unwrap_or(nothing),
    )
}
