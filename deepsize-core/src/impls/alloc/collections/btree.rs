use alloc::collections::{BTreeMap, BTreeSet};
use core::ptr;

use crate::layout::{NODE_CAPACITY, Node, Nodes};
use crate::{DeepSize, Reason, Role, Walker};

/// Leaf and internal nodes, exactly; takes time linear in the entries even if they own nothing.
///
/// An emptied map may keep one empty leaf, which nothing can see and which is not counted.
impl<K: DeepSize, V: DeepSize> DeepSize for BTreeMap<K, V> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let (flat_keys, flat_values) = (K::is_flat(), V::is_flat());
        walk_tree(walker, self.iter(), flat_keys && flat_values, |walker, index, key, value| {
            if !flat_keys {
                walker.visit(|| Role::Key(index), key);
            }
            if !flat_values {
                walker.visit(|| Role::Value(index), value);
            }
        });
        if flat_keys {
            walker.flat_run::<K>(Role::Key(0), self.len());
        }
        if flat_values {
            walker.flat_run::<V>(Role::Value(0), self.len());
        }
    }
}

/// As `BTreeMap`.
impl<T: DeepSize> DeepSize for BTreeSet<T> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let entries = self.iter().map(|key| (key, &()));
        walk_tree(walker, entries, T::is_flat(), |walker, index, key, ()| {
            walker.visit(|| Role::Element(index), key);
        });
        if T::is_flat() {
            walker.flat_run::<T>(Role::Element(0), self.len());
        }
    }
}

/// Reports the nodes of a tree, and visits its entries with their positions if they are not `flat`.
fn walk_tree<'e, K: 'e, V: 'e, I>(
    walker: &mut Walker<'_>,
    entries: I,
    is_flat: bool,
    mut visit: impl FnMut(&mut Walker<'_>, usize, &'e K, &'e V),
) where
    I: ExactSizeIterator<Item = (&'e K, &'e V)>,
{
    if size_of::<(K, V)>() == 0 && entries.len() > NODE_CAPACITY {
        // Entries without a size all lie at one address. Only an order that calls a key unequal to itself lets a map have
        // more than one.
        walker.opaque(Reason::Hidden);
    }
    let mut nodes = Nodes::<K, V>::new();
    let mut count = 0;
    if is_flat && !walker.is_observed() {
        let mut bytes = 0;
        entries.for_each(|(key, value)| nodes.entry(key, value, |node| bytes += node.layout.size()));
        walker.allocations(1, bytes);
    } else if is_flat {
        entries.for_each(|(key, value)| nodes.entry(key, value, |node| report::<K, V>(walker, node)));
    } else {
        walker.on_a_stack(|walker| {
            entries.for_each(|(key, value)| {
                nodes.entry(key, value, |node| report::<K, V>(walker, node));
                visit(walker, count, key, value);
                count += 1;
            });
        });
    }
    nodes.finish(|node| report::<K, V>(walker, node));
}

fn report<K, V>(walker: &mut Walker<'_>, node: Node) {
    let spare = NODE_CAPACITY.saturating_sub(node.entries) * (size_of::<K>() + size_of::<V>());
    let used = node.layout.size() - spare;
    walker.allocation(ptr::without_provenance::<()>(node.address), node.layout, used);
}
