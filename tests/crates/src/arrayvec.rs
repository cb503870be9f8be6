use arbitrary::Unstructured;
use arrayvec::{ArrayString, ArrayVec, IntoIter};

use crate::exact;
use crate::random::{Random, length};
use crate::support::{assert_exact, assert_flat};

impl<T: Random, const CAP: usize> Random for ArrayVec<T, CAP> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut items = Self::new();
        for _ in 0..length(source, depth) {
            if items.is_full() || bool::random(source, depth) {
                items.pop();
            } else {
                items.push(T::random(source, depth + 1));
            }
        }
        items
    }
}

impl<T: Random, const CAP: usize> Random for IntoIter<T, CAP> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut items = ArrayVec::random(source, depth).into_iter();
        if bool::random(source, depth) {
            items.next();
        }
        items
    }
}

exact! {
    vectors_of_numbers: ArrayVec<u32, 5>;
    vectors_of_strings: ArrayVec<String, 8>;
    vectors_of_vectors: ArrayVec<ArrayVec<Box<u16>, 2>, 3>;
    vectors_in_vectors: Vec<ArrayVec<Vec<u8>, 2>>;
    iterators: IntoIter<String, 8>;
}

#[test]
fn vectors_of_flat_elements_are_flat() {
    assert_flat(ArrayVec::from([1_u64, 2, 3]));
    assert_flat(ArrayVec::<String, 0>::new());
    assert_flat(ArrayVec::from([1_u8, 2]).into_iter());
    assert_flat(ArrayString::<16>::from("text").expect("it fits"));
    assert_flat(ArrayVec::<u8, 0>::new().try_push(1).map_err(|error| error.simplify()));
}

#[test]
fn removed_elements_are_not_counted() {
    assert_exact(|| {
        let mut items: ArrayVec<String, 4> = ["a", "bc", "def"].map(String::from).into_iter().collect();
        items.truncate(1);
        items
    });
}
