//! `num-bigint` 0.4 and 0.5: a lower bound.
//!
//! The digits (`BigDigits` in `src/big_digit.rs` of 0.4.8) have 64 bits on 64-bit targets and 32 bits on others. Their number is
//! exposed, but the capacity is not, and `set_zero` keeps it. A single digit is usually stored in the value itself, so it is not
//! counted.

use core::alloc::Layout;

use num_bigint::{BigInt, BigUint, ParseBigIntError, Sign};

use crate::{DeepSize, Reason, Walker};

#[cfg(target_pointer_width = "64")]
type Digit = u64;
#[cfg(not(target_pointer_width = "64"))]
type Digit = u32;

flat! { ParseBigIntError, Sign }

/// The digits, if there are several, without spare capacity.
impl DeepSize for BigUint {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walk_digits(walker, self.bits());
    }
}

/// Reports the digits of a number with `bits` bits.
pub(super) fn walk_digits(walker: &mut Walker<'_>, bits: u64) {
    let digits = bits.div_ceil(u64::from(Digit::BITS));
    walker.lower_bound(Reason::Capacity, None);
    if let (2.., Ok(digits)) = (digits, usize::try_from(digits)) {
        let layout = Layout::array::<Digit>(digits).unwrap_or(Layout::new::<()>());
        walker.allocation(core::ptr::null::<Digit>(), layout, layout.size());
    }
}

/// The magnitude.
impl DeepSize for BigInt {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("data", self.magnitude());
    }
}
