//! `imbl` 7: small vectors and ordered maps exactly, larger ones and hash maps as lower bounds with an opaque part.
//!
//! | type | exact | else counted |
//! | --- | --- | --- |
//! | `Vector` | inline, or in one chunk (mostly up to 64 elements) | each chunk that holds elements, whole |
//! | `OrdMap`, `OrdSet` | in one leaf (mostly up to 16 entries) | each leaf, whole |
//! | `HashMap`, `HashSet` | if it never held anything | each entry |
//!
//! What is not counted are the nodes above, which nothing shows, and copies of keys in them. What several vectors or maps share
//! is counted once; how many do is not shown, so a report takes some to be outside the value.
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

/// The numbers of elements in a chunk of a vector and in a leaf of an ordered map, in the usual configuration.
const CHUNK: usize = 64;
const LEAF: usize = 16;

/// Whether chunks and leaves are as large as usual: the feature `small-chunks`, for tests, makes them smaller, and with
/// them the stack of this iterator, from 26 words to 14.
const USUAL: bool = size_of::<hashmap::Iter<'static, u8, u8, ArcK>>() > 20 * size_of::<usize>();

/// Some of at most `N` elements side by side.
struct Chunk<T, const N: usize> {
    _range: [usize; 2],
    _elements: [T; N],
}

/// The layout of what a shared pointer of this kind leads to, and whether that is certain.
fn counted<P: 'static>(value: Layout) -> (Layout, bool) {
    let kind = TypeId::of::<P>();
    let (counters, is_known) = if kind == TypeId::of::<ArcK>() || kind == TypeId::of::<RcK>() {
        (Layout::new::<[usize; 2]>(), true)
    } else {
        // The kind of `triomphe`, if that is the default, has no weak count; of others nothing is known.
        (Layout::new::<usize>(), kind == TypeId::of::<DefaultSharedPtr>())
    };
    match counters.extend(value) {
        Ok((block, _)) if is_known => (block.pad_to_align(), true),
        _ => (value, false),
    }
}

/// The block around so many elements from this one on.
fn chunk<T, P: 'static, const N: usize>(first: *const T, len: usize) -> (SharedBlock, bool) {
    let (layout, is_exact) = if USUAL {
        counted::<P>(Layout::new::<Chunk<T, N>>())
    } else {
        (Layout::array::<T>(len).unwrap_or(Layout::new::<()>()), false)
    };
    // All who share the chunk find the same element first. Before it there is a counter at least; a chunk that was emptied from
    // the front has its first place at its end.
    (SharedBlock::new(first.cast::<u8>().wrapping_sub(1), layout).with_weak_count(0), is_exact)
}

impl<A: DeepSize, P: SharedPointerKind + 'static> DeepSize for GenericVector<A, P> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let mut is_exact = true;
        let mut tell = |elements: &[A], walker: &mut Walker<'_>| {
            let (block, is_known) = chunk::<A, P, CHUNK>(elements.as_ptr(), elements.len());
            is_exact &= is_known;
            walker.shared(block, elements);
        };
        match self.focus() {
            Focus::Single(elements) if self.is_inline() => return walker.elements(elements),
            Focus::Single(elements) => tell(elements, walker),
            Focus::Full(_) => {
                self.leaves().for_each(|elements| tell(elements, walker));
                is_exact = false;
            }
        }
        if !is_exact {
            walker.opaque(Reason::Hidden);
        }
    }
}

/// What is in an ordered map or set, in order.
trait Ordered: Iterator + Clone {
    /// What lies side by side in a leaf.
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

/// Tells of the leaves, whose entries lie side by side, and says whether there is nothing else.
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
            fn walk_owned(&self, walker: &mut Walker<'_>) {
                let is_exact = walk_leaves::<_, P>(self.iter(), walker);
                // One that was emptied may keep a leaf.
                if !is_exact || (self.is_empty() && !self.ptr_eq(&Self::new())) {
                    walker.opaque(Reason::Hidden);
                }
            }
        }
    )*};
}

ordered! { GenericOrdMap<K, V> GenericOrdSet<A> }

/// Tells of a value that lies in a node, which is not seen.
fn walk_part<T: DeepSize>(value: &T, layout: Layout, walker: &mut Walker<'_>) {
    walker.shared(SharedBlock::new(value, layout).with_weak_count(0), value);
}

/// Tells of what is always there besides entries.
fn walk_rest<S>(is_new: bool, walker: &mut Walker<'_>) {
    if !is_new {
        walker.opaque(Reason::Hidden);
    }
    // Hashers need not implement `DeepSize`.
    if needs_drop::<S>() {
        walker.opaque(Reason::Hidden);
    }
}

/// Keys and values are told as if each were a block.
impl<K, V, S, P> DeepSize for GenericHashMap<K, V, S, P>
where
    K: DeepSize,
    V: DeepSize,
    S: Clone,
    P: SharedPointerKind,
{
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
        walk_rest::<S>(is_new, walker);
    }
}

/// Elements are told as if each were a block.
impl<A, S, P> DeepSize for GenericHashSet<A, S, P>
where
    A: DeepSize,
    S: Clone,
    P: SharedPointerKind,
{
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        for element in self.iter() {
            walk_part(element, Layout::new::<A>(), walker);
        }
        let is_new = self.is_empty() && self.ptr_eq(&Self::with_hasher(self.hasher().clone()));
        walk_rest::<S>(is_new, walker);
    }
}
