//! Compiler errors.
//!
//! The expected messages belong to one toolchain. To accept new ones, run `TRYBUILD=overwrite cargo test -p deep-size-ui-tests`
//! with that toolchain, and read each message that changed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The stable toolchain whose messages are pinned.
const TOOLCHAIN: &str = "rustc 1.95.";

#[test]
fn mistakes_give_the_expected_messages() {
    let version = rustc_version();
    let is_stable = !version.contains("-beta") && !version.contains("-nightly");
    if !version.starts_with(TOOLCHAIN) || !is_stable {
        println!("note: skipped, because the messages belong to {TOOLCHAIN}x, and this is {version}");
        return;
    }
    trybuild::TestCases::new().compile_fail("cases/*/*.rs");
}

#[test]
fn each_mistake_has_a_message_and_vice_versa() {
    let (mistakes, messages) = (files("rs"), files("stderr"));
    assert!(mistakes.len() >= 30, "the files are found");
    let unpaired: Vec<_> = mistakes.symmetric_difference(&messages).collect();
    assert!(unpaired.is_empty(), "a `.rs` or `.stderr` has no partner: {unpaired:?}");
}

#[test]
fn no_message_names_a_hidden_item() {
    for path in files("stderr") {
        let path = path.with_extension("stderr");
        let message = std::fs::read_to_string(&path).expect("the message can be read");
        // The compiler's own last note on each error names the macro that generated the code.
        let mut lines = message.lines().filter(|line| !line.contains("this error originates in the macro"));
        let hidden = lines.find(|line| line.contains("__"));
        assert_eq!(hidden, None, "{}", path.display());
    }
}

fn rustc_version() -> String {
    // Only build scripts get the path of the compiler from Cargo. A user sets another one with `RUSTC`.
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().expect("`rustc --version` runs");
    String::from_utf8(output.stdout).expect("the version is UTF-8").trim().to_owned()
}

/// The paths of the files with this extension, without the extension.
fn files(extension: &str) -> BTreeSet<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let entries = |folder: &Path| -> Vec<PathBuf> {
        let entries = folder.read_dir().expect("the folder can be read");
        entries.map(|entry| entry.expect("the entry can be read").path()).collect()
    };
    let folders = entries(&root).into_iter().filter(|path| path.is_dir());
    let files = folders.flat_map(|folder| entries(&folder));
    files
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .map(|path| path.with_extension(""))
        .collect()
}
