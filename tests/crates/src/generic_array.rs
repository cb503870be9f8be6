use arbitrary::Unstructured;
use generic_array::{ArrayLength, GenericArray, typenum};

use crate::exact;
use crate::random::Random;
use crate::support::assert_flat;

impl<T: Random, N: ArrayLength> Random for GenericArray<T, N> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        (0..N::USIZE).map(|_| T::random(source, depth + 1)).collect()
    }
}

exact! {
    arrays_of_strings: GenericArray<String, typenum::U5>;
    arrays_of_numbers: Vec<GenericArray<u16, typenum::U3>>;
    empty_arrays: Vec<GenericArray<String, typenum::U0>>;
}

#[test]
fn arrays_of_flat_elements_are_flat() {
    assert_flat(GenericArray::from([1_u8, 2]));
}
