use half::{bf16, f16};

use crate::support::{assert_exact, assert_flat};

#[test]
fn floats_own_nothing() {
    assert_flat((f16::ONE, bf16::ONE));
    assert_exact(|| vec![f16::ONE; 100]);
}
