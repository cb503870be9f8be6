//! Structs of real programs, declared again with the derive, filled at random and compared with the
//! allocator.

use std::cell::Cell;

use arbitrary::Unstructured;
use deep_size::{DeepSize, Reason, Tally};
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::test_runner::{Config, TestRunner};

use crate::support::report::checked_report;
use crate::support::{Sum, assert_exact, live_blocks, live_bytes};

mod batches;
mod chain;
mod document;
mod records;
mod resolve;
mod search;
mod server;
mod settings;
mod syntax;

/// The number of random values for each program. All programs together have more than a thousand.
const CASES: u32 = 120;

/// An `impl Random` that fills every field and picks any variant. The first variant must not recurse.
macro_rules! random {
    () => {};
    (struct $name:ident { $($field:tt),* } $($rest:tt)*) => {
        impl crate::random::Random for $name {
            fn random(source: &mut arbitrary::Unstructured<'_>, depth: usize) -> Self {
                Self { $($field: crate::random::Random::random(source, depth),)* }
            }
        }
        crate::real::random! { $($rest)* }
    };
    (enum $name:ident { $($variant:ident { $($field:tt),* })* } $($rest:tt)*) => {
        impl crate::random::Random for $name {
            fn random(source: &mut arbitrary::Unstructured<'_>, depth: usize) -> Self {
                let variants: &[fn(&mut arbitrary::Unstructured<'_>, usize) -> Self] = &[
                    $(|_source, _depth| Self::$variant {
                        $($field: crate::random::Random::random(_source, _depth),)*
                    },)*
                ];
                variants[crate::random::below(source, variants.len())](source, depth + 1)
            }
        }
        crate::real::random! { $($rest)* }
    };
}
use random;

/// Runs `check` on random strings of bytes, long enough to fill a program's state.
fn for_random_states(check: impl Fn(&mut Unstructured<'_>)) {
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let result = TestRunner::new(config).run(&vec(any::<u8>(), 0..1_500), |bytes| {
        check(&mut Unstructured::new(&bytes));
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}

/// Asserts that the values from `build` are exact, and not small on average.
fn assert_states_exact<T: DeepSize>(build: impl Fn(&mut Unstructured<'_>) -> T) {
    let total = Cell::new(0);
    for_random_states(|source| {
        assert_exact(|| {
            let before = live_bytes();
            let value = build(source);
            total.set(total.get() + live_bytes() - before);
            value
        });
    });
    let average = total.get() / CASES as isize;
    assert!(average > 300, "{average} bytes on average");
}

/// Asserts a lower bound that misses at most `hidden` bytes. Parts may be inexact only for these reasons, and
/// one must be inexact if bytes are missing.
#[track_caller]
fn assert_at_least<T: DeepSize>(
    reasons: &[Reason],
    build: impl FnOnce() -> T,
    hidden: impl FnOnce(&T) -> usize,
) {
    let before = (live_bytes(), live_blocks());
    let value = build();
    let built = usize::try_from(live_bytes() - before.0).expect("building allocates");

    let heap = value.heap_size();
    let most = hidden(&value);
    assert!(heap <= built, "{heap} bytes measured, but only {built} allocated");
    assert!(built - heap <= most, "{heap} bytes measured of {built}, but only {most} may be hidden");
    let sum = Sum::of(&value);
    assert_eq!(sum.bytes, value.deep_size());
    let bounds = sum.lower_bounds.iter().map(|(reason, _)| reason);
    let mut inexact = sum.opaque.iter().chain(bounds);
    assert!(inexact.all(|reason| reasons.contains(reason)), "{sum:?}");
    let mut tally = Tally::new();
    tally.add(&value);
    assert_eq!(tally.size(), sum.size());
    assert!(heap == built || !tally.is_exact(), "{} bytes are missing without an inexact part", built - heap);
    if let Some(most) = tally.size().upper_bound() {
        assert!(built <= most - size_of::<T>(), "{built} allocated, at most {most} measured");
    }
    drop(sum);
    drop(tally);
    checked_report(&value);

    drop(value);
    assert_eq!((live_bytes(), live_blocks()), before, "nothing stays");
}
