use arbitrary::Unstructured;
use hybrid_array::{Array, ArraySize, sizes};

use crate::exact;
use crate::random::Random;
use crate::support::assert_flat;

impl<T: Random, N: ArraySize> Random for Array<T, N> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Self::from_fn(|_| T::random(source, depth + 1))
    }
}

exact! {
    arrays_of_strings: Array<String, sizes::U5>;
    arrays_of_numbers: Vec<Array<u16, sizes::U3>>;
    empty_arrays: Vec<Array<String, sizes::U0>>;
}

#[test]
fn arrays_of_flat_elements_are_flat() {
    assert_flat(Array::<u8, sizes::U2>::from([1, 2]));
}
