//! Checks a claim on many random values.
#![allow(dead_code, reason = "each test crate uses its own part of this module")]

use std::cell::Cell;

use arbitrary::Unstructured;
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::test_runner::{Config, TestRunner};

use crate::random::Random;
use crate::support;

/// Runs `check` on many random strings of bytes, from which it builds a value. A failing string is shrunk
/// first.
pub(crate) fn for_random_bytes(check: impl Fn(&mut Unstructured<'_>)) {
    try_random_bytes(cases(), check);
}

fn cases() -> u32 {
    support::random_cases(crate::CASES)
}

pub(crate) fn try_random_bytes(cases: u32, check: impl Fn(&mut Unstructured<'_>)) {
    try_bytes(cases, &check);
}

// Not generic, so that the runner is compiled once.
fn try_bytes(cases: u32, check: &dyn Fn(&mut Unstructured<'_>)) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let result = TestRunner::new(config).run(&vec(any::<u8>(), 0..192), |bytes| {
        check(&mut Unstructured::new(&bytes));
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}

/// The approximate number of values in a family that are proven block by block. The others are compared by
/// bytes and number of blocks.
const PROOFS: u32 = 2_500;

pub(crate) fn assert_family_exact<T: Random>() {
    // One-time allocations, such as the seeds of a hasher, belong to no value.
    drop(T::random(&mut Unstructured::new(&[]), 0));
    let cases = cases();
    let proofs_apart = (cases / PROOFS).max(1);
    let case = Cell::new(0_u32);
    try_random_bytes(cases, |source| {
        case.set(case.get() + 1);
        support::assert_exact_and(case.get() % proofs_apart == 0, || T::random(source, 0));
    });
}

/// A test for each family: random values of the type are exact.
#[allow(unused_macros, reason = "not every test crate has families")]
macro_rules! exact {
    ($($name:ident: $type:ty;)*) => {$(
        #[test]
        fn $name() {
            crate::trial::assert_family_exact::<$type>();
        }
    )*};
}
#[allow(unused_imports, reason = "not every test crate has families")]
pub(crate) use exact;

/// A test for each family: random values are exact if this function measures them.
#[allow(unused_macros, reason = "not every test crate has families")]
macro_rules! exact_with {
    ($($name:ident: $type:ty, $function:expr;)*) => {$(
        #[test]
        fn $name() {
            #[derive(deep_size::DeepSize)]
            struct ByFunction(#[deep_size(with = $function)] $type);

            impl crate::random::Random for ByFunction {
                fn random(source: &mut arbitrary::Unstructured<'_>, depth: usize) -> Self {
                    Self(crate::random::Random::random(source, depth))
                }
            }
            crate::trial::assert_family_exact::<ByFunction>();
        }
    )*};
}
#[allow(unused_imports, reason = "not every test crate has families")]
pub(crate) use exact_with;

/// The xorshift generator of Marsaglia (2003). Tests use it for large values. It does not shrink failures.
pub(crate) fn fastrand(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state >> 11
    }
}
