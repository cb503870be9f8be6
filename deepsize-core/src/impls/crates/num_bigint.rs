//! `num-bigint` 0.4 and 0.5: a lower bound.
//!
//! Of the digits (`BigDigits` in `src/big_digit.rs` of 0.4.8, 64 bits each where pointers have as many) the number can be seen
//! and the capacity cannot. One digit lies inside the value as a rule, and is not counted.

use core::alloc::Layout;

use num_bigint::{BigInt, BigUint, ParseBigIntError, Sign};

use crate::{DeepSize, Reason, Walker};

#[cfg(target_pointer_width = "64")]
type Digit = u64;
#[cfg(not(target_pointer_width = "64"))]
type Digit = u32;

flat! { ParseBigIntError, Sign }

/// Its digits at least, if there are several; the spare capacity is opaque.
impl DeepSize for BigUint {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let digits = self.bits().div_ceil(u64::from(Digit::BITS));
        walker.opaque(Reason::Hidden);
        if let (2.., Ok(digits)) = (digits, usize::try_from(digits)) {
            let layout = Layout::array::<Digit>(digits).unwrap_or(Layout::new::<()>());
            walker.allocation(core::ptr::null::<Digit>(), layout, layout.size());
        }
    }
}

/// As its magnitude.
impl DeepSize for BigInt {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("data", self.magnitude());
    }
}
