//! Tells the crate what the compiler and the target offer, as `cfg`s.

use std::env;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(lazy_get, stack_switch)");
    if rustc_minor().is_some_and(|minor| minor >= 94) {
        // `LazyCell::get` and `LazyLock::get`, stable since Rust 1.94.
        println!("cargo::rustc-cfg=lazy_get");
    }
    if env::var_os("CARGO_FEATURE_STACK_GROWTH").is_some() && can_switch_stacks() {
        println!("cargo::rustc-cfg=stack_switch");
    }
}

/// The `Y` of the compiler's version `1.Y.Z`.
fn rustc_minor() -> Option<u32> {
    let output = Command::new(env::var_os("RUSTC")?).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.strip_prefix("rustc 1.")?.split('.').next()?.parse().ok()
}

/// Whether the target is on the list of targets in `Cargo.toml` that get `corosensei`.
fn can_switch_stacks() -> bool {
    let is = |name: &str, values: &[&str]| {
        env::var(name).is_ok_and(|found| found.split(',').any(|one| values.contains(&one)))
    };
    let arch = |values: &[&str]| is("CARGO_CFG_TARGET_ARCH", values);
    let family = |value: &str| is("CARGO_CFG_TARGET_FAMILY", &[value]);
    let apple = is("CARGO_CFG_TARGET_VENDOR", &["apple"]);
    (family("unix")
        && (arch(&["x86_64", "x86", "aarch64", "riscv64", "loongarch64"]) || (arch(&["arm"]) && !apple)))
        || (family("windows") && arch(&["x86_64", "x86"]))
}
