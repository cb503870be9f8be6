//! `rpds` 1: lists, stacks, queues and ordered maps exactly as long as nothing of them was met before; vectors and hash maps as
//! lower bounds. What is not exact has an opaque part.
//!
//! Every element or entry lies in a shared block of its own, which is counted once. In lists and ordered maps a node leads to each.
//! Versions of a collection mostly share nodes, too, but some are copied, and nothing tells which: of the nodes that lead to
//! one element only one is counted, and the collection is opaque in which the element is met again. The nodes of vectors and
//! hash maps are not counted.
//!
//! How many share a block is not shown, so a report takes some to be outside the value. The iterators of
//! all but lists and stacks may set up a list of references for a moment.
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

/// The layout of the block in which a shared pointer of this kind keeps a value; none if the kind is not known.
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

/// The nodes that lead to the elements of a list, and to the entries of an ordered map.
#[expect(dead_code, reason = "for its size")]
struct ListNode<P: SharedPointerKind> {
    value: SharedPointer<(), P>,
    next: Option<SharedPointer<(), P>>,
}
#[expect(dead_code, reason = "for its size")]
struct TreeNode<P: SharedPointerKind> {
    entry: SharedPointer<(), P>,
    is_red: bool,
    left: Option<SharedPointer<(), P>>,
    right: Option<SharedPointer<(), P>>,
}

/// What lies in the block behind a shared pointer.
trait Shared {
    const LAYOUT: Layout;

    /// Where it lies, or a part of it of which all handles agree.
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
    // As that of any struct of the two.
    const LAYOUT: Layout = Layout::new::<(K, V)>();

    fn address(&self) -> *const u8 {
        if size_of::<K>() > 0 { from_ref::<K>(self.0).cast() } else { from_ref::<V>(self.1).cast() }
    }

    fn walk(&self, block: SharedBlock, walker: &mut Walker<'_>) {
        walker.shared_with::<(K, V), _>(block, Self::LAYOUT.size(), |walker| walker.entries(once(*self)));
    }
}

/// Tells of blocks, and of the node that leads to each, if it is known what that looks like;
/// what is not certain is opaque.
fn walk_shared<S: Shared, P: 'static>(
    shared: impl Iterator<Item = S>,
    node: Option<Layout>,
    walker: &mut Walker<'_>,
) {
    /// What a node is called.
    struct Node;

    let (block, node) = (counted::<P>(S::LAYOUT), node.and_then(counted::<P>));
    let mut is_exact = block.is_some() && node.is_some();
    shared.for_each(|contents| {
        // Before any contents there is a counter. So these two lie in the block, and no other block has them.
        let (address, node_address) =
            (contents.address().wrapping_sub(1), contents.address().wrapping_sub(2));
        contents.walk(SharedBlock::new(address, block.unwrap_or(S::LAYOUT)).with_weak_count(0), walker);
        if let Some(node) = node {
            let block = SharedBlock::new(node_address, node).with_weak_count(0);
            is_exact &= walker.shared_with::<Node, _>(block, 0, |_| {});
        }
    });
    if !is_exact {
        walker.opaque(Reason::Hidden);
    }
}

/// Implements `DeepSize` for collections of elements, each with a node of this type.
macro_rules! lists {
    ($($type:ident)*) => {$(
        impl<T: DeepSize, P: SharedPointerKind + 'static> DeepSize for $type<T, P> {
            fn walk_owned(&self, walker: &mut Walker<'_>) {
                walk_shared::<_, P>(self.iter(), Some(Layout::new::<ListNode<P>>()), walker);
            }
        }
    )*};
}

lists! { List Queue Stack }

/// The nodes are hidden, and there is always one.
impl<T: DeepSize, P: SharedPointerKind + 'static> DeepSize for Vector<T, P> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        // Where there is nothing to see, nothing should be set up.
        let contents = (!self.is_empty()).then(|| self.iter());
        walk_shared::<_, P>(contents.into_iter().flatten(), None, walker);
    }
}

impl<K: DeepSize + Ord, V: DeepSize, P: SharedPointerKind + 'static> DeepSize for RedBlackTreeMap<K, V, P> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_shared::<_, P>(self.iter(), Some(Layout::new::<TreeNode<P>>()), walker);
    }
}

impl<T: DeepSize + Ord, P: SharedPointerKind + 'static> DeepSize for RedBlackTreeSet<T, P> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_shared::<_, P>(self.iter(), Some(Layout::new::<TreeNode<P>>()), walker);
    }
}

/// The nodes are hidden, and there is always one; of the hasher nothing is known.
impl<K, V, P, H> DeepSize for HashTrieMap<K, V, P, H>
where
    K: DeepSize + Eq + Hash,
    V: DeepSize,
    P: SharedPointerKind + 'static,
    H: BuildHasher + Clone,
{
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        // Where there is nothing to see, nothing should be set up.
        let contents = (!self.is_empty()).then(|| self.iter());
        walk_shared::<_, P>(contents.into_iter().flatten(), None, walker);
    }
}

/// The nodes are hidden, and there is always one; of the hasher nothing is known.
impl<T, P, H> DeepSize for HashTrieSet<T, P, H>
where
    T: DeepSize + Eq + Hash,
    P: SharedPointerKind + 'static,
    H: BuildHasher + Clone,
{
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        // Where there is nothing to see, nothing should be set up.
        let contents = (!self.is_empty()).then(|| self.iter());
        walk_shared::<_, P>(contents.into_iter().flatten(), None, walker);
    }
}
