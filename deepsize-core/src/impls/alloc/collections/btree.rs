use alloc::collections::{BTreeMap, BTreeSet};
use core::ptr;

use crate::layout::{self, MOST_IN_ONE_NODE, NODE_CAPACITY, Nodes, sum_small_tree, sum_tree};
use crate::machine::prefetch;
use crate::sum::Sum;
use crate::{DeepSize, Reason, Totals, Walker};

/// Leaf and internal nodes, exactly; takes time linear in the entries even if they own nothing.
///
/// An emptied map may keep one empty leaf, which nothing can see and which is not counted. So may a map of which
/// [`append`](alloc::collections::BTreeMap::append) was left by a panic of the keys' order keep empty nodes at its end.
impl<K: DeepSize, V: DeepSize> DeepSize for BTreeMap<K, V> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_nodes(walker, self.iter());
        walker.entries(self);
    }

    fn sum_owned<'v>(&'v self, walker: &mut Walker<'v>) -> usize {
        sum_entries(
            walker,
            self.len(),
            || self.iter(),
            |walker, key, value| key.__sum_onto(0, walker) + value.__sum_onto(0, walker),
        )
    }

    fn __count_onto<'v>(&'v self, before: Totals, walker: &mut Walker<'v>) -> Totals {
        before
            + sum_entries(
                walker,
                self.len(),
                || self.iter(),
                |walker, key, value| value.__count_onto(Totals::of(key, walker), walker),
            )
    }

    fn leads_to(&self) -> usize {
        match one_node(self) {
            Some((key, _)) => ptr::from_ref(key).addr(),
            None => 0,
        }
    }

    fn __ask_ahead(&self, further: bool) {
        let Some((key, value)) = one_node(self) else { return };
        if further {
            self.iter().for_each(|(key, value)| {
                key.__ask_ahead(false);
                value.__ask_ahead(false);
            });
        } else {
            ask_for_array(key, self.len());
            ask_for_array(value, self.len());
        }
    }
}

/// The first entry of a map that has but one node. That reads how many entries the node has, and not where they lie, so that the
/// processor need not wait.
#[inline]
fn one_node<K, V>(map: &BTreeMap<K, V>) -> Option<(&K, &V)> {
    let has_one = map.len() <= NODE_CAPACITY;
    if has_one { map.iter().next() } else { None }
}

/// Asks for all of an array in a node, unless it will not be read.
#[inline]
fn ask_for_array<T: DeepSize>(first: &T, len: usize) {
    const LINE: usize = 64;

    if !T::is_flat() {
        let first = ptr::from_ref(first).addr();
        (0..len * size_of::<T>()).step_by(LINE).for_each(|offset| prefetch(first.wrapping_add(offset)));
    }
}

/// As `BTreeMap`.
impl<T: DeepSize> DeepSize for BTreeSet<T> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_nodes(walker, self.iter().map(|key| (key, &())));
        walker.elements(self);
    }

    fn sum_owned<'v>(&'v self, walker: &mut Walker<'v>) -> usize {
        sum_entries(
            walker,
            self.len(),
            || self.iter().map(|key| (key, &())),
            |walker, key, ()| key.__sum_onto(0, walker),
        )
    }

    fn __count_onto<'v>(&'v self, before: Totals, walker: &mut Walker<'v>) -> Totals {
        before
            + sum_entries(
                walker,
                self.len(),
                || self.iter().map(|key| (key, &())),
                |walker, key, ()| Totals::of(key, walker),
            )
    }
}

/// Reports the nodes of a tree.
pub(in crate::impls) fn walk_nodes<'e, K: 'e, V: 'e>(
    walker: &mut Walker<'_>,
    entries: impl ExactSizeIterator<Item = (&'e K, &'e V)>,
) {
    let len = entries.len();
    mark_impossible::<K, V>(walker, len);
    let mut nodes = Nodes::<K, V>::new();
    let mut report = |node: crate::layout::Node| {
        let spare = NODE_CAPACITY.saturating_sub(node.entries) * (size_of::<K>() + size_of::<V>());
        let used = node.layout.size() - spare;
        walker.allocation(ptr::without_provenance::<()>(node.address), node.layout, used);
    };
    entries.for_each(|(key, value)| nodes.entry(key, value, &mut report));
    nodes.finish(report);
    if walker.is_observed() && len > 0 {
        walker.packed(layout::packed::<K, V>(len));
    }
}

/// The nodes of a tree, and what its entries own as `below` says.
#[inline]
pub(in crate::impls) fn sum_entries<'e, S: Sum, K: 'e, V: 'e, I>(
    walker: &mut Walker<'e>,
    len: usize,
    entries: impl Fn() -> I,
    mut below: impl FnMut(&mut Walker<'e>, &'e K, &'e V) -> S,
) -> S
where
    I: DoubleEndedIterator<Item = (&'e K, &'e V)>,
{
    mark_impossible::<K, V>(walker, len);
    walker.on_a_stack(move |walker| {
        let below = |key, value| below(walker, key, value);
        if len > MOST_IN_ONE_NODE {
            sum_tree(len, entries, below)
        } else {
            sum_small_tree(len, entries, below)
        }
    })
}

/// Entries without a size all lie at one address, so that nodes cannot be told apart. Only an order that calls a key
/// unequal to itself lets a map have more than one.
fn mark_impossible<K, V>(walker: &mut Walker<'_>, len: usize) {
    if size_of::<(K, V)>() == 0 && len > NODE_CAPACITY {
        walker.opaque(Reason::Hidden);
    }
}
