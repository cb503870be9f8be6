//! Random values, with spare capacity and a history of changes.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell, RefCell};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::ffi::{CString, OsString};
use std::hash::{BuildHasher, Hash};
use std::mem::ManuallyDrop;
use std::ops::{Bound, ControlFlow, Range};
use std::path::PathBuf;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex, OnceLock, RwLock};

use arbitrary::Unstructured;
use deep_size::DeepSize;

/// A type with random values; `depth` is the number of collections around the value.
pub(crate) trait Random: DeepSize {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self;
}

/// A number below `limit`; 0 once the source is used up.
pub(crate) fn below(source: &mut Unstructured<'_>, limit: usize) -> usize {
    source.int_in_range(0..=limit - 1).unwrap_or(0)
}

/// A number of elements for a collection, smaller at greater depth.
pub(crate) fn length(source: &mut Unstructured<'_>, depth: usize) -> usize {
    let limit = [60, 12, 5, 3].get(depth).copied().unwrap_or(2);
    if source.is_empty() { 0 } else { below(source, limit) }
}

macro_rules! numbers {
    ($($type:ty)*) => {$(
        impl Random for $type {
            fn random(source: &mut Unstructured<'_>, _: usize) -> Self {
                source.arbitrary().unwrap_or_default()
            }
        }
    )*};
}

numbers! { bool u8 u16 u32 u64 u128 i32 i64 f64 char }

impl Random for () {
    fn random(_: &mut Unstructured<'_>, _: usize) -> Self {}
}

impl<T: Random, const N: usize> Random for [T; N] {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        std::array::from_fn(|_| T::random(source, depth + 1))
    }
}

impl<A: Random, B: Random> Random for (A, B) {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        (A::random(source, depth), B::random(source, depth))
    }
}

impl<A: Random, B: Random, C: Random> Random for (A, B, C) {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        (A::random(source, depth), B::random(source, depth), C::random(source, depth))
    }
}

impl<T: Random> Random for Option<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        bool::random(source, depth).then(|| T::random(source, depth))
    }
}

impl<T: Random, E: Random> Random for Result<T, E> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        if bool::random(source, depth) { Ok(T::random(source, depth)) } else { Err(E::random(source, depth)) }
    }
}

impl<B: Random, C: Random> Random for ControlFlow<B, C> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        match Result::random(source, depth) {
            Ok(value) => Self::Continue(value),
            Err(value) => Self::Break(value),
        }
    }
}

impl<T: Random> Random for Range<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        T::random(source, depth)..T::random(source, depth)
    }
}

impl<T: Random> Random for Bound<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        match below(source, 3) {
            0 => Self::Unbounded,
            1 => Self::Included(T::random(source, depth)),
            _ => Self::Excluded(T::random(source, depth)),
        }
    }
}

impl<T: Random, const N: usize> Random for std::array::IntoIter<T, N> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut iterator = <[T; N]>::random(source, depth).into_iter();
        iterator.by_ref().take(below(source, N + 1)).for_each(drop);
        iterator
    }
}

impl<T: Random> Random for Box<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Box::new(T::random(source, depth))
    }
}

impl<T: Random> Random for Box<[T]> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Vec::random(source, depth).into_boxed_slice()
    }
}

impl Random for Box<str> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        String::random(source, depth).into_boxed_str()
    }
}

/// Wrappers, each with its constructor.
macro_rules! wrappers {
    ($($type:ident :: $new:ident)*) => {$(
        impl<T: Random> Random for $type<T> {
            fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
                $type::$new(T::random(source, depth))
            }
        }
    )*};
}

wrappers! { Rc::new Arc::new RefCell::new Mutex::new RwLock::new OnceLock::from OnceCell::from }

impl<T: Random> Random for Reverse<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Self(T::random(source, depth))
    }
}

impl<T: Random> Random for Pin<Rc<T>> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Rc::pin(T::random(source, depth))
    }
}

impl<T: Random> Random for Pin<Box<T>> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Box::pin(T::random(source, depth))
    }
}

impl<T: Random> Random for Rc<[T]> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Vec::random(source, depth).into()
    }
}

impl<T: Random> Random for Arc<[T]> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Vec::random(source, depth).into()
    }
}

impl Random for Rc<str> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        String::random(source, depth).into()
    }
}

impl Random for Arc<str> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        String::random(source, depth).into()
    }
}

impl Random for Cell<u32> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Cell::new(u32::random(source, depth))
    }
}

impl Random for Cow<'static, str> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        if bool::random(source, depth) {
            Cow::Borrowed("borrowed")
        } else {
            String::random(source, depth).into()
        }
    }
}

impl Random for Cow<'static, [String]> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Cow::Owned(Vec::random(source, depth))
    }
}

impl Random for String {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut text = String::with_capacity(below(source, 20));
        for _ in 0..length(source, depth) {
            text.push(char::random(source, depth));
        }
        if bool::random(source, depth) {
            text.shrink_to_fit();
        }
        text
    }
}

impl Random for OsString {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut text = OsString::from(String::random(source, depth));
        text.reserve(below(source, 10));
        text
    }
}

impl Random for PathBuf {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut path = PathBuf::from(OsString::random(source, depth));
        path.push("child");
        path
    }
}

impl Random for CString {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut bytes = Vec::<u8>::random(source, depth);
        bytes.retain(|&byte| byte != 0);
        CString::new(bytes).unwrap_or_default()
    }
}

impl<T: Random> Random for Vec<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut items = Vec::with_capacity(below(source, 8));
        for _ in 0..length(source, depth) {
            items.push(T::random(source, depth + 1));
        }
        match below(source, 4) {
            0 => items.shrink_to_fit(),
            1 => items.truncate(items.len() / 2),
            2 => items.reserve_exact(5),
            _ => {}
        }
        items
    }
}

impl<T: Random> Random for VecDeque<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut items = VecDeque::with_capacity(below(source, 8));
        for _ in 0..length(source, depth) {
            match below(source, 4) {
                0 => items.push_front(T::random(source, depth + 1)),
                1 => drop(items.pop_front()),
                _ => items.push_back(T::random(source, depth + 1)),
            }
        }
        if bool::random(source, depth) {
            items.shrink_to_fit();
        }
        items
    }
}

impl<T: Random + Ord> Random for BinaryHeap<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut items = BinaryHeap::with_capacity(below(source, 8));
        for _ in 0..length(source, depth) {
            items.push(T::random(source, depth + 1));
        }
        if bool::random(source, depth) {
            items.pop();
        }
        items
    }
}

impl<T: Random> Random for LinkedList<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut items = LinkedList::new();
        for _ in 0..length(source, depth) {
            if bool::random(source, depth) {
                items.push_back(T::random(source, depth + 1));
            } else {
                items.push_front(T::random(source, depth + 1));
            }
        }
        items
    }
}

impl<K: Random + Ord, V: Random> Random for BTreeMap<K, V> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let entry =
            |source: &mut Unstructured<'_>| (K::random(source, depth + 1), V::random(source, depth + 1));
        let mut map = if bool::random(source, depth) {
            (0..length(source, depth)).map(|_| entry(source)).collect()
        } else {
            BTreeMap::new()
        };
        for _ in 0..length(source, depth) {
            let (key, value) = entry(source);
            match below(source, 8) {
                0 => drop(map.remove(&key)),
                1 => drop(map.pop_first()),
                2 => {
                    let mut right = map.split_off(&key);
                    right.insert(key, value);
                    map.append(&mut right);
                }
                3 => map.retain(|_, _| source.arbitrary().unwrap_or(true)),
                _ => drop(map.insert(key, value)),
            }
        }
        // An emptied map may keep a hidden leaf. `an_emptied_tree_map_hides_at_most_one_leaf` tests it.
        if map.is_empty() { BTreeMap::new() } else { map }
    }
}

impl<T: Random + Ord> Random for BTreeSet<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        BTreeMap::<T, ()>::random(source, depth).into_keys().collect()
    }
}

/// Grown or preallocated. Entries are never removed singly, because that may leave tombstones.
impl<K: Random + Eq + Hash, V: Random, S: BuildHasher + Default> Random for HashMap<K, V, S> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut map = HashMap::with_capacity_and_hasher(below(source, 8), S::default());
        for _ in 0..length(source, depth) {
            map.insert(K::random(source, depth + 1), V::random(source, depth + 1));
        }
        match below(source, 5) {
            0 => map.shrink_to_fit(),
            1 => map.reserve(below(source, 40)),
            2 => map.clear(),
            _ => {}
        }
        map
    }
}

impl<T: Random + Eq + Hash, S: BuildHasher + Default> Random for HashSet<T, S> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut set = HashSet::with_capacity_and_hasher(below(source, 8), S::default());
        for _ in 0..length(source, depth) {
            set.insert(T::random(source, depth + 1));
        }
        if bool::random(source, depth) {
            set.shrink_to(below(source, 10));
        }
        set
    }
}

/// Drops its contents, unlike `ManuallyDrop`, so that tests don't leak.
impl Random for ManuallyDrop<u64> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        ManuallyDrop::new(u64::random(source, depth))
    }
}
