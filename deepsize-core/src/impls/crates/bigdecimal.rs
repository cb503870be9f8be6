//! `bigdecimal` 0.4: a lower bound, like `BigInt`.

use bigdecimal::{BigDecimal, BigDecimalRef};

use super::num_bigint::walk_digits;
use crate::{DeepSize, Walker};

flat! { BigDecimalRef<'_> }

/// The digits, if there are several.
impl DeepSize for BigDecimal {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        // The integer is borrowed.
        let (integer, _) = self.as_bigint_and_scale();
        walk_digits(walker, integer.bits());
    }
}
