use arbitrary::Unstructured;
use zeroize::{Zeroize, Zeroizing};

use crate::exact;
use crate::random::Random;
use crate::support::assert_flat;

impl<T: Random + Zeroize> Random for Zeroizing<T> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Self::new(T::random(source, depth))
    }
}

exact! {
    vectors: Zeroizing<Vec<u8>>;
    texts: Vec<Zeroizing<String>>;
}

#[test]
fn flat_secrets_are_flat() {
    assert_flat(Zeroizing::new([1_u8; 32]));
}
