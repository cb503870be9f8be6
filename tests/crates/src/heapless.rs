use std::cell::Cell;
use std::hash::Hash;

use arbitrary::Unstructured;
use deep_size::{DeepSize, Reason, Tally};
use heapless::binary_heap::Max;
use heapless::sorted_linked_list::{self, LinkedIndexU8, SortedLinkedList};
use heapless::{
    BinaryHeap, Deque, FnvIndexMap, FnvIndexSet, HistoryBuffer, LinearMap, String as Text, Vec as Array,
    mpmc, spsc,
};

use crate::exact;
use crate::random::{Random, length};
use crate::support::{assert_exact, assert_flat, assert_opaque};

/// Collections of bounded capacity. Elements beyond it are dropped.
macro_rules! random {
    ($($type:ty where [$($generics:tt)*], |$items:ident, $item:ident| $push:expr, $pop:expr;)*) => {$(
        impl<T: Random $($generics)*, const N: usize> Random for $type {
            fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
                let mut $items = Self::default();
                for _ in 0..length(source, depth) {
                    if bool::random(source, depth) {
                        let $item = T::random(source, depth + 1);
                        drop($push);
                    } else {
                        drop($pop);
                    }
                }
                $items
            }
        }
    )*};
}

random! {
    Array<T, N> where [], |items, item| items.push(item), items.pop();
    Deque<T, N> where [], |items, item| items.push_back(item), items.pop_front();
    BinaryHeap<T, Max, N> where [+ Ord], |items, item| items.push(item), items.pop();
    spsc::Queue<T, N> where [], |items, item| items.enqueue(item), items.dequeue();
    FnvIndexSet<T, N> where [+ Eq + Hash], |items, item| items.insert(item), { items.clear(); None::<T> };
}

impl<T: Random, const N: usize> Random for HistoryBuffer<T, N> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut items = Self::default();
        (0..length(source, depth)).for_each(|_| items.write(T::random(source, depth + 1)));
        items
    }
}

impl<K: Random + Eq + Hash, V: Random, const N: usize> Random for FnvIndexMap<K, V, N> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut map = Self::default();
        for _ in 0..length(source, depth) {
            drop(map.insert(K::random(source, depth + 1), V::random(source, depth + 1)));
        }
        map
    }
}

impl<K: Random + Eq, V: Random, const N: usize> Random for LinearMap<K, V, N> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut map = Self::default();
        for _ in 0..length(source, depth) {
            drop(map.insert(K::random(source, depth + 1), V::random(source, depth + 1)));
        }
        map
    }
}

exact! {
    vectors: Array<String, 9>;
    vectors_of_vectors: Array<Array<Box<u8>, 3>, 3>;
    deques: Deque<String, 7>;
    heaps: BinaryHeap<String, Max, 8>;
    queues: spsc::Queue<String, 8>;
    history: HistoryBuffer<String, 5>;
    sets: FnvIndexSet<String, 16>;
    maps: FnvIndexMap<String, Vec<u8>, 16>;
    linear_maps: LinearMap<u16, String, 8>;
}

#[test]
fn collections_of_flat_elements_are_flat() {
    assert_flat(Array::<u64, 3>::from_slice(&[1, 2]).expect("it fits"));
    assert_flat(Array::<String, 0>::new());
    assert_flat(Deque::<u8, 2>::new());
    assert_flat(FnvIndexMap::<u8, u16, 4>::new());
    assert_flat(LinearMap::<u8, u16, 4>::new());
    assert_flat(Text::<8>::try_from("text").expect("it fits"));
    assert_flat(spsc::Queue::<u8, 4>::new());
    assert_flat(mpmc::MpMcQueue::<u8, 4>::new());
    assert_flat(SortedLinkedList::<u8, LinkedIndexU8, sorted_linked_list::Max, 4>::new_u8());
}

/// The types of `heapless` share their names with types of `std`.
#[test]
fn a_struct_of_flat_arrays_named_vec_is_flat() {
    use heapless::{String, Vec};

    #[derive(DeepSize)]
    struct Packet {
        name: String<8>,
        bytes: Vec<u8, 4>,
    }
    let packet = || Packet {
        name: String::try_from("name").expect("it fits"),
        bytes: Vec::from_slice(&[1, 2]).expect("it fits"),
    };
    assert_flat(packet());
    let mut tally = Tally::new();
    assert_eq!(tally.add(&Cell::new(packet())), size_of::<Packet>());
    assert!(tally.is_exact());
    assert_eq!((packet().name.len(), packet().bytes.len()), (4, 2));
}

#[test]
fn sorted_lists_are_exact() {
    assert_exact(|| {
        let mut items = SortedLinkedList::<String, LinkedIndexU8, sorted_linked_list::Max, 4>::new_u8();
        for text in ["b", "a", "c"] {
            items.push(text.to_owned()).expect("the list is not full");
        }
        drop(items.pop());
        items
    });
}

#[test]
fn queues_that_hide_their_elements_are_opaque() {
    assert_opaque(Reason::Hidden, || {
        let queue = mpmc::MpMcQueue::<String, 4>::new();
        queue.enqueue("text".to_owned()).expect("the queue is not full");
        queue
    });
}
