//! `imbl` 7: exact for small vectors and ordered maps; otherwise a lower bound with an opaque part.
//!
//! | type | exact if | otherwise counts |
//! | --- | --- | --- |
//! | `Vector` | inline, or in one chunk (usually up to 64 elements) | each chunk with elements, at its full size |
//! | `OrdMap`, `OrdSet` | in one leaf (usually up to 16 entries) | each leaf, at its full size |
//! | `HashMap`, `HashSet` | it never had an entry | each entry |
//!
//! The inner nodes are not exposed. They and the copies of keys in them are not counted. Chunks, leaves and entries that several
//! collections share are counted once. The number of handles is not exposed, so reports assume that some are outside the value.
//!
//! Source: `nodes/{rrb,btree,hamt}.rs` and `vector/mod.rs` of `imbl` 7.0.2, `sized_chunk/mod.rs` of `imbl-sized-chunks` 0.2.0.

use core::alloc::Layout;
use core::any::TypeId;
use core::iter::Take;
use core::mem::needs_drop;
use core::ptr::from_ref;

use imbl::shared_ptr::{ArcK, DefaultSharedPtr, RcK, SharedPointerKind};
use imbl::vector::Focus;
use imbl::{
    GenericHashMap, GenericHashSet, GenericOrdMap, GenericOrdSet, GenericVector, hashmap, ordmap, ordset,
};

use crate::{DeepSize, Reason, SharedBlock, Walker};

/// The capacity of a vector's chunk, without the feature `small-chunks`.
const CHUNK: usize = 64;

/// The capacity of an ordered map's leaf, without the feature `small-chunks`.
const LEAF: usize = 16;

/// Whether chunks and leaves have their usual capacities.
///
/// The feature `small-chunks`, for tests, makes them smaller. It also shrinks this iterator from 26 words to 14.
const USUAL: bool = size_of::<hashmap::Iter<'static, u8, u8, ArcK>>() > 20 * size_of::<usize>();

/// A chunk or leaf with room for `N` elements. Source: `Chunk` in `imbl-sized-chunks`.
struct Chunk<T, const N: usize> {
    _range: [usize; 2],
    _elements: [T; N],
}

/// The layout of the block behind a shared pointer of this kind, and whether it is exact.
fn counted<P: 'static>(value: Layout) -> (Layout, bool) {
    let kind = TypeId::of::<P>();
    let (counters, is_known) = if kind == TypeId::of::<ArcK>() || kind == TypeId::of::<RcK>() {
        (Layout::new::<[usize; 2]>(), true)
    } else {
        // The pointers of `triomphe`, the default with the feature of that name, have no weak count. Other kinds are unknown.
        (Layout::new::<usize>(), kind == TypeId::of::<DefaultSharedPtr>())
    };
    match counters.extend(value) {
        Ok((block, _)) if is_known => (block.pad_to_align(), true),
        _ => (value, false),
    }
}

/// The block of a chunk with `len` elements, the first of them at `first`, and whether its layout is exact.
fn chunk<T, P: 'static, const N: usize>(first: *const T, len: usize) -> (SharedBlock, bool) {
    let (layout, is_exact) = if USUAL {
        counted::<P>(Layout::new::<Chunk<T, N>>())
    } else {
        (Layout::array::<T>(len).unwrap_or(Layout::new::<()>()), false)
    };
    // All collections that share the chunk find the same first element. At least a counter precedes it, so the address before
    // it is in the block. The address of the element itself can be the block's end, if the chunk was emptied from the front.
    (SharedBlock::new(first.cast::<u8>().wrapping_sub(1), layout).with_weak_count(0), is_exact)
}

impl<A: DeepSize, P: SharedPointerKind + 'static> DeepSize for GenericVector<A, P> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let mut is_exact = true;
        let mut report = |elements: &[A], walker: &mut Walker<'_>| {
            let (block, is_known) = chunk::<A, P, CHUNK>(elements.as_ptr(), elements.len());
            is_exact &= is_known;
            walker.shared(block, elements);
        };
        match self.focus() {
            Focus::Single(elements) if self.is_inline() => return walker.elements(elements),
            Focus::Single(elements) => report(elements, walker),
            Focus::Full(_) => {
                self.leaves().for_each(|elements| report(elements, walker));
                is_exact = false;
            }
        }
        if !is_exact {
            walker.opaque(Reason::Hidden);
        }
    }
}

/// An iterator over an ordered map or set.
trait Ordered: Iterator + Clone {
    /// The type of the elements in a leaf.
    type Entry;

    fn address(item: &Self::Item) -> *const ();

    fn walk(entries: Take<Self>, walker: &mut Walker<'_>);
}

impl<'e, K: DeepSize, V: DeepSize, P: SharedPointerKind> Ordered for ordmap::Iter<'e, K, V, P> {
    type Entry = (K, V);

    fn address((key, _): &(&'e K, &'e V)) -> *const () {
        from_ref::<K>(key).cast()
    }

    fn walk(entries: Take<Self>, walker: &mut Walker<'_>) {
        walker.entries(entries);
    }
}

impl<'e, A: DeepSize + Ord, P: SharedPointerKind> Ordered for ordset::Iter<'e, A, P> {
    type Entry = A;

    fn address(element: &&'e A) -> *const () {
        from_ref::<A>(element).cast()
    }

    fn walk(elements: Take<Self>, walker: &mut Walker<'_>) {
        walker.elements(elements);
    }
}

/// Reports the leaves, and returns whether the collection has no other nodes.
///
/// A leaf is a run of adjacent entries.
fn walk_leaves<I: Ordered, P: 'static>(entries: I, walker: &mut Walker<'_>) -> bool {
    let (mut leaf, mut rest) = (entries.clone(), entries);
    let (mut leaves, mut is_exact) = (0, true);
    let mut next = rest.next().as_ref().map(I::address);
    while let Some(first) = next {
        let mut len = 1;
        next = rest.next().as_ref().map(I::address);
        while len < LEAF && next.is_some_and(|next| next.addr() == first.addr() + len * size_of::<I::Entry>())
        {
            len += 1;
            next = rest.next().as_ref().map(I::address);
        }
        let (block, is_known) = chunk::<I::Entry, P, LEAF>(first.cast(), len);
        let bytes = len * size_of::<I::Entry>();
        walker.shared_with::<[I::Entry], _>(block, bytes, |walker| I::walk(leaf.clone().take(len), walker));
        leaf.nth(len - 1);
        leaves += 1;
        is_exact &= is_known;
    }
    is_exact && leaves <= 1
}

/// Implements `DeepSize` for an ordered map or set.
macro_rules! ordered {
    ($($type:ident<$key:ident $(, $value:ident)?>)*) => {$(
        impl<$key, $($value,)? P> DeepSize for $type<$key, $($value,)? P>
        where
            $key: DeepSize + Ord,
            $($value: DeepSize,)?
            P: SharedPointerKind + 'static,
        {
            built_in! {}

            fn walk_owned(&self, walker: &mut Walker<'_>) {
                if !walk_leaves::<_, P>(self.iter(), walker) {
                    walker.lower_bound(Reason::Hidden, None);
                }
                // An emptied collection may keep a leaf.
                if self.is_empty() && !self.ptr_eq(&Self::new()) {
                    walker.opaque(Reason::Hidden);
                }
            }
        }
    )*};
}

ordered! { GenericOrdMap<K, V> GenericOrdSet<A> }

/// Reports a value as a shared block of this layout, because the node that contains it is not exposed.
fn walk_part<T: DeepSize>(value: &T, layout: Layout, walker: &mut Walker<'_>) {
    walker.shared(SharedBlock::new(value, layout).with_weak_count(0), value);
}

/// Reports the uncounted nodes, and the hasher if it may own memory.
fn walk_rest<S>(is_empty: bool, is_new: bool, walker: &mut Walker<'_>) {
    if !is_empty {
        walker.lower_bound(Reason::Hidden, None);
    } else if !is_new {
        walker.opaque(Reason::Hidden);
    }
    // Hashers need not implement `DeepSize`.
    if needs_drop::<S>() {
        walker.opaque(Reason::Hidden);
    }
}

/// Each entry, or each key and each value, as if it were a block.
impl<K, V, S, P> DeepSize for GenericHashMap<K, V, S, P>
where
    K: DeepSize,
    V: DeepSize,
    S: Clone,
    P: SharedPointerKind,
{
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        for (key, value) in self {
            if V::is_flat() && size_of::<K>() > 0 {
                walk_part(key, Layout::new::<(K, V)>(), walker);
            } else {
                walk_part(key, Layout::new::<K>(), walker);
                walk_part(value, Layout::new::<V>(), walker);
            }
        }
        let is_new = self.is_empty() && self.ptr_eq(&Self::with_hasher(self.hasher().clone()));
        walk_rest::<S>(self.is_empty(), is_new, walker);
    }
}

/// Each element, as if it were a block.
impl<A, S, P> DeepSize for GenericHashSet<A, S, P>
where
    A: DeepSize,
    S: Clone,
    P: SharedPointerKind,
{
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        for element in self.iter() {
            walk_part(element, Layout::new::<A>(), walker);
        }
        let is_new = self.is_empty() && self.ptr_eq(&Self::with_hasher(self.hasher().clone()));
        walk_rest::<S>(self.is_empty(), is_new, walker);
    }
}
