use deep_size::{DeepSize, Reason};
use num_bigint::{BigInt, BigUint, Sign};

use crate::for_random_bytes;
use crate::random::Random;
use crate::support::{assert_flat, assert_lower_bound, live_bytes};

#[test]
fn numbers_are_lower_bounds() {
    for_random_bytes(|source| {
        let digits = Vec::<u32>::random(source, 0);
        let others = Vec::<u32>::random(source, 0);
        let exponent = u8::random(source, 0);
        assert_lower_bound(Reason::Capacity, || BigUint::new(digits.clone()));
        assert_lower_bound(Reason::Capacity, || BigUint::new(digits.clone()) * BigUint::new(others.clone()));
        assert_lower_bound(Reason::Capacity, || BigUint::new(digits.clone()) >> exponent);
        assert_lower_bound(Reason::Capacity, || BigInt::from_slice(Sign::Minus, &digits) << exponent);
    });
}

#[test]
fn a_clone_has_the_size_of_its_digits() {
    for digits in [2, 3, 7, 100] {
        let number = BigInt::from_biguint(Sign::Minus, (BigUint::from(1_u8) << (64 * digits)) - 1_u8);
        let before = live_bytes();
        let clone = number.clone();
        assert_eq!(clone.heap_size() as isize, live_bytes() - before);
        assert_eq!(clone.heap_size(), 8 * digits);
    }
}

#[test]
fn small_numbers_are_measured_as_owning_nothing() {
    assert_eq!(assert_lower_bound(Reason::Capacity, || BigUint::from(u64::MAX)), 0);
    assert_eq!(assert_lower_bound(Reason::Capacity, BigInt::default), 0);
    assert_flat(Sign::Minus);
    assert_flat("no number".parse::<BigInt>().err());
}
