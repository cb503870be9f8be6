//! A program without the tracking allocator.

#![cfg(feature = "audit")]

use std::panic::catch_unwind;

use deep_size_track::{AuditRegion, Cause, Limitation, assert_audit, audit, exact, measure};

#[test]
fn without_the_allocator_nothing_is_proven_and_the_message_has_the_fix() {
    assert_eq!(audit(&String::from("text")).limitation(), Some(Limitation::NotInstalled));
    assert_eq!(AuditRegion::begin().audit(&()).limitation(), Some(Limitation::NotInstalled));
    let panic = catch_unwind(|| assert_audit!(7)).expect_err("nothing is proven");
    let message = panic.downcast_ref::<String>().expect("the message is a string");
    assert!(message.starts_with("the audit of `7` failed\nno proof: "), "{message}");
    assert!(message.contains("#[global_allocator]"), "{message}");
}

#[test]
fn without_the_allocator_nothing_is_resolved() {
    let size = exact(&vec![1_u8; 3].into_iter());
    assert_eq!((size.limitation(), size.deep_size()), (Some(Limitation::NotInstalled), size.counted_size()));
    assert!(matches!(size.unresolved(), [(_, Cause::NotRecorded)]), "{size}");
    assert!(size.to_string().contains("#[global_allocator]"), "{size}");
}

#[test]
fn usage_without_the_allocator_says_so() {
    let usage = measure(|| String::from("text")).usage;
    assert_eq!(
        usage.to_string(),
        "nothing was counted: the program's global allocator is not a `TrackingAllocator`"
    );
}
