//! The nodes of a `BTreeMap`, found by looking at where its keys lie.

use core::alloc::Layout;
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::ptr::NonNull;

/// How many entries a node has room for.
///
/// Source: `CAPACITY` in `alloc/src/collections/btree/node.rs`.
pub(crate) const NODE_CAPACITY: usize = 11;

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

/// Adds up the nodes that [`Nodes`] would find, in the same way, without looking at each.
pub(crate) struct NodeSum<K, V> {
    /// The address of the key that would come next in the open leaf; 0 if there is none.
    next: usize,
    leaves: usize,
    internals: usize,
    /// The same for each level above the leaves.
    above: [usize; MAX_INTERNAL],
    entry: PhantomData<fn() -> (K, V)>,
}

impl<K, V> NodeSum<K, V> {
    #[inline]
    pub(crate) fn new() -> Self {
        Self { next: 0, leaves: 0, internals: 0, above: [0; MAX_INTERNAL], entry: PhantomData }
    }

    /// Takes the next entry in order.
    #[inline]
    pub(crate) fn entry(&mut self, key: &K, value: &V) {
        let address = address_of(key, value);
        let after = address.wrapping_add(stride::<K, V>());
        if address == self.next {
            self.next = after;
        } else if self.next == 0 {
            self.leaves += 1;
            self.next = after;
        } else {
            self.next = 0;
            self.separator(address, after);
        }
    }

    /// The bytes of all nodes.
    #[inline]
    pub(crate) fn finish(self) -> usize {
        self.leaves * size_of::<LeafNode<K, V>>() + self.internals * size_of::<InternalNode<K, V>>()
    }

    #[inline]
    fn separator(&mut self, address: usize, after: usize) {
        for next in &mut self.above {
            let before = core::mem::replace(next, after);
            if before == address {
                return;
            }
            if before == 0 {
                self.internals += 1;
                return;
            }
            *next = 0;
        }
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
