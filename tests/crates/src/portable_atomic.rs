use portable_atomic::{AtomicBool, AtomicI64, AtomicPtr, AtomicU32, AtomicUsize};

use crate::support::{assert_exact, assert_flat};

#[test]
fn atomics_own_nothing() {
    assert_flat((AtomicBool::new(true), AtomicU32::new(1), AtomicI64::new(-1), AtomicUsize::new(1)));
    assert_flat(AtomicPtr::new(&mut String::from("owned elsewhere")));
    assert_exact(|| (0..100).map(AtomicI64::new).collect::<Vec<_>>());
}
