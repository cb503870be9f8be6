//! Escapes characters of reports that a terminal interprets.

use std::string::String;

pub(crate) use deep_size_format::visible::Visible;

/// A copy of a text with its invisible characters escaped: see [`Visible`].
pub(crate) fn visible(text: &str) -> String {
    std::format!("{}", Visible(text))
}

/// The escapes of a character in JSON: one, or two beyond U+FFFF.
#[cfg(any(feature = "json", feature = "html"))]
pub(crate) fn write_json_escape(
    character: char,
    out: &mut (impl std::io::Write + ?Sized),
) -> std::io::Result<()> {
    character.encode_utf16(&mut [0; 2]).iter().try_for_each(|unit| write!(out, "\\u{unit:04x}"))
}
