use alloc::collections::{BTreeMap, BTreeSet};
use core::ptr;

use crate::container::{Container, Map};
use crate::layout::{self, NODE_CAPACITY, Node, fold_tree};
use crate::{DeepSize, Reason, Walker};

/// All leaf and internal nodes. Takes time linear in the number of entries, even if they are flat.
///
/// Two kinds of empty nodes are not detectable and not counted. An emptied map may keep one empty leaf. If a comparison of keys
/// panics in [`append`](alloc::collections::BTreeMap::append), the map may keep empty nodes at its end.
impl<K: DeepSize, V: DeepSize> DeepSize for BTreeMap<K, V> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_nodes(walker, self.len(), self.iter());
        walker.entries(self);
    }

    fn __sum(&self, before: usize, walker: &mut Walker<'_>) -> usize {
        sum_tree(walker, before, self.len(), self.iter(), |walker, sum, key, value| {
            let sum = walker.sum_entry(sum, key);
            walker.sum_entry(sum, value)
        })
    }
}

/// Like `BTreeMap`.
impl<T: DeepSize> DeepSize for BTreeSet<T> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_set_nodes(self, walker);
        walker.elements(self);
    }

    fn __sum(&self, before: usize, walker: &mut Walker<'_>) -> usize {
        let entries = self.iter().map(|key| (key, &()));
        sum_tree(walker, before, self.len(), entries, |walker, sum, key, ()| walker.sum_entry(sum, key))
    }
}

impl<K, V> Map for BTreeMap<K, V> {
    type Key = K;
    type Value = V;

    fn walk_entries<F, G>(&self, walker: &mut Walker<'_>, walk_key: F, walk_value: G)
    where
        F: Fn(&K, &mut Walker<'_>),
        G: Fn(&V, &mut Walker<'_>),
    {
        walk_nodes(walker, self.len(), self.iter());
        walker.entries_with(self, walk_key, walk_value);
    }
}

impl<T> Container for BTreeSet<T> {
    type Element = T;

    fn walk_each<F: Fn(&T, &mut Walker<'_>)>(&self, walker: &mut Walker<'_>, walk: F) {
        walk_set_nodes(self, walker);
        walker.elements_with(self, walk);
    }
}

/// Reports the nodes of a set.
fn walk_set_nodes<T>(set: &BTreeSet<T>, walker: &mut Walker<'_>) {
    walk_nodes(walker, set.len(), set.iter().map(|key| (key, &())));
}

/// Reports the nodes of a tree.
pub(in crate::impls) fn walk_nodes<'e, K: 'e, V: 'e>(
    walker: &mut Walker<'_>,
    len: usize,
    entries: impl Iterator<Item = (&'e K, &'e V)>,
) {
    report_indistinct::<K, V>(walker, len);
    let report = |(), node: Node| {
        let spare = NODE_CAPACITY.saturating_sub(node.entries) * (size_of::<K>() + size_of::<V>());
        let used = node.layout.size() - spare;
        walker.allocation(ptr::without_provenance::<()>(node.address), node.layout, used);
    };
    fold_tree(entries, (), |(), _, _| (), report);
    walker.emit_rebuilt_size(|| layout::rebuilt_size::<K, V>(len));
}

/// Adds the sizes of a tree's nodes, and the heap size of each entry by `sum`, to `before`.
pub(in crate::impls) fn sum_tree<'e, K: 'e, V: 'e>(
    walker: &mut Walker<'_>,
    before: usize,
    len: usize,
    entries: impl Iterator<Item = (&'e K, &'e V)>,
    sum: impl Fn(&mut Walker<'_>, usize, &K, &V) -> usize,
) -> usize {
    report_indistinct::<K, V>(walker, len);
    walker.on_stack(before, |walker| {
        let visit = |before, key, value| sum(walker, before, key, value);
        fold_tree(entries, before, visit, |before: usize, node| before.wrapping_add(node.layout.size()))
    })
}

/// Reports a tree of zero-sized entries as a lower bound if it may have several nodes.
///
/// Such entries all have one address, so the nodes cannot be distinguished. A map has several such entries only if their
/// `Ord` is inconsistent.
fn report_indistinct<K, V>(walker: &mut Walker<'_>, len: usize) {
    if size_of::<(K, V)>() == 0 && len > NODE_CAPACITY {
        walker.lower_bound(Reason::Hidden, Some(layout::largest_size::<K, V>(len)));
    }
}
