//! Passes the compiler's version to the program, and whether the flags of `.cargo/config.toml` apply.

use std::process::Command;

fn main() {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output().expect("the compiler prints its version");
    println!("cargo::rustc-env=RUSTC_VERSION={}", String::from_utf8_lossy(&version.stdout).trim());
    let flags = std::env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    println!("cargo::rustc-env=ALIGNED_FUNCTIONS={}", u8::from(flags.contains("align-all-functions=6")));
    println!("cargo::rerun-if-changed=build.rs");
}
