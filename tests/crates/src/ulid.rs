use ulid::Ulid;

use crate::support::{assert_exact, assert_flat};

#[test]
fn identifiers_own_nothing() {
    assert_flat(Ulid(7));
    assert_exact(|| (0..100).map(|number| (Ulid(number), number.to_string())).collect::<Vec<_>>());
}
