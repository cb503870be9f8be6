//! `rpds` 1: lists, stacks, queues and ordered maps are exact unless the walk has visited one of their elements before.
//!
//! Vectors and hash maps are lower bounds.
//!
//! Each element or entry is in its own shared block, which counts once. In lists and ordered maps, a node points to each block.
//! Versions of a collection usually share nodes, but some nodes are copied, and the copies cannot be distinguished. So one node
//! per element is counted. If the walk has visited elements of a collection before, the collection is a lower bound. It lacks at
//! most one node for each of these elements. The nodes of vectors and hash maps are not counted.
//!
//! The number of handles to a block is not exposed, so reports assume that some are outside the value. The iterators of all
//! collections except lists and stacks may temporarily allocate a list of references.
//!
//! Source: `list/mod.rs`, `map/red_black_tree_map/mod.rs` and `map/entry.rs` of `rpds` 1.2.1, `archery` 1.2.

use core::alloc::Layout;
use core::any::TypeId;
use core::hash::{BuildHasher, Hash};
use core::iter::once;
use core::ptr::from_ref;

use archery::{ArcK, ArcTK, RcK, SharedPointer, SharedPointerKind};
use rpds::{HashTrieMap, HashTrieSet, List, Queue, RedBlackTreeMap, RedBlackTreeSet, Stack, Vector};

use crate::{DeepSize, Reason, SharedBlock, Walker};

/// The layout of the block behind a shared pointer of this kind, or `None` if the kind is unknown.
fn counted<P: 'static>(value: Layout) -> Option<Layout> {
    let kind = TypeId::of::<P>();
    let counters = if kind == TypeId::of::<ArcTK>() {
        Layout::new::<usize>()
    } else if kind == TypeId::of::<ArcK>() || kind == TypeId::of::<RcK>() {
        Layout::new::<[usize; 2]>()
    } else {
        return None;
    };
    let (block, _) = counters.extend(value).ok()?;
    Some(block.pad_to_align())
}

/// A node of a list.
#[expect(dead_code, reason = "only its size is used")]
struct ListNode<P: SharedPointerKind> {
    value: SharedPointer<(), P>,
    next: Option<SharedPointer<(), P>>,
}

/// A node of an ordered map.
#[expect(dead_code, reason = "only its size is used")]
struct TreeNode<P: SharedPointerKind> {
    entry: SharedPointer<(), P>,
    is_red: bool,
    left: Option<SharedPointer<(), P>>,
    right: Option<SharedPointer<(), P>>,
}

/// The contents of the block behind a shared pointer.
trait Shared {
    const LAYOUT: Layout;

    /// The address of the contents, or of a part that is the same for all handles.
    fn address(&self) -> *const u8;

    fn walk(&self, block: SharedBlock, walker: &mut Walker<'_>);
}

impl<T: DeepSize> Shared for &T {
    const LAYOUT: Layout = Layout::new::<T>();

    fn address(&self) -> *const u8 {
        from_ref::<T>(self).cast()
    }

    fn walk(&self, block: SharedBlock, walker: &mut Walker<'_>) {
        walker.shared::<T>(block, self);
    }
}

impl<K: DeepSize, V: DeepSize> Shared for (&K, &V) {
    // Any struct of the two has this layout.
    const LAYOUT: Layout = Layout::new::<(K, V)>();

    fn address(&self) -> *const u8 {
        if size_of::<K>() > 0 { from_ref::<K>(self.0).cast() } else { from_ref::<V>(self.1).cast() }
    }

    fn walk(&self, block: SharedBlock, walker: &mut Walker<'_>) {
        walker.shared_with::<(K, V), _>(block, Self::LAYOUT.size(), |walker| walker.entries(once(*self)));
    }
}

/// Reports blocks, and the node that points to each if its layout is known.
fn walk_shared<S: Shared, P: 'static>(
    shared: impl Iterator<Item = S>,
    node: Option<Layout>,
    walker: &mut Walker<'_>,
) {
    /// Names the nodes in reports.
    struct Node;

    let (block, node) = (counted::<P>(S::LAYOUT), node.and_then(counted::<P>));
    let (mut is_empty, mut missing) = (true, block.and(node).map(|_| 0_usize));
    shared.for_each(|contents| {
        // A counter precedes the contents. So these two addresses are in the block, and in no other block.
        let (address, node_address) =
            (contents.address().wrapping_sub(1), contents.address().wrapping_sub(2));
        contents.walk(SharedBlock::new(address, block.unwrap_or(S::LAYOUT)).with_weak_count(0), walker);
        if let Some(node) = node {
            let block = SharedBlock::new(node_address, node).with_weak_count(0);
            if !walker.shared_with::<Node, _>(block, 0, |_| {}) {
                missing = missing.map(|missing| missing.saturating_add(node.size()));
            }
        }
        is_empty = false;
    });
    match missing {
        // The only node of the collection is not counted.
        None if is_empty => walker.opaque(Reason::Hidden),
        missing => walker.lower_bound(Reason::Hidden, missing),
    }
}

/// Implements `DeepSize` for collections with a `ListNode` per element.
macro_rules! lists {
    ($($type:ident)*) => {$(
        impl<T: DeepSize, P: SharedPointerKind + 'static> DeepSize for $type<T, P> {
            built_in! {}

            fn walk_owned(&self, walker: &mut Walker<'_>) {
                walk_shared::<_, P>(self.iter(), Some(Layout::new::<ListNode<P>>()), walker);
            }
        }
    )*};
}

lists! { List Queue Stack }

/// The elements. The nodes are not counted, and there is always one.
impl<T: DeepSize, P: SharedPointerKind + 'static> DeepSize for Vector<T, P> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        // An iterator can allocate even if the collection is empty.
        let contents = (!self.is_empty()).then(|| self.iter());
        walk_shared::<_, P>(contents.into_iter().flatten(), None, walker);
    }
}

impl<K: DeepSize + Ord, V: DeepSize, P: SharedPointerKind + 'static> DeepSize for RedBlackTreeMap<K, V, P> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_shared::<_, P>(self.iter(), Some(Layout::new::<TreeNode<P>>()), walker);
    }
}

impl<T: DeepSize + Ord, P: SharedPointerKind + 'static> DeepSize for RedBlackTreeSet<T, P> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_shared::<_, P>(self.iter(), Some(Layout::new::<TreeNode<P>>()), walker);
    }
}

/// The entries. The hasher and the nodes are not counted, and there is always a node.
impl<K, V, P, H> DeepSize for HashTrieMap<K, V, P, H>
where
    K: DeepSize + Eq + Hash,
    V: DeepSize,
    P: SharedPointerKind + 'static,
    H: BuildHasher + Clone,
{
    built_in! { hides H }

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        // An iterator can allocate even if the collection is empty.
        let contents = (!self.is_empty()).then(|| self.iter());
        walk_shared::<_, P>(contents.into_iter().flatten(), None, walker);
    }
}

/// The elements. The hasher and the nodes are not counted, and there is always a node.
impl<T, P, H> DeepSize for HashTrieSet<T, P, H>
where
    T: DeepSize + Eq + Hash,
    P: SharedPointerKind + 'static,
    H: BuildHasher + Clone,
{
    built_in! { hides H }

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        // An iterator can allocate even if the collection is empty.
        let contents = (!self.is_empty()).then(|| self.iter());
        walk_shared::<_, P>(contents.into_iter().flatten(), None, walker);
    }
}
