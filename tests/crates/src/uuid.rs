use arbitrary::Unstructured;
use uuid::fmt::{Braced, Hyphenated, Simple, Urn};
use uuid::{NonNilUuid, Uuid};

use crate::exact;
use crate::random::Random;
use crate::support::assert_flat;

impl Random for Uuid {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Self::from_u128(u128::random(source, depth))
    }
}

exact! {
    maps_by_identifier: std::collections::BTreeMap<Uuid, String>;
}

#[test]
fn identifiers_own_nothing() {
    let uuid = Uuid::from_u128(7);
    assert_flat(uuid);
    assert_flat(NonNilUuid::new(uuid));
    assert_flat((Braced::from(uuid), Hyphenated::from(uuid), Simple::from(uuid), Urn::from(uuid)));
    assert_flat("no identifier".parse::<Uuid>());
    assert_flat((uuid.get_version(), uuid.get_variant()));
}
