//! `heapless` 0.8: exact. Version 0.9 needs Rust 1.87.
//!
//! The elements are in the collection itself, so a collection of flat elements is flat. A queue between threads does not
//! expose its elements, so it is opaque unless they are flat.

use heapless::sorted_linked_list::{self, SortedLinkedList, SortedLinkedListIndex};
use heapless::{
    BinaryHeap, Deque, HistoryBuffer, IndexMap, IndexSet, LinearMap, String, Vec, binary_heap, mpmc, spsc,
};

use crate::{DeepSize, Walker};

/// Implements `DeepSize` for collections of elements.
macro_rules! collections {
    ($(|$this:ident: $type:ty $(where [$($generics:tt)*] $(T: $bound:path)?)?| $elements:expr;)*) => {$(
        impl<T: DeepSize $($(+ $bound)?)?, $($($generics)*,)? const N: usize> DeepSize for $type {
            built_in! {}

            fn walk_owned(&self, walker: &mut Walker<'_>) {
                let $this = self;
                walker.elements($elements);
            }

            #[inline]
            fn is_flat() -> bool {
                N == 0 || T::is_flat()
            }
        }
    )*};
}

collections! {
    |this: BinaryHeap<T, K, N> where [K: binary_heap::Kind] T: Ord| this.iter();
    |this: Deque<T, N>| this.iter();
    |this: HistoryBuffer<T, N>| this.oldest_ordered();
    |this: IndexSet<T, S, N> where [S]| this.iter();
    |this: SortedLinkedList<T, I, K, N> where [I: SortedLinkedListIndex, K: sorted_linked_list::Kind] T: Ord| this.iter();
    |this: spsc::Queue<T, N>| this.iter();
}

/// The heap size of the elements.
impl<T: DeepSize, const N: usize> DeepSize for Vec<T, N> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.slice(self);
    }

    #[inline]
    fn is_flat() -> bool {
        N == 0 || T::is_flat()
    }
}

/// Implements `DeepSize` for maps.
macro_rules! maps {
    ($($type:ty where [$($generics:tt)*];)*) => {$(
        impl<$($generics)*, V: DeepSize, const N: usize> DeepSize for $type {
            built_in! {}

            fn walk_owned(&self, walker: &mut Walker<'_>) {
                walker.entries(self.iter());
            }

            #[inline]
            fn is_flat() -> bool {
                N == 0 || (K::is_flat() && V::is_flat())
            }
        }
    )*};
}

maps! {
    IndexMap<K, V, S, N> where [S, K: DeepSize];
    LinearMap<K, V, N> where [K: DeepSize + Eq];
}

unseen! {
    Hidden:
    mpmc::MpMcQueue<T, N> where [T: DeepSize, const N: usize] => T;
}

flat! { String<N> where [const N: usize] }
