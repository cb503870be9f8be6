//! Short paths of files.

use std::borrow::Cow;
use std::env;
use std::sync::OnceLock;

/// The path of a file within the standard library. `None` for other files.
///
/// Full paths are `/rustc/<commit>/library/…` or, if the sources are installed, `…/lib/rustlib/src/rust/library/…`. Dependencies of
/// the standard library are in `/rust/deps`. Expects slashes in place of backslashes.
pub(super) fn in_std(file: &str) -> Option<&str> {
    if let Some(rest) = file.strip_prefix("/rustc/") {
        let (commit, rest) = rest.split_once('/')?;
        let is_commit = !commit.is_empty()
            && !commit.contains(|digit: char| !digit.is_ascii_alphanumeric() && digit != '.');
        return rest.strip_prefix("library/").filter(|_| is_commit);
    }
    let depends = file.strip_prefix("/rust/deps/");
    depends.or_else(|| file.split_once("/lib/rustlib/src/rust/library/").map(|(_, rest)| rest))
}

/// The path of a file within Cargo's folder of downloaded crates: `serde_json-1.0.1/src/de.rs`.
pub(super) fn in_registry(file: &str) -> Option<&str> {
    let (_, rest) = file.split_once("/registry/src/")?;
    Some(rest.split_once('/')?.1)
}

/// The path of a file that Cargo has downloaded, from a registry or with Git: `serde-0123456789abcdef/89abcde/serde/src/de.rs`.
pub(super) fn downloaded(file: &str) -> Option<&str> {
    in_registry(file).or_else(|| Some(file.split_once("/git/checkouts/")?.1))
}

/// A path with slashes in place of backslashes.
pub(super) fn slashed(file: &str) -> Cow<'_, str> {
    if file.contains('\\') { file.replace('\\', "/").into() } else { file.into() }
}

/// A path without the prefix that it shares with many files.
pub(super) fn short(file: &str, here: &str) -> String {
    let file = slashed(file);
    if let Some(rest) = in_std(&file) {
        return format!("std/{rest}");
    }
    let below = || file.strip_prefix(here)?.strip_prefix('/').filter(|_| !here.is_empty());
    let rest = downloaded(&file).or_else(below);
    rest.unwrap_or(&file).trim_start_matches("./").to_owned()
}

/// The working directory at the first look-up. Call it untracked.
pub(super) fn here() -> &'static str {
    static HERE: OnceLock<String> = OnceLock::new();
    HERE.get_or_init(|| {
        env::current_dir()
            .map_or_else(|_| String::new(), |here| slashed(&here.to_string_lossy()).into_owned())
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn short_paths_lack_the_shared_prefix() {
        let here = "/home/me/code";
        for (file, short) in [
            ("/home/me/code/src/a.rs", "src/a.rs"),
            ("/home/me/codebook/src/a.rs", "/home/me/codebook/src/a.rs"),
            ("src/a.rs", "src/a.rs"),
            ("./csu/libc-start.c", "csu/libc-start.c"),
            ("", ""),
            (
                "/home/me/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serde_json-1.0.1/src/de.rs",
                "serde_json-1.0.1/src/de.rs",
            ),
            (
                r"C:\Users\me\.cargo\registry\src\index.crates.io-1949cf8c6b5b557f\serde_json-1.0.1\src\de.rs",
                "serde_json-1.0.1/src/de.rs",
            ),
            (
                "/home/me/.cargo/git/checkouts/serde-0123/89abcde/serde/src/de.rs",
                "serde-0123/89abcde/serde/src/de.rs",
            ),
            ("/rustc/59807616e1fa/library/alloc/src/vec/mod.rs", "std/alloc/src/vec/mod.rs"),
            ("/rustc/1.85.0/library/alloc/src/vec/mod.rs", "std/alloc/src/vec/mod.rs"),
            ("/rust/deps/hashbrown-0.16.1/src/map.rs", "std/hashbrown-0.16.1/src/map.rs"),
            (
                "/home/me/.rustup/toolchains/stable/lib/rustlib/src/rust/library/core/src/option.rs",
                "std/core/src/option.rs",
            ),
            // Similar to paths of the standard library.
            ("/home/me/library/std/src/a.rs", "/home/me/library/std/src/a.rs"),
            ("/home/me/code/library/core/src/lib.rs", "library/core/src/lib.rs"),
            ("/rustc/my notes/library/std/a.rs", "/rustc/my notes/library/std/a.rs"),
        ] {
            assert_eq!(super::short(file, here), short, "{file}");
        }
        assert_eq!(super::short("/src/a.rs", ""), "/src/a.rs");
    }
}
