//! A claim that holds for every handle on a shared block.

use deep_size::{DeepSize, Tally};

use crate::support::assert_exact;

/// Asserts that many handles on the block of `build` count it once. Covers handles side by side, nested
/// handles, the last handle, and two values in one tally.
#[track_caller]
pub(crate) fn assert_counted_once<T: DeepSize + Clone>(build: impl Fn() -> T) {
    assert_exact(&build);
    assert_exact(|| {
        let one = build();
        vec![one.clone(), one.clone(), one]
    });
    assert_exact(|| {
        let one = build();
        (vec![Box::new(one.clone())], Some(vec![vec![one.clone()]; 3]), build(), one)
    });
    assert_exact(|| {
        let one = build();
        let last = one.clone();
        drop(one);
        last
    });

    let one = build();
    let mut tally = Tally::new();
    assert_eq!(tally.add(&one), one.deep_size());
    let another = one.clone();
    assert_eq!(tally.add(&another), size_of::<T>(), "the block was counted with the first value");
    assert!(tally.is_exact());
}
