//! The nodes of a `BTreeMap`, inferred from the addresses of its keys.

use core::alloc::Layout;
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::ops::ControlFlow;
use core::ptr::NonNull;

/// The capacity of a node in entries.
///
/// Source: `CAPACITY` in `alloc/src/collections/btree/node.rs`.
pub(crate) const NODE_CAPACITY: usize = 11;

/// The minimum number of entries in each leaf except the last.
///
/// Source: `MIN_LEN` in `alloc/src/collections/btree/map.rs`, and `bulk_push` in `append.rs`. The latter may leave a short leaf
/// at the end if a comparison of keys panics.
const LEAST_IN_LEAF: usize = 5;

/// The maximum number of levels of internal nodes.
///
/// Each internal node except the root has at least 6 children. 6^24 leaves exceed a 64-bit address space.
const MAX_INTERNAL: usize = 24;

/// Mirrors the fields of `LeafNode` in `alloc/src/collections/btree/node.rs`, and so its size and alignment.
struct LeafNode<K, V> {
    _parent: Option<NonNull<()>>,
    _parent_index: MaybeUninit<u16>,
    _length: u16,
    _keys: [MaybeUninit<K>; NODE_CAPACITY],
    _values: [MaybeUninit<V>; NODE_CAPACITY],
}

/// Mirrors `InternalNode` in the same file.
#[repr(C)]
struct InternalNode<K, V> {
    _data: LeafNode<K, V>,
    _edges: [MaybeUninit<NonNull<()>>; NODE_CAPACITY + 1],
}

/// A node of the tree, after all its entries were seen.
pub(crate) struct Node {
    /// The address of the first key.
    pub(crate) address: usize,
    pub(crate) layout: Layout,
    pub(crate) entries: usize,
}

/// The size in bytes of all nodes of a tree that is built from this many entries in order.
///
/// Source: `bulk_push` in `alloc/src/collections/btree/append.rs`. It fills a node, and then the next entry separates the node
/// from a new one to its right. At the end, it moves entries from full nodes to the last ones if those hold too few.
pub(crate) fn rebuilt_size<K, V>(entries: usize) -> usize {
    let (mut entries, mut bytes, mut size) = (entries, 0, size_of::<LeafNode<K, V>>());
    while entries > 0 {
        // The entries that separate the nodes of one level are in the level above.
        let separators = entries / (NODE_CAPACITY + 1);
        bytes += (separators + 1) * size;
        (entries, size) = (separators, size_of::<InternalNode<K, V>>());
    }
    bytes
}

/// The size in bytes of the largest tree with this many entries: one in each node.
pub(crate) const fn largest_size<K, V>(entries: usize) -> usize {
    entries.saturating_mul(size_of::<InternalNode<K, V>>())
}

/// Folds the entries of a `BTreeMap<K, V>` in order, and each node after its last entry.
///
/// The keys of one node are adjacent. A key at another address separates two nodes, and is in a node one level up. The same rule
/// holds among the separators. So each level has at most one open node, and a key at the expected address extends it. Any other
/// key closes the node and moves to the level above. A level without an open node opens one for the key.
///
/// No other key has the expected address. That address is in the open node, or at its end if its key array is full and is its
/// last field. But then the array is not the first field, so no other node has keys that begin where this node ends.
#[inline]
pub(crate) fn fold_tree<'e, K: 'e, V: 'e, A>(
    mut entries: impl Iterator<Item = (&'e K, &'e V)>,
    initial: A,
    mut visit: impl FnMut(A, &'e K, &'e V) -> A,
    mut close: impl FnMut(A, Node) -> A,
) -> A {
    let (mut above, mut result) = (Above::<K, V>::new(), initial);
    loop {
        // The first entries of a leaf are adjacent, so their addresses need no comparison.
        let mut leaf = Open::NONE;
        for (key, value) in entries.by_ref().take(LEAST_IN_LEAF) {
            result = visit(result, key, value);
            leaf = leaf.extend_to::<K, V>(address_of(key, value));
        }
        let run = entries.try_fold(result, |result, (key, value)| {
            let (result, address) = (visit(result, key, value), address_of(key, value));
            if address == leaf.next {
                leaf = leaf.extend_to::<K, V>(address);
                ControlFlow::Continue(result)
            } else {
                ControlFlow::Break((result, address))
            }
        });
        match run {
            ControlFlow::Break((before, separator)) => {
                result = close(before, leaf.close::<K, V>(Layout::new::<LeafNode<K, V>>()));
                result = above.separator(separator, result, &mut close);
            }
            ControlFlow::Continue(all) if leaf.is_none() => return above.finish(all, close),
            ControlFlow::Continue(all) => {
                let all = close(all, leaf.close::<K, V>(Layout::new::<LeafNode<K, V>>()));
                return above.finish(all, close);
            }
        }
    }
}

/// A node that may have further keys.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Open {
    first: usize,
    /// The expected address of the next key, or 0 if no node is open.
    next: usize,
}

impl Open {
    const NONE: Self = Self { first: 0, next: 0 };

    fn at<K, V>(address: usize) -> Self {
        Self { first: address, next: address.wrapping_add(stride::<K, V>()) }
    }

    /// The node, extended by the entry at this address.
    #[inline(always)]
    fn extend_to<K, V>(self, address: usize) -> Self {
        let first = if self.first == 0 { address } else { self.first };
        Self { first, ..Self::at::<K, V>(address) }
    }

    fn is_none(self) -> bool {
        self.next == 0
    }

    /// The closed node, with this layout.
    fn close<K, V>(self, layout: Layout) -> Node {
        // Zero-sized entries all have one address, and there is at most one of them.
        let entries = self.next.wrapping_sub(self.first).checked_div(stride::<K, V>()).unwrap_or(1);
        Node { address: self.first, layout, entries }
    }
}

/// The open nodes above the leaves.
struct Above<K, V> {
    lowest: Open,
    /// The levels above the lowest, if there are any.
    others: Option<[Open; MAX_INTERNAL - 1]>,
    entry: PhantomData<fn() -> (K, V)>,
}

impl<K, V> Above<K, V> {
    fn new() -> Self {
        Self { lowest: Open::NONE, others: None, entry: PhantomData }
    }

    /// Adds a key that separates two leaves.
    #[inline]
    fn separator<A>(&mut self, address: usize, result: A, close: impl FnMut(A, Node) -> A) -> A {
        // Usually, it follows the previous separator.
        if address == self.lowest.next {
            self.lowest.next = address.wrapping_add(stride::<K, V>());
            return result;
        }
        self.separator_elsewhere(address, result, close)
    }

    #[inline(never)]
    fn separator_elsewhere<A>(
        &mut self,
        address: usize,
        result: A,
        mut close: impl FnMut(A, Node) -> A,
    ) -> A {
        let begun = Open::at::<K, V>(address);
        let mut closed = core::mem::replace(&mut self.lowest, begun);
        if closed.is_none() {
            return result;
        }
        self.lowest = Open::NONE;
        let mut result = close(result, Self::close(closed));
        for open in self.others.get_or_insert([Open::NONE; MAX_INTERNAL - 1]) {
            if open.next == address {
                open.next = begun.next;
                break;
            }
            closed = core::mem::replace(open, begun);
            if closed.is_none() {
                break;
            }
            *open = Open::NONE;
            result = close(result, Self::close(closed));
        }
        result
    }

    /// Closes the nodes that are still open after the last entry.
    #[inline]
    fn finish<A>(&self, result: A, mut close: impl FnMut(A, Node) -> A) -> A {
        if self.lowest.is_none() && self.others.is_none() {
            return result;
        }
        let open = core::iter::once(&self.lowest).chain(self.others.iter().flatten());
        open.filter(|open| !open.is_none()).fold(result, |result, open| close(result, Self::close(*open)))
    }

    fn close(open: Open) -> Node {
        open.close::<K, V>(Layout::new::<InternalNode<K, V>>())
    }
}

/// The distance between neighbouring keys, or between neighbouring values if keys are zero-sized.
const fn stride<K, V>() -> usize {
    if size_of::<K>() > 0 { size_of::<K>() } else { size_of::<V>() }
}

/// The address of the key, or of the value if keys are zero-sized.
#[inline]
fn address_of<K, V>(key: &K, value: &V) -> usize {
    if size_of::<K>() > 0 { core::ptr::from_ref(key).addr() } else { core::ptr::from_ref(value).addr() }
}
