use std::backtrace::BacktraceStatus;
use std::fmt;

use anyhow::{Context, Error, anyhow};
use deep_size::{DeepSize, Tally};

use crate::support::live_bytes;

/// The opaque part of an error besides its backtrace.
#[derive(Clone, Copy, PartialEq)]
enum Opaque {
    /// None: the measured size is complete.
    Nothing,
    /// The contents, if they own memory.
    Contents,
    /// The source errors, because they own memory.
    Causes,
}

/// Compares an error with the allocator. A captured backtrace has an unknown size.
#[track_caller]
fn check(opaque: Opaque, build: impl FnOnce() -> Error) {
    let before = live_bytes();
    let error = build();
    let built = (live_bytes() - before) as usize;
    let traced = error.backtrace().status() == BacktraceStatus::Captured;

    let mut tally = Tally::new();
    let measured = tally.add(&error) - size_of::<Error>();
    assert_eq!(measured, error.heap_size());
    assert_eq!(deep_size::inspect(&error).heap_size(), measured);
    assert_eq!(tally.size().opaque_part_count, usize::from(opaque != Opaque::Nothing) + usize::from(traced));
    assert_eq!(measured < built, traced || opaque == Opaque::Causes, "{measured} of {built} bytes");
    assert!(0 < measured && measured <= built, "{measured} of {built} bytes");
}

/// An over-aligned error.
#[derive(Debug)]
#[repr(align(32))]
struct Aligned;

impl fmt::Display for Aligned {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("aligned")
    }
}

impl std::error::Error for Aligned {}

#[test]
fn a_message_is_exact() {
    check(Opaque::Nothing, || anyhow!("in the program"));
    check(Opaque::Nothing, || anyhow!("formatted {}", 7));
    check(Opaque::Nothing, || Error::msg(String::with_capacity(100)));
}

#[test]
fn an_error_without_heap_memory_is_exact() {
    check(Opaque::Nothing, || Error::new(fmt::Error));
    check(Opaque::Nothing, || Error::new(Aligned));
}

#[test]
fn the_block_of_any_error_is_exact_and_its_contents_opaque() {
    check(Opaque::Contents, || Error::new("x".parse::<u8>().expect_err("no number")));
    check(Opaque::Contents, || Error::msg(7_u128));
}

#[test]
fn the_error_behind_a_context_is_opaque() {
    check(Opaque::Causes, || anyhow!("cause").context("in the program").context(String::from("owned")));
    check(Opaque::Causes, || Error::new(fmt::Error).context(String::from("owned")));
}

#[test]
fn a_context_around_a_zero_sized_error_is_like_a_message() {
    check(Opaque::Nothing, || {
        let result: Result<u8, _> = Err(fmt::Error);
        result.context(String::from("owned")).expect_err("the result is an error")
    });
}

/// A context and its pointer to the source may have the size of a message, and the source may be a message.
#[test]
fn a_message_behind_a_context_is_opaque() {
    for error in [anyhow!("formatted {}", 5).context("literal"), anyhow!("literal").context(5_u64)] {
        let mut tally = Tally::new();
        tally.add(&error);
        let has_backtrace = error.backtrace().status() == BacktraceStatus::Captured;
        assert_eq!(tally.size().opaque_part_count, 1 + usize::from(has_backtrace), "{error}");
    }
}
