use alloc::collections::{BTreeMap, BTreeSet};
use core::ptr;

use crate::layout::{self, NODE_CAPACITY, Node, fold_tree};
use crate::{DeepSize, Reason, Walker};

/// Leaf and internal nodes, exactly; takes time linear in the entries even if they own nothing.
///
/// An emptied map may keep one empty leaf, which nothing can see and which is not counted. A panic of the keys' order in
/// [`append`](alloc::collections::BTreeMap::append) may leave empty nodes at the end, which are not counted either.
impl<K: DeepSize, V: DeepSize> DeepSize for BTreeMap<K, V> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_nodes(walker, self.iter());
        walker.entries(self);
    }

    fn __sum(&self, before: usize, walker: &mut Walker<'_>) -> usize {
        sum_tree(walker, before, self.len(), self.iter(), |walker, sum, key, value| {
            value.__sum(key.__sum(sum, walker), walker)
        })
    }
}

/// As `BTreeMap`.
impl<T: DeepSize> DeepSize for BTreeSet<T> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_nodes(walker, self.iter().map(|key| (key, &())));
        walker.elements(self);
    }

    fn __sum(&self, before: usize, walker: &mut Walker<'_>) -> usize {
        let entries = self.iter().map(|key| (key, &()));
        sum_tree(walker, before, self.len(), entries, |walker, sum, key, ()| key.__sum(sum, walker))
    }
}

/// Reports the nodes of a tree.
pub(in crate::impls) fn walk_nodes<'e, K: 'e, V: 'e>(
    walker: &mut Walker<'_>,
    entries: impl ExactSizeIterator<Item = (&'e K, &'e V)>,
) {
    let len = entries.len();
    report_indistinct::<K, V>(walker, len);
    let report = |(), node: Node| {
        let spare = NODE_CAPACITY.saturating_sub(node.entries) * (size_of::<K>() + size_of::<V>());
        let used = node.layout.size() - spare;
        walker.allocation(ptr::without_provenance::<()>(node.address), node.layout, used);
    };
    fold_tree(entries, (), |(), _, _| (), report);
    walker.emit_shrunk_size(|| layout::rebuilt_size::<K, V>(len));
}

/// `before`, the nodes of a tree, and what each entry owns by `sum`.
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

/// Entries without a size all lie at one address, so nodes cannot be told apart. A map can have several such entries only if
/// their order calls a key unequal to itself.
fn report_indistinct<K, V>(walker: &mut Walker<'_>, len: usize) {
    if size_of::<(K, V)>() == 0 && len > NODE_CAPACITY {
        walker.opaque(Reason::Hidden);
    }
}
