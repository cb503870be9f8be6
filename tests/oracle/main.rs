//! Random values of every supported collection and pointer, alone and nested, held against the allocator.

mod collections;
mod graphs;
mod hash_maps;
mod pointers;
mod random;
#[cfg(feature = "stack-growth")]
mod scattered;
#[path = "../support/mod.rs"]
mod support;

use arbitrary::Unstructured;
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::test_runner::{Config, TestRunner};

use crate::random::Random;

/// How many random values a family is tried on.
const CASES: u32 = 10_000;

/// Runs `check` on many random strings of bytes, from which it builds a value; a failing one is made smaller first.
fn for_random_bytes(check: impl Fn(&mut Unstructured<'_>)) {
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let result = TestRunner::new(config).run(&vec(any::<u8>(), 0..192), |bytes| {
        check(&mut Unstructured::new(&bytes));
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}

/// Asserts that random values of the type are measured to the byte.
fn assert_family_exact<T: Random>() {
    for_random_bytes(|source| {
        support::assert_exact(|| T::random(source, 0));
    });
}

/// A test for each family: random values of the type are measured to the byte.
macro_rules! exact {
    ($($name:ident: $type:ty;)*) => {$(
        #[test]
        fn $name() {
            crate::assert_family_exact::<$type>();
        }
    )*};
}
use exact;

/// The xorshift generator of Marsaglia (2003), for the tests that want large values rather than small failures.
fn fastrand(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state >> 11
    }
}
