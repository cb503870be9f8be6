use arbitrary::Unstructured;
use vec1::Vec1;

use crate::exact;
use crate::random::Random;
use crate::support::assert_flat;

impl<T: Random> Random for Vec1<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        let mut items = Vec::random(source, depth);
        items.push(T::random(source, depth + 1));
        Self::try_from_vec(items).expect("there is an item")
    }
}

exact! {
    lists_of_strings: Vec1<String>;
    lists_of_numbers: Vec<Vec1<u16>>;
}

#[test]
fn the_error_is_flat() {
    assert_flat(Vec1::<u8>::try_from_vec(Vec::new()).err());
}
