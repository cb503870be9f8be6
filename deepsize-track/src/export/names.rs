//! Names of functions, as all readers take them.

/// So many characters of a name are shown. Graphviz, to which pprof gives names, takes 16,384 bytes.
const MOST: usize = 1000;

/// A name without what breaks a line or cannot be seen, which is written as in Rust's source. Of one that is too long for some
/// readers the middle is left out, and a number added that tells it from others. No name is empty.
pub(super) fn shown(name: &str) -> String {
    let mut shown = String::with_capacity(name.len());
    for character in name.chars() {
        match character {
            // The last two are no part of XML.
            '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}' => shown.extend(character.escape_unicode()),
            _ if character.is_control() => shown.extend(character.escape_default()),
            _ => shown.push(character),
        }
    }
    if shown.is_empty() {
        return String::from("?");
    }
    let length = shown.chars().count();
    if length <= MOST {
        return shown;
    }
    let half = (MOST - 20) / 2;
    let start: String = shown.chars().take(half).collect();
    let end: String = shown.chars().skip(length - half).collect();
    // FNV-1a, which gives the same number in every version.
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let number = shown.bytes().fold(0xcbf2_9ce4_8422_2325, mix);
    format!("{start}…{end}#{number:016x}")
}

#[cfg(test)]
mod tests {
    use super::{MOST, shown};

    #[test]
    fn names_can_be_seen_and_are_short_enough() {
        assert_eq!(shown("a\nb\u{2028}\u{7f}\u{ffff} ß"), "a\\nb\\u{2028}\\u{7f}\\u{ffff} ß");
        assert_eq!(shown(""), "?");
        let long = "ä".repeat(MOST);
        assert_eq!(shown(&long), long);
        let [one, other] = ["b", "c"].map(|middle| shown(&format!("{long}{middle}{long}")));
        assert!(one != other && one.starts_with("ä") && one.contains("ä…ä"));
        assert!(one.chars().count() <= MOST);
    }
}
