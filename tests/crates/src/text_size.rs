use text_size::{TextRange, TextSize};

use crate::support::{assert_exact, assert_flat};

#[test]
fn positions_own_nothing() {
    assert_flat(TextSize::of("text"));
    assert_flat(TextRange::up_to(TextSize::from(3)));
    assert_exact(|| vec![(TextRange::default(), String::from("text"))]);
}
