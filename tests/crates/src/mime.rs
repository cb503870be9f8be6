use deep_size::Reason;
use mime::Mime;

use crate::support::{assert_flat, assert_opaque};

#[test]
fn types_are_opaque_and_their_parts_own_nothing() {
    for text in ["text/plain", "application/vnd.example+json", "text/html; charset=utf-8; a=b"] {
        assert_eq!(assert_opaque(Reason::Hidden, || text.parse::<Mime>().unwrap()), 0);
    }
    assert_opaque(Reason::Hidden, || mime::APPLICATION_JSON);
    assert_flat(mime::TEXT_PLAIN.type_());
    assert_flat("no type".parse::<Mime>().err());
}
