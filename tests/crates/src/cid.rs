use cid::Cid;
use multihash::Multihash;

use crate::support::{assert_exact, assert_flat};

#[test]
fn identifiers_own_nothing() {
    let hash = Multihash::wrap(0x12, &[7; 32]).expect("it fits");
    let cid = Cid::new_v1(0x55, hash);
    assert_flat((cid, cid.version()));
    assert_exact(|| vec![(cid, String::from("text"))]);
}
