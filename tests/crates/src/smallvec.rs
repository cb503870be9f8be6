use arbitrary::Unstructured;
use deep_size::DeepSize;
use smallvec::{Array, SmallVec};

use crate::exact;
use crate::random::{Random, below, length};
use crate::support::assert_exact;

/// Grown, shortened, and moved back inline.
impl<A: Array<Item: Random>> Random for SmallVec<A> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut items = Self::with_capacity(below(source, 8));
        for _ in 0..length(source, depth) {
            match below(source, 5) {
                0 => drop(items.pop()),
                1 => items.insert(0, A::Item::random(source, depth + 1)),
                _ => items.push(A::Item::random(source, depth + 1)),
            }
        }
        match below(source, 5) {
            0 => items.shrink_to_fit(),
            1 => items.truncate(items.len() / 4),
            2 => items.reserve_exact(5),
            3 => items.clear(),
            _ => {}
        }
        items
    }
}

exact! {
    vectors_of_bytes: SmallVec<[u8; 16]>;
    vectors_of_numbers: SmallVec<[u64; 4]>;
    vectors_of_strings: SmallVec<[String; 3]>;
    vectors_of_units: SmallVec<[(); 2]>;
    vectors_of_none_in_place: SmallVec<[u32; 0]>;
    vectors_of_wide_alignment: SmallVec<[u128; 2]>;
    vectors_of_vectors: SmallVec<[SmallVec<[Box<u16>; 2]>; 2]>;
    vectors_in_vectors: Vec<(u8, SmallVec<[Vec<u8>; 1]>)>;
}

#[test]
fn only_a_spilled_vector_owns_a_block() {
    let mut items: SmallVec<[u16; 4]> = (0..4).collect();
    assert_eq!(items.heap_size(), 0);
    items.push(4);
    assert_eq!(items.heap_size(), 2 * items.capacity());
    items.truncate(2);
    items.shrink_to_fit();
    assert_eq!(items.heap_size(), 0);
}

#[test]
fn a_type_that_may_spill_is_not_flat() {
    assert!(!SmallVec::<[u8; 4]>::is_flat());
}

#[test]
fn many_vectors_are_exact() {
    assert_exact(|| (0..5000).map(|count| (0..count % 7).collect()).collect::<Vec<SmallVec<[usize; 3]>>>());
    assert_exact(|| {
        let texts = |count: usize| (0..count % 5).map(|text| text.to_string()).collect();
        (0..5000).map(texts).collect::<Vec<SmallVec<[String; 2]>>>()
    });
}
