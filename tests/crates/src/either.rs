use arbitrary::Unstructured;
use either::Either;

use crate::exact;
use crate::random::Random;
use crate::support::assert_flat;

impl<L: Random, R: Random> Random for Either<L, R> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        if bool::random(source, depth) {
            Self::Left(L::random(source, depth))
        } else {
            Self::Right(R::random(source, depth))
        }
    }
}

exact! {
    sides: Either<String, Vec<u16>>;
    nested_sides: Vec<Either<Box<u64>, Either<u8, String>>>;
}

#[test]
fn flat_sides_own_nothing() {
    assert_flat::<Either<u8, u64>>(Either::Left(1));
}
