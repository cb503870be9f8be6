//! Sets `cfg`s for the compiler's version, the enabled features and the target.

use std::env;
use std::process::Command;

/// Additions to the standard library since the oldest supported Rust: the name of a `cfg`, and the minor version `Y` of the
/// first Rust `1.Y` that has the addition.
const LIBRARY: [(&str, u32); 6] = [
    // `slice::GetDisjointMutError`.
    ("get_disjoint_mut", 86),
    // `io::PipeReader` and `io::PipeWriter`.
    ("anonymous_pipe", 87),
    // `ffi::os_str::Display`.
    ("os_str_display", 87),
    // `fs::TryLockError`.
    ("file_lock", 89),
    // `LazyCell::get` and `LazyLock::get`.
    ("lazy_get", 94),
    // `range::RangeInclusive`.
    ("new_range", 95),
];

/// Code shared by several features: the name of a `cfg`, and the features that enable it.
const SHARED: [(&str, &[&str]); 3] = [
    // Hash maps that expose their capacity and the addresses of their entries.
    ("hash_map", &["STD", "HASHBROWN_0_14", "HASHBROWN_0_15", "HASHBROWN_0_16", "HASHBROWN_0_17"]),
    // Hash tables with the layout of `hashbrown`.
    (
        "hash_table",
        &[
            "STD",
            "HASHBROWN_0_14",
            "HASHBROWN_0_15",
            "HASHBROWN_0_16",
            "HASHBROWN_0_17",
            "HASHLINK_0_12",
            "INDEXMAP",
            "LINKED_HASH_MAP_0_5",
            "LRU_0_19",
        ],
    ),
    // As above, and the tables that expose only the number of their entries.
    (
        "hash_layout",
        &[
            "STD",
            "HASHBROWN_0_17",
            "HASHBROWN_0_14",
            "HASHBROWN_0_15",
            "HASHBROWN_0_16",
            "HASHLINK_0_12",
            "INDEXMAP",
            "LINKED_HASH_MAP_0_5",
            "LRU_0_19",
            "SERDE_JSON",
            "TOML",
            "TOML_EDIT_0_25",
        ],
    ),
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let minor = rustc_minor().unwrap_or_default();
    for (name, since) in LIBRARY {
        println!("cargo::rustc-check-cfg=cfg({name})");
        if minor >= since {
            println!("cargo::rustc-cfg={name}");
        }
    }
    for (name, features) in SHARED {
        println!("cargo::rustc-check-cfg=cfg({name})");
        if features.iter().any(|feature| has_feature(feature)) {
            println!("cargo::rustc-cfg={name}");
        }
    }
    println!("cargo::rustc-check-cfg=cfg(stack_switch)");
    println!("cargo::rustc-check-cfg=cfg(prefetch)");
    // In a debug build, prefetching would be most of the generated code and of the build time of a derived impl.
    if env::var("OPT_LEVEL").is_ok_and(|level| level != "0") {
        println!("cargo::rustc-cfg=prefetch");
    }
    if has_feature("STACK_GROWTH") && can_switch_stacks() {
        println!("cargo::rustc-cfg=stack_switch");
    }
}

fn has_feature(name: &str) -> bool {
    env::var_os(format!("CARGO_FEATURE_{name}")).is_some()
}

/// The minor version `Y` of the compiler's version `1.Y.Z`.
fn rustc_minor() -> Option<u32> {
    let output = Command::new(env::var_os("RUSTC")?).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.strip_prefix("rustc 1.")?.split('.').next()?.parse().ok()
}

/// Whether the target is in the list of targets in `Cargo.toml` that depend on `corosensei`.
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
