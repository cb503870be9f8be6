//! The nodes of a `BTreeMap`, found by looking at where its keys lie.

use core::alloc::Layout;
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::ptr::NonNull;

/// How many entries a node has room for.
///
/// Source: `CAPACITY` in `alloc/src/collections/btree/node.rs`.
pub(crate) const NODE_CAPACITY: usize = 11;

/// No tree is higher: a node but for the root has at least 6 children, and 6^25 exceeds the address space.
const MAX_HEIGHT: usize = 25;

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

/// Tells the nodes of a `BTreeMap<K, V>` apart by the addresses of its keys in order.
///
/// The keys of one node lie side by side. Where the run breaks, the next key separates two nodes and lies one level up,
/// and the same rule holds among the separators. So each level has at most one node open, which the next key at the
/// expected address extends; a key that does not fit closes the node and is offered to the level above; a level without
/// an open node opens one for the key.
///
/// That no key fits by accident: the address expected next lies in the open node, except when the node is full.
pub(crate) struct Nodes<K, V> {
    open: [Open; MAX_HEIGHT],
    height: usize,
    entry: PhantomData<fn() -> (K, V)>,
}

/// A node of which more keys may come; none if `entries` is 0.
#[derive(Clone, Copy)]
struct Open {
    address: usize,
    next: usize,
    entries: usize,
}

impl<K, V> Nodes<K, V> {
    /// The distance between neighbours: keys, or values where keys have no size and so no addresses of their own.
    const STRIDE: usize = if size_of::<K>() > 0 { size_of::<K>() } else { size_of::<V>() };

    #[inline]
    pub(crate) fn new() -> Self {
        Self { open: [Open { address: 0, next: 0, entries: 0 }; MAX_HEIGHT], height: 0, entry: PhantomData }
    }

    /// Takes the next entry in order, and passes on each node of which no more entries will come.
    #[inline]
    pub(crate) fn entry(&mut self, key: &K, value: &V, mut closed: impl FnMut(Node)) {
        let address = if size_of::<K>() > 0 {
            core::ptr::from_ref(key).addr()
        } else {
            core::ptr::from_ref(value).addr()
        };
        let mut level = 0;
        while let Some(open) = self.open.get_mut(level) {
            if open.entries > 0 && open.next == address && open.entries < NODE_CAPACITY {
                open.next = address.wrapping_add(Self::STRIDE);
                open.entries += 1;
                return;
            }
            let before = *open;
            *open = Open { address: 0, next: 0, entries: 0 };
            if before.entries == 0 {
                *open = Open { address, next: address.wrapping_add(Self::STRIDE), entries: 1 };
                self.height = self.height.max(level + 1);
                return;
            }
            closed(Self::node(level, before));
            level += 1;
        }
    }

    /// Passes on the nodes still open after the last entry.
    pub(crate) fn finish(self, mut closed: impl FnMut(Node)) {
        for (level, open) in self.open.into_iter().enumerate().take(self.height) {
            if open.entries > 0 {
                closed(Self::node(level, open));
            }
        }
    }

    fn node(level: usize, open: Open) -> Node {
        let layout =
            if level == 0 { Layout::new::<LeafNode<K, V>>() } else { Layout::new::<InternalNode<K, V>>() };
        Node { address: open.address, layout, entries: open.entries }
    }
}
