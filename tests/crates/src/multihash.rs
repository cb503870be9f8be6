use multihash::Multihash;

use crate::support::{assert_exact, assert_flat};

#[test]
fn hashes_own_nothing() {
    let hash = Multihash::<64>::wrap(0x12, &[7; 32]).expect("it fits");
    assert_flat(hash);
    assert_exact(|| vec![(hash, String::from("text"))]);
}
