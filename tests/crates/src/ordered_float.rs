use arbitrary::Unstructured;
use ordered_float::{NotNan, OrderedFloat};

use crate::exact;
use crate::random::Random;
use crate::support::assert_flat;

impl Random for OrderedFloat<f64> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Self(f64::random(source, depth))
    }
}

exact! {
    sets: std::collections::BTreeSet<OrderedFloat<f64>>;
}

#[test]
fn floats_own_nothing() {
    assert_flat(OrderedFloat(0.5_f32));
    assert_flat(NotNan::new(0.5_f64));
    assert_flat(NotNan::new(f32::NAN));
}
