use arbitrary::Unstructured;
use num_rational::Ratio;

use crate::exact;
use crate::random::Random;
use crate::support::assert_flat;

impl<T: Random> Random for Ratio<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Self::new_raw(T::random(source, depth), T::random(source, depth))
    }
}

exact! {
    numbers: Vec<Ratio<i64>>;
    other_parts: Ratio<Vec<u8>>;
}

#[test]
fn ratios_of_integers_are_flat() {
    assert_flat(Ratio::new(1, 2));
    assert_flat("no ratio".parse::<Ratio<i32>>());
}
