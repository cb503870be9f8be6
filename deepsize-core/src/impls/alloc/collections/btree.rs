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
        walk_tree(walker, self, |walker, index, key, value| {
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
        walk_tree(walker, self.iter().map(|key| (key, &())), |walker, index, key, ()| {
            if !T::is_flat() {
                walker.visit(|| Role::Element(index), key);
            }
        });
        if T::is_flat() {
            walker.flat_run::<T>(Role::Element(0), self.len());
        }
    }
}

/// Reports the nodes of a tree, and visits its entries with their positions.
fn walk_tree<'e, K: 'e, V: 'e, I>(
    walker: &mut Walker<'_>,
    entries: I,
    mut visit: impl FnMut(&mut Walker<'_>, usize, &K, &V),
) where
    I: IntoIterator<Item = (&'e K, &'e V)>,
{
    let report = |walker: &mut Walker<'_>, node: Node| {
        let spare = (NODE_CAPACITY - node.entries) * (size_of::<K>() + size_of::<V>());
        let used = node.layout.size() - spare;
        walker.allocation(ptr::without_provenance::<()>(node.address), node.layout, used);
    };
    walker.on_a_stack(|walker| {
        let mut nodes = Nodes::<K, V>::new();
        let mut count = 0;
        entries.into_iter().for_each(|(key, value)| {
            nodes.entry(key, value, |node| report(walker, node));
            visit(walker, count, key, value);
            count += 1;
        });
        nodes.finish(|node| report(walker, node));
        if size_of::<(K, V)>() == 0 && count > 1 {
            // Entries without a size all lie at one address. Only an order that calls a value unequal to itself lets a
            // map have more than one.
            walker.opaque(Reason::Hidden);
        }
    });
}
