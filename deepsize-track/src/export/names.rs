//! Names of functions that all readers accept.

use crate::visible::Visible;

/// The maximum number of characters of a name. Graphviz, which draws pprof's graphs, accepts 16,384 bytes.
const MAX_LENGTH: usize = 1000;

/// A printable name. Control characters and line breaks are escaped as in Rust source.
///
/// In a long name, the middle is replaced by `…`, and a hash keeps it distinct. An empty name becomes `?`.
pub(super) fn shown(name: &str) -> String {
    let shown = Visible(name).to_string();
    if shown.is_empty() {
        return String::from("?");
    }
    let length = shown.chars().count();
    if length <= MAX_LENGTH {
        return shown;
    }
    let half = (MAX_LENGTH - 20) / 2;
    let start: String = shown.chars().take(half).collect();
    let end: String = shown.chars().skip(length - half).collect();
    // FNV-1a, unlike std's hasher, stays the same in every version.
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let number = shown.bytes().fold(0xcbf2_9ce4_8422_2325, mix);
    format!("{start}…{end}#{number:016x}")
}

#[cfg(test)]
mod tests {
    use super::{MAX_LENGTH, shown};

    #[test]
    fn names_are_printable_and_short() {
        assert_eq!(shown("a\nb\u{2028}\u{7f}\u{ffff} ß"), "a\\nb\\u{2028}\\u{7f}\\u{ffff} ß");
        assert_eq!(shown(""), "?");
        let long = "ä".repeat(MAX_LENGTH);
        assert_eq!(shown(&long), long);
        let [one, other] = ["b", "c"].map(|middle| shown(&format!("{long}{middle}{long}")));
        assert!(one != other && one.starts_with("ä") && one.contains("ä…ä"));
        assert!(one.chars().count() <= MAX_LENGTH);
    }
}
