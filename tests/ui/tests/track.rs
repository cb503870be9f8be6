//! The compiler's messages about wrong uses of `#[profile_memory]`.
//!
//! The expected messages belong to one toolchain. To accept new ones, run `TRYBUILD=overwrite cargo test -p deep-size-ui-tests --test track`
//! with it, and read each one that changed.

use std::process::Command;

/// The stable toolchain whose messages are pinned.
const TOOLCHAIN: &str = "rustc 1.95.";

#[test]
fn mistakes_give_the_expected_messages() {
    // Tests inherit `RUSTC` from the environment, like Cargo itself.
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().expect("`rustc --version` runs");
    let version = String::from_utf8(output.stdout).expect("the version is text");
    let is_stable = !version.contains("-beta") && !version.contains("-nightly");
    if !version.starts_with(TOOLCHAIN) || !is_stable {
        println!("note: skipped, because the messages are pinned to {TOOLCHAIN}x and this is {version}");
        return;
    }
    trybuild::TestCases::new().compile_fail("track/*.rs");
}
