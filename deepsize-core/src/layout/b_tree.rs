//! The nodes of a `BTreeMap`, found by looking at where its keys lie.

use core::alloc::Layout;
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::ops::ControlFlow;
use core::ptr::NonNull;

use crate::sum::Sum;

/// How many entries a node has room for.
///
/// Source: `CAPACITY` in `alloc/src/collections/btree/node.rs`.
pub(crate) const NODE_CAPACITY: usize = 11;

/// How many entries a node has at least, unless it is the root, or the last of its level after a panic in `append`.
///
/// Source: `MIN_LEN` in `alloc/src/collections/btree/map.rs`, and `bulk_push` in `append.rs`, which makes up for too few at its end.
const LEAST_IN_LEAF: usize = 5;

/// So many entries, or fewer, lie in one node, but for such a panic: with one more there may be a root of one entry and two leaves.
pub(crate) const MOST_IN_ONE_NODE: usize = 2 * LEAST_IN_LEAF;

/// How many levels of internal nodes a tree can have: each but for the root has at least 6 children, and 6^24 leaves are more
/// than an address space of 64 bits holds.
const MAX_INTERNAL: usize = 24;

/// Has the fields, and so the size and alignment, of `LeafNode` in `alloc/src/collections/btree/node.rs`.
struct LeafNode<K, V> {
    _parent: Option<NonNull<()>>,
    _parent_index: MaybeUninit<u16>,
    _length: u16,
    _keys: [MaybeUninit<K>; NODE_CAPACITY],
    _values: [MaybeUninit<V>; NODE_CAPACITY],
}

/// Mirrors `InternalNode` of the same file.
#[repr(C)]
struct InternalNode<K, V> {
    _data: LeafNode<K, V>,
    _edges: [MaybeUninit<NonNull<()>>; NODE_CAPACITY + 1],
}

/// A node of the tree, with all its entries seen.
pub(crate) struct Node {
    /// The address of the first key.
    pub(crate) address: usize,
    pub(crate) layout: Layout,
    pub(crate) entries: usize,
}

/// The bytes of all nodes of a tree with so many entries that is built from them in order.
///
/// Source: `bulk_push` in `alloc/src/collections/btree/append.rs`. Each node is filled, then the next entry separates it from one
/// to its right; at the end, entries move from full nodes to the last ones if those hold too few.
pub(crate) fn packed<K, V>(entries: usize) -> usize {
    let (mut entries, mut bytes, mut size) = (entries, 0, size_of::<LeafNode<K, V>>());
    while entries > 0 {
        // What separates the nodes of one level lies in those of the level above.
        let separators = entries / (NODE_CAPACITY + 1);
        bytes += (separators + 1) * size;
        (entries, size) = (separators, size_of::<InternalNode<K, V>>());
    }
    bytes
}

/// Tells the nodes of a `BTreeMap<K, V>` apart by the addresses of its keys in order.
///
/// The keys of one node lie side by side. Where the run breaks, the next key separates two nodes and lies one level up,
/// and the same rule holds among the separators. So each level has at most one node open, which the next key at the
/// expected address extends; a key that does not fit closes the node and is offered to the level above; a level without
/// an open node opens one for the key.
///
/// No key fits by accident. The address expected next lies in the open node, or at its end if its array of keys is full
/// and comes last in it; but then the array does not come first, and no other node's keys begin where this node ends.
pub(crate) struct Nodes<K, V> {
    leaf: Open,
    above: [Open; MAX_INTERNAL],
    height: usize,
    entry: PhantomData<fn() -> (K, V)>,
}

/// A node of which more keys may come.
#[derive(Clone, Copy)]
struct Open {
    first: usize,
    /// The address of the key that would come next; 0 if no node is open.
    next: usize,
}

impl Open {
    const NONE: Self = Self { first: 0, next: 0 };
}

impl<K, V> Nodes<K, V> {
    const STRIDE: usize = stride::<K, V>();

    #[inline]
    pub(crate) fn new() -> Self {
        Self { leaf: Open::NONE, above: [Open::NONE; MAX_INTERNAL], height: 0, entry: PhantomData }
    }

    /// Takes the next entry in order, and passes on each node of which no more entries will come.
    #[inline]
    pub(crate) fn entry(&mut self, key: &K, value: &V, closed: impl FnMut(Node)) {
        let address = address_of(key, value);
        if address == self.leaf.next {
            self.leaf.next = address.wrapping_add(Self::STRIDE);
        } else {
            self.turn(address, closed);
        }
    }

    /// Takes an entry that is not in the open leaf.
    #[inline(never)]
    fn turn(&mut self, address: usize, mut closed: impl FnMut(Node)) {
        let begun = Open { first: address, next: address.wrapping_add(Self::STRIDE) };
        if self.leaf.next == 0 {
            self.leaf = begun;
            return;
        }
        closed(Self::leaf(self.leaf));
        self.leaf = Open::NONE;
        for (level, open) in self.above.iter_mut().enumerate() {
            if open.next == address {
                open.next = begun.next;
                return;
            }
            let before = core::mem::replace(open, begun);
            if before.next == 0 {
                self.height = self.height.max(level + 1);
                return;
            }
            closed(Self::internal(before));
            *open = Open::NONE;
        }
    }

    /// Passes on the nodes still open after the last entry.
    pub(crate) fn finish(self, mut closed: impl FnMut(Node)) {
        if self.leaf.next != 0 {
            closed(Self::leaf(self.leaf));
        }
        let above = self.above.into_iter().take(self.height);
        above.filter(|open| open.next != 0).for_each(|open| closed(Self::internal(open)));
    }

    fn leaf(open: Open) -> Node {
        Self::node(open, Layout::new::<LeafNode<K, V>>())
    }

    fn internal(open: Open) -> Node {
        Self::node(open, Layout::new::<InternalNode<K, V>>())
    }

    fn node(open: Open, layout: Layout) -> Node {
        // Entries without a size all lie at one address, and there is at most one.
        let entries = open.next.wrapping_sub(open.first).checked_div(Self::STRIDE).unwrap_or(1);
        Node { address: open.first, layout, entries }
    }
}

/// As [`sum_tree`], for a tree that has one node, unless an order panicked while `append` built it: that leaves a last leaf with any number
/// of entries.
// A function of its own, small as the trees are: with others around it a compiler leaves the step of the iteration a call.
#[inline(never)]
pub(crate) fn sum_small_tree<'e, S: Sum, K: 'e, V: 'e, I>(
    len: usize,
    entries: impl Fn() -> I,
    mut below: impl FnMut(&'e K, &'e V) -> S,
) -> S
where
    I: Iterator<Item = (&'e K, &'e V)>,
{
    let node = if len == 0 { 0 } else { size_of::<LeafNode<K, V>>() };
    let first = entries().next().map_or(0, |(key, value)| address_of(key, value));
    let mut last = first;
    let owned = entries().fold(S::NONE, |before, (key, value)| {
        last = address_of(key, value);
        before + below(key, value)
    });
    // What lies in the array that begins with the first key is in its node.
    let is_one = last.wrapping_sub(first) <= NODE_CAPACITY * stride::<K, V>();
    if is_one { S::block(node) + owned } else { sum_nodes::<S, K, V>(entries()) + owned }
}

#[cold]
#[inline(never)]
fn sum_nodes<'e, S: Sum, K: 'e, V: 'e>(entries: impl Iterator<Item = (&'e K, &'e V)>) -> S {
    let (mut nodes, mut sum) = (Nodes::<K, V>::new(), S::NONE);
    let mut closed = |node: Node| sum = sum + S::block(node.layout.size());
    entries.for_each(|(key, value)| nodes.entry(key, value, &mut closed));
    nodes.finish(closed);
    sum
}

/// From so many entries on, the leaves of a tree are read from both ends in turn.
const FROM_BOTH_ENDS: usize = 1 << 13;

/// The nodes that [`Nodes`] would find, and what `below` says that each entry owns.
///
/// Leaves and separators take turns: a run of keys side by side is a leaf, the key that breaks it is a separator, and the one
/// after that begins the next leaf wherever it lies. So most keys need one comparison and no more.
#[inline]
pub(crate) fn sum_tree<'e, S: Sum, K: 'e, V: 'e, I>(
    len: usize,
    entries: impl FnOnce() -> I,
    mut below: impl FnMut(&'e K, &'e V) -> S,
) -> S
where
    I: DoubleEndedIterator<Item = (&'e K, &'e V)>,
{
    if len >= FROM_BOTH_ENDS {
        return sum_large_tree(entries, below);
    }
    let mut entries = entries();
    let (mut front, mut leaves, mut owned) = (Side::<K, V, 1>::new(), 0, S::NONE);
    while let Some((key, value)) = entries.next() {
        leaves += 1;
        owned = owned + below(key, value);
        // Of a leaf just begun these follow, wherever it lies.
        entries.by_ref().take(LEAST_IN_LEAF - 1).for_each(|(key, value)| owned = owned + below(key, value));
        let mut leaf = Side::<K, V, 1>::leaf(key, value, LEAST_IN_LEAF);
        let separator = entries.try_for_each(|(key, value)| {
            owned = owned + below(key, value);
            leaf.extend(key, value)
        });
        match separator {
            ControlFlow::Break(address) => front.separator(address),
            ControlFlow::Continue(()) => break,
        }
    }
    nodes::<S, K, V>(leaves, front.internals) + owned
}

/// As [`sum_tree`]. Each leaf is found through the one before it, so that a walk waits for one at a time; two walks, from the
/// front and from the back, wait for two at once.
#[inline(never)]
fn sum_large_tree<'e, S: Sum, K: 'e, V: 'e, I>(
    entries: impl FnOnce() -> I,
    mut below: impl FnMut(&'e K, &'e V) -> S,
) -> S
where
    I: DoubleEndedIterator<Item = (&'e K, &'e V)>,
{
    let mut entries = entries();
    let (mut front, mut back) = (Side::<K, V, 1>::new(), Side::<K, V, -1>::new());
    let (mut leaves, mut owned) = (0, S::NONE);
    // A leaf is read by the side that begins it, for the other side stops at a separator.
    while let Some((key, value)) = entries.next() {
        leaves += 1;
        owned = owned + below(key, value);
        let mut leaf = Side::<K, V, 1>::leaf(key, value, 1);
        let separator = entries.try_for_each(|(key, value)| {
            owned = owned + below(key, value);
            leaf.extend(key, value)
        });
        match separator {
            ControlFlow::Break(address) => front.separator(address),
            ControlFlow::Continue(()) => break,
        }
        let Some((key, value)) = entries.next_back() else { break };
        leaves += 1;
        owned = owned + below(key, value);
        let mut leaf = Side::<K, V, -1>::leaf(key, value, 1);
        let separator = entries.try_rfold((), |(), (key, value)| {
            owned = owned + below(key, value);
            leaf.extend(key, value)
        });
        match separator {
            ControlFlow::Break(address) => back.separator(address),
            ControlFlow::Continue(()) => break,
        }
    }
    let internals = front.internals + back.internals - front.met_twice(&back);
    nodes::<S, K, V>(leaves, internals) + owned
}

fn nodes<S: Sum, K, V>(leaves: usize, internals: usize) -> S {
    S::blocks(leaves, size_of::<LeafNode<K, V>>()) + S::blocks(internals, size_of::<InternalNode<K, V>>())
}

/// The internal nodes seen so far by a walk that began at one end of a tree and goes in one direction: 1 or -1.
struct Side<K, V, const DIRECTION: isize> {
    internals: usize,
    /// For each level the address of the key that would come next in its open node; 0 if no node is open.
    next: [usize; MAX_INTERNAL],
    entry: PhantomData<fn() -> (K, V)>,
}

/// A leaf of which more keys may come, at an address expected.
struct Leaf<K, V, const DIRECTION: isize>(usize, PhantomData<fn() -> (K, V)>);

impl<K, V, const DIRECTION: isize> Leaf<K, V, DIRECTION> {
    /// Goes on to the next key if it lies in the leaf; otherwise it is a separator, whose address is returned.
    #[inline(always)]
    fn extend(&mut self, key: &K, value: &V) -> ControlFlow<usize> {
        let address = address_of(key, value);
        if address == self.0 {
            self.0 = self.0.wrapping_add(Side::<K, V, DIRECTION>::STEP);
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(address)
        }
    }
}

impl<K, V, const DIRECTION: isize> Side<K, V, DIRECTION> {
    const STEP: usize = stride::<K, V>().wrapping_mul(DIRECTION as usize);

    fn new() -> Self {
        Self { internals: 0, next: [0; MAX_INTERNAL], entry: PhantomData }
    }

    /// Opens a leaf, of which the first entry is given, and so many in all were seen.
    #[inline(always)]
    fn leaf(key: &K, value: &V, seen: usize) -> Leaf<K, V, DIRECTION> {
        Leaf(address_of(key, value).wrapping_add(Self::STEP.wrapping_mul(seen)), PhantomData)
    }

    /// Takes a key that separates two leaves.
    #[inline(always)]
    fn separator(&mut self, address: usize) {
        // Mostly it lies beside the last one.
        if self.next[0] == address {
            self.next[0] = address.wrapping_add(Self::STEP);
        } else {
            self.separator_elsewhere(address);
        }
    }

    #[inline(never)]
    fn separator_elsewhere(&mut self, address: usize) {
        let after = address.wrapping_add(Self::STEP);
        for next in &mut self.next {
            let expected = core::mem::replace(next, after);
            if expected == address {
                return;
            }
            if expected == 0 {
                self.internals += 1;
                return;
            }
            *next = 0;
        }
    }

    /// How many nodes are open on both sides, once the two have met.
    fn met_twice<const BACK: isize>(&self, back: &Side<K, V, BACK>) -> usize {
        // The one expects the key that was the other's last.
        let levels = self.next.iter().zip(&back.next).filter(|&(&next, _)| next != 0);
        levels.filter(|&(&next, &before)| next == before.wrapping_add(Self::STEP)).count()
    }
}

/// The distance between neighbours: keys, or values where keys have no size and so no addresses of their own.
const fn stride<K, V>() -> usize {
    if size_of::<K>() > 0 { size_of::<K>() } else { size_of::<V>() }
}

/// The address of what [`stride`] is the distance of.
#[inline]
fn address_of<K, V>(key: &K, value: &V) -> usize {
    if size_of::<K>() > 0 { core::ptr::from_ref(key).addr() } else { core::ptr::from_ref(value).addr() }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeMap;

    use super::*;

    /// Trees of every small size, where the two sides meet at every place: in any node, and between any two.
    #[test]
    fn a_tree_read_from_both_ends_has_the_same_nodes() {
        fn assert_same<K: Ord, V>(map: &BTreeMap<K, V>) {
            let mut nodes = Nodes::<K, V>::new();
            let mut bytes = map.len();
            map.iter().for_each(|(key, value)| nodes.entry(key, value, |node| bytes += node.layout.size()));
            nodes.finish(|node| bytes += node.layout.size());
            assert_eq!(sum_tree(map.len(), || map.iter(), |_, _| 1), bytes);
            assert_eq!(sum_large_tree(|| map.iter(), |_, _| 1), bytes);
        }

        let (mut ascending, mut descending, mut shuffled) =
            (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for number in 0_u32..2_000 {
            assert_same(&ascending);
            assert_same(&descending);
            assert_same(&shuffled);
            ascending.insert(number, number);
            descending.insert(!number, [0_u8; 5]);
            shuffled.insert(number.wrapping_mul(0x9E37_79B1), ());
            if number % 5 == 0 {
                shuffled.pop_first();
            }
        }
        assert_same(&(0..1_500).map(|number| ((), number)).collect::<BTreeMap<(), u32>>());
    }
}
