use arbitrary::Unstructured;
use archery::{ArcK, ArcTK};
use deep_size::{DeepSize, Reason, Tally};
use rpds::{
    HashTrieMap, HashTrieSet, List, ListSync, Queue, RedBlackTreeMap, RedBlackTreeMapSync, RedBlackTreeSet,
    Stack, Vector, VectorSync,
};

use crate::exact;
use crate::random::{Random, below, length};
use crate::support::{assert_exact, assert_lower_bound, assert_opaque};
use crate::trial::for_random_bytes;

/// Lists, each with its methods for adding and removing an element.
macro_rules! lists {
    ($($type:ident $push:ident $pop:ident)*) => {$(
        impl<T: Random> Random for $type<T> {
            fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
                let mut items = $type::new();
                for _ in 0..length(source, depth) {
                    if below(source, 4) > 0 {
                        items.$push(T::random(source, depth + 1));
                    } else {
                        items.$pop();
                    }
                }
                items
            }
        }
    )*};
}

lists! { List push_front_mut drop_first_mut Queue enqueue_mut dequeue_mut Stack push_mut pop_mut }

impl<K: Random + Ord, V: Random> Random for RedBlackTreeMap<K, V> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut map = RedBlackTreeMap::new();
        for _ in 0..length(source, depth) {
            let key = K::random(source, depth + 1);
            if below(source, 4) > 0 {
                map.insert_mut(key, V::random(source, depth + 1));
            } else {
                map.remove_mut(&key);
            }
        }
        map
    }
}

impl<T: Random + Ord> Random for RedBlackTreeSet<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        (0..length(source, depth)).map(|_| T::random(source, depth + 1)).collect()
    }
}

exact! {
    lists: List<String>;
    nested_lists: Vec<List<List<u8>>>;
    queues: Vec<Queue<String>>;
    stacks: Vec<Stack<u128>>;
    ordered_maps: Vec<RedBlackTreeMap<u8, String>>;
    ordered_maps_of_large_values: RedBlackTreeMap<u16, (u8, u128)>;
    ordered_sets: Vec<RedBlackTreeSet<String>>;
    elements_without_a_size: Vec<List<()>>;
}

#[test]
fn other_pointers_are_exact() {
    assert_exact(|| (0..10).map(|number| number.to_string()).collect::<ListSync<_>>());
    assert_exact(|| {
        (0..10).map(|number| (number, number.to_string())).collect::<RedBlackTreeMapSync<u8, _>>()
    });
    assert_exact(|| (0..10).map(|number| number.to_string()).collect::<List<_, ArcK>>());
    assert_exact(|| (0..10).map(|number| (number, 1_u8)).collect::<RedBlackTreeMap<u64, _, ArcTK>>());
}

#[test]
fn collections_with_hidden_nodes_are_lower_bounds() {
    let texts = || (0..100_u8).map(|number| String::from_utf8(vec![number]).unwrap_or_default());
    let block = 16 + 24;
    assert_eq!(assert_lower_bound(Reason::Hidden, || texts().collect::<Vector<_>>()), 100 * block + 100);
    assert_eq!(
        assert_lower_bound(Reason::Hidden, || texts().collect::<VectorSync<_>>()),
        100 * (block - 8) + 100
    );
    assert_eq!(assert_lower_bound(Reason::Hidden, || texts().collect::<HashTrieSet<_>>()), 100 * block + 100);
    let entries = || texts().map(|text| (text, 0_u64)).collect::<HashTrieMap<_, _>>();
    assert_eq!(assert_lower_bound(Reason::Hidden, entries), 100 * (block + 8) + 100);
    assert_eq!(assert_opaque(Reason::Hidden, Vector::<u8>::new), 0);
}

#[test]
fn versions_count_shared_nodes_once_and_lack_at_most_one_node_for_each_element() {
    for_random_bytes(|source| {
        assert_lower_bound(Reason::Hidden, || {
            let mut map =
                (0..10_u8).map(|number| (number, number.to_string())).collect::<RedBlackTreeMap<_, _>>();
            let mut list = (0..5).map(|number: u8| number.to_string()).collect::<List<_>>();
            let mut queue = (0..5).map(|number: u8| number.to_string()).collect::<Queue<_>>();
            let mut versions = vec![(map.clone(), list.clone(), queue.clone())];
            for _ in 0..below(source, 5) {
                map = map
                    .insert(u8::random(source, 0) % 20, String::from("new"))
                    .remove(&below(source, 20).try_into().unwrap_or(0));
                list = if bool::random(source, 0) {
                    list.reverse()
                } else {
                    list.push_front(String::from("new"))
                };
                queue = queue.dequeue().unwrap_or_default().enqueue(String::from("new"));
                versions.push((map.clone(), list.clone(), queue.clone()));
            }
            (versions, map, list, queue)
        });
    });
}

#[test]
fn handles_on_one_collection_count_it_once() {
    let list: List<String> = (0..10).map(|_| String::from("a text")).collect();
    let mut tally = Tally::new();
    assert_eq!(tally.add(&list), size_of_val(&list) + list.heap_size());
    assert!(tally.is_exact());
    assert_eq!(
        tally.add(&vec![list.clone(), list.drop_first().unwrap_or_default()]),
        24 + 2 * size_of_val(&list)
    );
    let size = tally.size();
    assert_eq!(size.lower_bound_count, 2, "a walk cannot see whether nodes were copied");
    let node = List::new().push_front(1_u64).heap_size() - std::rc::Rc::new(1_u64).heap_size();
    assert_eq!(size.missing_size, Some((10 + 9) * node), "each node may be a copy");

    let map: HashTrieMap<u8, String> = (0..10).map(|number| (number, number.to_string())).collect();
    let mut tally = Tally::new();
    assert!(tally.add(&map) > 10 * 32);
    assert_eq!(tally.add(&map.clone()), size_of_val(&map));
    assert!(map.clone().heap_size() > 0);
}

#[test]
fn empty_collections_own_nothing() {
    assert_exact(List::<String>::new);
    assert_exact(Queue::<String>::new);
    assert_exact(Stack::<String>::new);
    assert_exact(RedBlackTreeMap::<u8, String>::new);
    assert_exact(RedBlackTreeSet::<String>::new);
}
