//! `heapless` 0.9: exact. What cannot be looked at, such as a queue between threads, is opaque if its elements may own memory.
//!
//! The elements lie in the collection itself, which is flat if they are.

use heapless::{BinaryHeap, CString, Deque, HistoryBuf, IndexMap, IndexSet, LenType, LinearMap, String, Vec};

use crate::{DeepSize, Walker};

/// What the elements own.
macro_rules! collections {
    ($(|$this:ident: $type:ty $(where [$($generics:tt)*] $(T: $bound:path)?)?| $elements:expr;)*) => {$(
        impl<T: DeepSize $($(+ $bound)?)?, $($($generics)*,)? const N: usize> DeepSize for $type {
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
    |this: BinaryHeap<T, K, N> where [K: heapless::binary_heap::Kind] T: Ord| this.iter();
    |this: Deque<T, N>| this.iter();
    |this: HistoryBuf<T, N>| this.oldest_ordered();
    |this: IndexSet<T, S, N> where [S]| this.iter();
    |this: heapless::spsc::Queue<T, N>| this.iter();
}

/// What the elements own.
impl<T: DeepSize, L: LenType, const N: usize> DeepSize for Vec<T, N, L> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.slice(self);
    }

    #[inline]
    fn sum_owned<'v>(&'v self, walker: &mut Walker<'v>) -> usize {
        T::sum_slice(self, walker)
    }

    #[inline]
    fn is_flat() -> bool {
        N == 0 || T::is_flat()
    }
}

/// What the keys and values own.
macro_rules! maps {
    ($($type:ty where [$($generics:tt)*];)*) => {$(
        impl<$($generics)*, V: DeepSize, const N: usize> DeepSize for $type {
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
    heapless::mpmc::Queue<T, N> where [T: DeepSize, const N: usize] => T;
    heapless::sorted_linked_list::SortedLinkedList<T, K, N, I> where
        [T: DeepSize, K, const N: usize, I: LenType] => T;
}

flat! {
    String<N, L> where [const N: usize, L: LenType],
    CString<N, L> where [const N: usize, L: LenType],
}
