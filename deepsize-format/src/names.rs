//! Names that all readers accept.

use std::io;

use crate::visible::Visible;

/// The maximum number of characters of a name. Graphviz, which draws pprof's graphs, accepts 16,384 bytes.
const MAX_LENGTH: usize = 1000;

/// A printable name. Control characters and line breaks are escaped as in Rust source.
///
/// In a long name, the middle is replaced by `…`, and a hash keeps it distinct.
#[must_use]
pub fn shown(name: &str) -> String {
    let shown = Visible(name).to_string();
    let length = shown.chars().count();
    if length <= MAX_LENGTH {
        return shown;
    }
    // Half from each end, with room for the hash.
    let half = (MAX_LENGTH - 20) / 2;
    let start: String = shown.chars().take(half).collect();
    let end: String = shown.chars().skip(length - half).collect();
    // FNV-1a, unlike std's hasher, stays the same in every version.
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let number = shown.bytes().fold(0xcbf2_9ce4_8422_2325, mix);
    format!("{start}…{end}#{number:016x}")
}

/// A frame of folded stacks that readers do not split, skip as a comment, or take for a name and a number.
#[must_use]
pub fn folded_frame(name: &str) -> String {
    let mut frame = name.replace(';', ",");
    // Readers skip lines that begin with `#`.
    if frame.starts_with('#') {
        frame.insert(0, '\\');
    }
    if frame.is_empty() {
        frame.push('?');
    }
    // Readers accept a second number before the last one, and trim lines.
    if let Some((before, word)) = frame.rsplit_once(char::is_whitespace) {
        if word.bytes().all(|byte| byte.is_ascii_digit() || b"+.".contains(&byte)) {
            frame = format!("{before}_{word}");
        }
    }
    if frame.starts_with(char::is_whitespace) {
        frame.insert(0, '_');
    }
    frame
}

/// A text as HTML or XML, with invisible characters escaped as in Rust source. XML forbids some of the latter.
#[must_use]
pub fn markup(text: &str) -> String {
    [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#39;")]
        .iter()
        .fold(Visible(text).to_string(), |text, (character, entity)| text.replace(character, entity))
}

/// Writes the escapes of a character in JSON: one, or two beyond U+FFFF.
///
/// # Errors
///
/// Returns the errors of `out`.
pub fn write_json_escape(character: char, out: &mut (impl io::Write + ?Sized)) -> io::Result<()> {
    character.encode_utf16(&mut [0; 2]).iter().try_for_each(|unit| write!(out, "\\u{unit:04x}"))
}

/// A type name without paths: `alloc::vec::Vec<alloc::string::String>` becomes `Vec<String>`.
#[must_use]
pub fn short_type_name(type_name: &str) -> String {
    let mut short = String::with_capacity(type_name.len());
    // The start of the current path in `short`.
    let mut start = 0;
    let mut rest = type_name;
    while let Some(next) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("::") {
            // The text before `::` is not a plain path after `>` or `}`, as in `<T as Trait>::Type`, or before `{`.
            if short[start..].is_empty() || after.starts_with('{') {
                short.push_str("::");
            } else {
                short.truncate(start);
            }
            rest = after;
            continue;
        }
        short.push(next);
        if !(next.is_alphanumeric() || next == '_') {
            start = short.len();
        }
        rest = &rest[next.len_utf8()..];
    }
    short
}

#[cfg(test)]
mod tests {
    use super::{MAX_LENGTH, folded_frame, markup, short_type_name, shown};

    #[test]
    fn names_are_printable_and_short() {
        assert_eq!(shown("a\nb\u{2028}\u{7f}\u{ffff} ß"), "a\\nb\\u{2028}\\u{7f}\\u{ffff} ß");
        let long = "ä".repeat(MAX_LENGTH);
        assert_eq!(shown(&long), long);
        let [one, other] = ["b", "c"].map(|middle| shown(&format!("{long}{middle}{long}")));
        assert!(one != other && one.starts_with("ä") && one.contains("ä…ä"));
        assert!(one.chars().count() <= MAX_LENGTH);
    }

    #[test]
    fn markup_is_text() {
        assert_eq!(markup("<b a=\"'\">&"), "&lt;b a=&quot;&#39;&quot;&gt;&amp;");
        assert_eq!(markup("a\u{202e}b\0ü🦀"), "a\\u{202e}b\\0ü🦀");
    }

    #[test]
    fn frames_cannot_be_misread() {
        let names = [
            ("", "?"),
            (" ", "_"),
            ("<[u8; 3] as a::B>::c", "<[u8, 3] as a::B>::c"),
            ("a: b", "a: b"),
            ("two 12 3", "two 12_3"),
            ("12", "12"),
            ("a +5", "a_+5"),
            ("a 1.5", "a_1.5"),
            ("a ", "a_"),
            ("a\u{3000}", "a_"),
            (" a", "_ a"),
            ("# a", "\\# a"),
        ];
        for (name, frame) in names {
            assert_eq!(folded_frame(name), frame);
        }
    }

    #[test]
    fn paths_are_left_out_of_type_names() {
        let names = [
            ("u8", "u8"),
            ("alloc::vec::Vec<alloc::string::String>", "Vec<String>"),
            ("std::collections::HashMap<&str, (u8, a::B)>", "HashMap<&str, (u8, B)>"),
            ("[core::option::Option<a::b::C<'_>>; 3]", "[Option<C<'_>>; 3]"),
            (
                "alloc::boxed::Box<dyn a::Shape<Out = b::C> + core::marker::Send>",
                "Box<dyn Shape<Out = C> + Send>",
            ),
            ("fn(a::B) -> c::D", "fn(B) -> D"),
            ("a::f::{{closure}}::Inner", "f::{{closure}}::Inner"),
            ("<a::B as c::D>::E", "<B as D>::E"),
        ];
        for (long, expected) in names {
            assert_eq!(short_type_name(long), expected);
        }
    }
}
