use rust_decimal::{Decimal, RoundingStrategy};

use crate::support::{assert_exact, assert_flat};

#[test]
fn decimals_own_nothing() {
    assert_flat("79228162514264337593543950335".parse::<Decimal>().ok());
    assert_flat(RoundingStrategy::ToZero);
    assert_exact(|| (0..100).map(|cents| Decimal::new(cents, 2)).collect::<std::collections::BTreeSet<_>>());
}
