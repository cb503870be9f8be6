//! Generates lock files with few names, so that packages depend on each other.

use std::fmt::Write as _;

use arbitrary::Unstructured;

use crate::text::{below, name};

const NAMES: [&str; 4] = ["a", "b", "serde", "\u{1b}"];
const VERSIONS: [&str; 5] = ["1.0.0", "2.0.0", "1.0.0-rc.1+x", "01.0.0", "18446744073709551615.0.0"];
const SOURCES: [&str; 4] = [
    "registry+https://github.com/rust-lang/crates.io-index",
    "git+https://example.org/a#123",
    "git+https://example.org/a#456",
    "",
];

/// A lock file of up to 30 packages.
pub fn lock_file(source: &mut Unstructured<'_>) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "version = {}",
        [4, 3, 1][below(source, 8).min(2) * usize::from(below(source, 9) == 0)]
    );
    let some = |source: &mut Unstructured<'_>, texts: &[&str]| match below(source, 30) {
        0 => name(source),
        _ => texts[below(source, texts.len())].into(),
    };
    for _ in 0..below(source, 30) {
        let head = if below(source, 20) == 0 { "[root]" } else { "[[package]]" };
        let _ = writeln!(text, "\n{head}\nname = {:?}", some(source, &NAMES));
        let _ = writeln!(text, "version = {:?}", some(source, &VERSIONS));
        if below(source, 2) == 0 {
            let _ = writeln!(text, "source = {:?}", some(source, &SOURCES));
        }
        if below(source, 4) == 0 {
            let digit = ["0", "f", "g"][below(source, 9).min(2) * usize::from(below(source, 9) == 0)];
            let _ = writeln!(text, "checksum = \"{}\"", digit.repeat(64));
        }
        let reference = |source: &mut Unstructured<'_>| {
            let mut reference = some(source, &NAMES);
            if below(source, 2) == 0 {
                let _ = write!(reference, " {}", some(source, &VERSIONS));
                if below(source, 2) == 0 {
                    let _ = write!(reference, " ({})", some(source, &SOURCES));
                }
            }
            reference
        };
        let dependencies: Vec<String> = (0..below(source, 5)).map(|_| reference(source)).collect();
        let _ = writeln!(text, "dependencies = {dependencies:?}");
    }
    text
}
