//! Escapes characters that a terminal interprets. `deepsize-core` and `deepsize-format` have the same file.

use core::fmt;

/// A text with its control, bidirectional and other invisible characters escaped as in Rust source: `\u{1b}`.
///
/// Idempotent, because quotes and backslashes are not escaped.
#[derive(Debug)]
pub(crate) struct Visible<'t>(pub(crate) &'t str);

impl Visible<'_> {
    /// Whether a character is escaped. Combining characters are, because they can hide others.
    #[must_use]
    pub(crate) fn escapes(character: char) -> bool {
        match character {
            ' '..='~' => false,
            // Letters and symbols without a shape.
            '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}' => true,
            _ => character.escape_debug().len() > 1,
        }
    }
}

impl fmt::Display for Visible<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in self.0.split_inclusive(Self::escapes) {
            let text = part.trim_end_matches(Self::escapes);
            out.write_str(text)?;
            for character in part[text.len()..].chars() {
                match character.escape_debug() {
                    escape if escape.len() > 1 => write!(out, "{escape}")?,
                    _ => write!(out, "{}", character.escape_unicode())?,
                }
            }
        }
        Ok(())
    }
}
