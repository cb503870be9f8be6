use arbitrary::Unstructured;
use num_complex::Complex;

use crate::exact;
use crate::random::Random;
use crate::support::assert_flat;

impl<T: Random> Random for Complex<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Self::new(T::random(source, depth), T::random(source, depth))
    }
}

exact! {
    numbers: Vec<Complex<f64>>;
    other_parts: Complex<Vec<u8>>;
}

#[test]
fn complex_numbers_are_flat() {
    assert_flat(Complex::new(1.0, 2.0));
}
