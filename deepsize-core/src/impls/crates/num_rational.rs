//! `num-rational` 0.4: exact for integers of fixed size, otherwise as exact as the integer.

use num_rational::{ParseRatioError, Ratio};

use crate::{DeepSize, Walker};

flat! { ParseRatioError }

/// The numerator and the denominator.
impl<T: DeepSize> DeepSize for Ratio<T> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("numer", self.numer());
        walker.field("denom", self.denom());
    }

    #[inline]
    fn is_flat() -> bool {
        T::is_flat()
    }
}
