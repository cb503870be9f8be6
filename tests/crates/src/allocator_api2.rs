use std::alloc::Layout;
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::ptr::NonNull;

use allocator_api2::alloc::{AllocError, Allocator, Global};
use allocator_api2::boxed::Box as AllocBox;
use allocator_api2::vec::Vec as AllocVec;
use arbitrary::Unstructured;
use bumpalo::Bump;
use deep_size::{DeepSize, Reason, Tally};

use crate::exact;
use crate::random::{Random, below, length};
use crate::support::{assert_exact, assert_opaque};

/// The reason that a part in an arena is opaque.
const ARENA: Reason = Reason::Other("in an arena");

/// An allocator of zero size, other than the global one.
#[derive(Clone, Copy, Default)]
struct Wrapped;

// SAFETY: forwards to the global allocator.
unsafe impl Allocator for Wrapped {
    fn allocate(&self, layout: Layout) -> Result<NonNull<[u8]>, AllocError> {
        Global.allocate(layout)
    }

    unsafe fn deallocate(&self, block: NonNull<u8>, layout: Layout) {
        // SAFETY: the caller upholds the contract of `deallocate`.
        unsafe { Global.deallocate(block, layout) }
    }
}

impl<T: Random, A: Allocator + Default> Random for AllocVec<T, A> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut items = Self::with_capacity_in(below(source, 8), A::default());
        for _ in 0..length(source, depth) {
            items.push(T::random(source, depth + 1));
        }
        items.truncate(below(source, 60));
        if bool::random(source, depth) {
            items.shrink_to_fit();
        }
        items
    }
}

impl<T: Random, A: Allocator + Default> Random for AllocBox<T, A> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Self::new_in(T::random(source, depth), A::default())
    }
}

type Hasher = BuildHasherDefault<DefaultHasher>;

/// Random collections of one version of `hashbrown`, in the allocator `Wrapped`.
macro_rules! random {
    ($hashbrown:ident) => {
        impl<K: Random + Eq + std::hash::Hash, V: Random> Random
            for $hashbrown::HashMap<K, V, Hasher, Wrapped>
        {
            fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
                let mut map = Self::with_capacity_and_hasher_in(below(source, 8), Hasher::default(), Wrapped);
                for _ in 0..length(source, depth) {
                    map.insert(K::random(source, depth + 1), V::random(source, depth + 1));
                }
                map
            }
        }

        impl<T: Random + Eq + std::hash::Hash> Random for $hashbrown::HashSet<T, Hasher, Wrapped> {
            fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
                let mut set = Self::with_hasher_in(Hasher::default(), Wrapped);
                for _ in 0..length(source, depth) {
                    set.insert(T::random(source, depth + 1));
                }
                set
            }
        }
    };
}

random! { hashbrown }
random! { hashbrown_0_14 }
random! { hashbrown_0_15 }
random! { hashbrown_0_16 }

exact! {
    vectors: AllocVec<AllocVec<String>>;
    vectors_in_another_allocator: AllocVec<AllocVec<u16, Wrapped>, Wrapped>;
    boxes: Vec<AllocBox<AllocBox<String>, Wrapped>>;
    maps: hashbrown::HashMap<String, Vec<u8>, Hasher, Wrapped>;
    maps_of_numbers: hashbrown::HashMap<u16, u8, Hasher, Wrapped>;
    sets: hashbrown::HashSet<String, Hasher, Wrapped>;
    maps_0_14: hashbrown_0_14::HashMap<String, Vec<u8>, Hasher, Wrapped>;
    sets_0_15: hashbrown_0_15::HashSet<String, Hasher, Wrapped>;
    maps_0_16: hashbrown_0_16::HashMap<String, u8, Hasher, Wrapped>;
}

#[test]
fn unsized_boxes_are_measured() {
    assert_exact(|| AllocVec::<String>::from_iter([String::from("text")]).into_boxed_slice());
}

#[test]
fn collections_in_an_arena_are_opaque() {
    let bump = Bump::with_capacity(10_000);
    assert_eq!(assert_opaque(ARENA, || AllocBox::new_in(String::from("text"), &bump)), 0);
    let vector = || {
        let mut vector = AllocVec::new_in(&bump);
        vector.extend([1, 2, 3]);
        vector
    };
    assert_eq!(assert_opaque(ARENA, vector), 0);
    let map = || {
        let mut map = hashbrown::HashMap::with_hasher_in(Hasher::default(), &bump);
        map.insert(1, 2);
        map
    };
    assert_eq!(assert_opaque(ARENA, map), 0);
    let table = || hashbrown::HashTable::<u8, _>::with_capacity_in(3, &bump);
    assert_eq!(assert_opaque(ARENA, table), 0);
    assert_eq!(
        assert_opaque(ARENA, || hashbrown::HashSet::<u8, Hasher, _>::with_capacity_and_hasher_in(
            3,
            Hasher::default(),
            &bump
        )),
        0
    );
}

#[test]
fn an_empty_collection_in_an_arena_is_exact() {
    let bump = Bump::with_capacity(1_000);
    assert_exact(|| AllocVec::<String, _>::new_in(&bump));
    assert_exact(|| hashbrown::HashMap::<u8, u8, Hasher, _>::with_hasher_in(Hasher::default(), &bump));
}

#[test]
fn the_memory_of_an_arena_counts_once() {
    let bump = Bump::new();
    let mut vector = AllocVec::new_in(&bump);
    vector.extend(0..100_u64);
    let mut tally = Tally::new();
    tally.add(&vector);
    assert_eq!(tally.deep_size(), size_of_val(&vector));
    tally.add(&bump);
    assert_eq!(tally.deep_size(), size_of_val(&vector) + bump.deep_size());
}
