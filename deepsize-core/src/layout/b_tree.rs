//! The nodes of a `BTreeMap`, found by looking at where its keys lie.

use core::alloc::Layout;
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::ops::ControlFlow;
use core::ptr::NonNull;

/// How many entries a node has room for.
///
/// Source: `CAPACITY` in `alloc/src/collections/btree/node.rs`.
pub(crate) const NODE_CAPACITY: usize = 11;

/// How many entries a leaf has at least, unless it is the last.
///
/// Source: `MIN_LEN` in `alloc/src/collections/btree/map.rs`, and `bulk_push` in `append.rs`, which may leave a short leaf at the end
/// if the keys' order panics.
const LEAST_IN_LEAF: usize = 5;

/// How many levels of internal nodes a tree can have: each but the root has at least 6 children, and 6^24 leaves are more
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
pub(crate) fn rebuilt_size<K, V>(entries: usize) -> usize {
    let (mut entries, mut bytes, mut size) = (entries, 0, size_of::<LeafNode<K, V>>());
    while entries > 0 {
        // What separates the nodes of one level lies in those of the level above.
        let separators = entries / (NODE_CAPACITY + 1);
        bytes += (separators + 1) * size;
        (entries, size) = (separators, size_of::<InternalNode<K, V>>());
    }
    bytes
}

/// Folds the entries of a `BTreeMap<K, V>` in order, and each node once all its entries were seen.
///
/// The keys of one node lie side by side. Where the run breaks, the next key separates two nodes and lies one level up,
/// and the same rule holds among the separators. So each level has at most one open node, which the next key at the
/// expected address extends. A key that does not fit closes the node and is offered to the level above. A level without
/// an open node opens one for the key.
///
/// No key fits by accident. The expected address lies in the open node, or at its end if its array of keys is full
/// and comes last in it; but then the array does not come first, and no other node's keys begin where this node ends.
#[inline]
pub(crate) fn fold_tree<'e, K: 'e, V: 'e, A>(
    mut entries: impl Iterator<Item = (&'e K, &'e V)>,
    initial: A,
    mut visit: impl FnMut(A, &'e K, &'e V) -> A,
    mut close: impl FnMut(A, Node) -> A,
) -> A {
    let (mut above, mut result) = (Above::<K, V>::new(), initial);
    loop {
        // The first entries of a leaf follow each other, so they need no comparison.
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

/// A node that may have more keys.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Open {
    first: usize,
    /// The address of the key that would come next; 0 if no node is open.
    next: usize,
}

impl Open {
    const NONE: Self = Self { first: 0, next: 0 };

    fn at<K, V>(address: usize) -> Self {
        Self { first: address, next: address.wrapping_add(stride::<K, V>()) }
    }

    /// The node with the entry at this address as its last, or as its first if it has none.
    #[inline(always)]
    fn extend_to<K, V>(self, address: usize) -> Self {
        let first = if self.first == 0 { address } else { self.first };
        Self { first, ..Self::at::<K, V>(address) }
    }

    fn is_none(self) -> bool {
        self.next == 0
    }

    /// Closes a node of this layout.
    fn close<K, V>(self, layout: Layout) -> Node {
        // Entries without a size all lie at one address, and there is at most one.
        let entries = self.next.wrapping_sub(self.first).checked_div(stride::<K, V>()).unwrap_or(1);
        Node { address: self.first, layout, entries }
    }
}

/// The open nodes above the leaves.
struct Above<K, V> {
    lowest: Open,
    /// The levels above the lowest, if any was reached.
    others: Option<[Open; MAX_INTERNAL - 1]>,
    entry: PhantomData<fn() -> (K, V)>,
}

impl<K, V> Above<K, V> {
    fn new() -> Self {
        Self { lowest: Open::NONE, others: None, entry: PhantomData }
    }

    /// Takes a key that separates two leaves.
    #[inline]
    fn separator<A>(&mut self, address: usize, result: A, close: impl FnMut(A, Node) -> A) -> A {
        // It usually lies beside the last one.
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

    /// Passes on the nodes still open after the last entry.
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

/// The distance between neighbours: keys, or values where keys have no size and so no addresses of their own.
const fn stride<K, V>() -> usize {
    if size_of::<K>() > 0 { size_of::<K>() } else { size_of::<V>() }
}

/// The address of what [`stride`] is the distance of.
#[inline]
fn address_of<K, V>(key: &K, value: &V) -> usize {
    if size_of::<K>() > 0 { core::ptr::from_ref(key).addr() } else { core::ptr::from_ref(value).addr() }
}
