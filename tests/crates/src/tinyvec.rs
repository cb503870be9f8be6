use arbitrary::Unstructured;
use deep_size::DeepSize;
use tinyvec::{Array, ArrayVec, SliceVec, TinyVec};

use crate::exact;
use crate::random::{Random, below, length};
use crate::support::{assert_exact, assert_flat};

impl<A: Array<Item: Random> + Default> Random for ArrayVec<A> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut items = Self::default();
        for _ in 0..length(source, depth) {
            if items.len() == items.capacity() || bool::random(source, depth) {
                items.pop();
            } else {
                items.push(A::Item::random(source, depth + 1));
            }
        }
        items
    }
}

impl<A: Array<Item: Random> + Default> Random for TinyVec<A> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut items = Self::with_capacity(below(source, 8));
        for _ in 0..length(source, depth) {
            match below(source, 4) {
                0 => drop(items.pop()),
                _ => items.push(A::Item::random(source, depth + 1)),
            }
        }
        match below(source, 4) {
            0 => items.shrink_to_fit(),
            1 => items.truncate(items.len() / 4),
            2 => items.reserve(5),
            _ => {}
        }
        items
    }
}

exact! {
    arrays_of_numbers: ArrayVec<[u32; 4]>;
    arrays_of_strings: ArrayVec<[String; 8]>;
    vectors_of_bytes: TinyVec<[u8; 16]>;
    vectors_of_strings: TinyVec<[String; 3]>;
    vectors_of_vectors: TinyVec<[TinyVec<[Vec<u8>; 2]>; 2]>;
    vectors_in_vectors: Vec<TinyVec<[String; 1]>>;
}

#[test]
fn vectors_of_flat_elements_are_flat() {
    assert_flat(ArrayVec::from([1_u64, 2, 3]));
    assert_flat(SliceVec::<u8>::from(&mut [1, 2, 3]));
    assert!(!TinyVec::<[u8; 4]>::is_flat());
}

/// Its default value owns memory.
#[derive(DeepSize)]
struct Eager(Box<u32>);

impl Default for Eager {
    fn default() -> Self {
        Self(Box::new(7))
    }
}

#[test]
fn unused_places_are_counted_too() {
    assert_exact(ArrayVec::<[Eager; 4]>::default);
    assert_exact(|| {
        let mut items = ArrayVec::from([(); 3].map(|()| Eager::default()));
        items.pop();
        items
    });
    assert_exact(|| ArrayVec::from_array_len(["a", "b", "c"].map(String::from), 1));
    assert_exact(|| TinyVec::Inline(ArrayVec::from_array_len(["a", "b", "c"].map(String::from), 2)));
}
