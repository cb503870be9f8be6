//! `either` 1: exact.

use either::Either;

use crate::{DeepSize, Walker};

/// The heap size of the active side.
impl<L: DeepSize, R: DeepSize> DeepSize for Either<L, R> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        match self {
            Self::Left(value) => {
                walker.variant("Left");
                walker.inner(value);
            }
            Self::Right(value) => {
                walker.variant("Right");
                walker.inner(value);
            }
        }
    }

    #[inline]
    fn is_flat() -> bool {
        L::is_flat() && R::is_flat()
    }
}
