use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::BigUint;
use deep_size::{DeepSize, Size};

use crate::for_random_bytes;
use crate::random::Random;
use crate::support::live_bytes;

#[test]
fn no_number_is_measured_in_excess() {
    for_random_bytes(|source| {
        let digits = Vec::<u32>::random(source, 0);
        let before = live_bytes();
        let number = BigDecimal::from_biguint(BigUint::new(digits.clone()), 7);
        let measured = number.heap_size() as isize;
        assert!(measured <= live_bytes() - before, "{measured} bytes");
        assert!(!Size::of(&number).is_exact());
        drop(number);
        drop(digits);
    });
}

#[test]
fn a_clone_has_the_size_of_its_digits() {
    for digits in [2, 3, 7, 100] {
        let number = BigDecimal::from_biguint((BigUint::from(1_u8) << (64 * digits)) - 1_u8, 3);
        let before = live_bytes();
        let clone = number.clone();
        assert_eq!(clone.heap_size() as isize, live_bytes() - before);
        assert_eq!(clone.heap_size(), 8 * digits);
    }
}
