//! Assertions in a program without the tracking allocator.

use std::panic::catch_unwind;

use deep_size_track::{assert_allocations, assert_no_allocation};

#[track_caller]
fn fails(code: fn()) {
    let panic = catch_unwind(code).expect_err("nothing can be asserted");
    let message = panic.downcast_ref::<String>().expect("the message is a string");
    assert!(
        message.starts_with("nothing can be asserted: the program's global allocator is not"),
        "{message}"
    );
    assert!(message.contains("#[global_allocator]"), "{message}");
}

#[test]
fn assertions_fail_with_the_fix() {
    fails(|| assert_no_allocation!(()));
    fails(|| assert_allocations!((), <= 100));
    #[cfg(feature = "sites")]
    fails(|| _ = deep_size_track::assert_size!(7_u8, |_| 1));
}
