//! The environment requests a recording of a program without the tracking allocator.
#![cfg(all(unix, feature = "env"))]

use std::env;
use std::process::Command;

// Links the crate.
use deep_size_track as _;

#[test]
fn without_the_allocator_one_line_says_so() {
    if env::var_os("DEEP_SIZE_TRACK").is_some() {
        return;
    }
    let output = Command::new(env::current_exe().expect("the test's path is known"))
        .env("DEEP_SIZE_TRACK", "all")
        .env("DEEP_SIZE_TRACK_DUMP", "/dev/null/dump.txt")
        .output()
        .expect("the program starts");
    let expected = "deep-size-track: nothing is recorded: no `TrackingAllocator` is the global allocator, ";
    assert!(output.status.success(), "{output:?}");
    let warnings = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(warnings.starts_with(expected) && warnings.lines().count() == 1, "{warnings}");
}
