use ruint::Uint;
use ruint::aliases::{B256, U256};

use crate::support::{assert_exact, assert_flat};

#[test]
fn integers_own_nothing() {
    assert_flat((U256::MAX, B256::ZERO, Uint::<70, 2>::from(7)));
    assert_flat("no number".parse::<U256>());
    assert_exact(|| vec![(U256::from(7), String::from("text"))]);
}
