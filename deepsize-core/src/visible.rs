//! Escapes characters that a terminal interprets. `deepsize-core` and `deepsize-track` have the same file.

use core::fmt;

/// A text with its control, bidirectional and other invisible characters escaped as in Rust source: `\u{1b}`.
///
/// Idempotent, because quotes and backslashes are not escaped.
#[derive(Debug)]
pub struct Visible<'t>(pub &'t str);

impl fmt::Display for Visible<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        const PLAIN: [char; 3] = ['"', '\'', '\\'];
        for part in self.0.split_inclusive(PLAIN) {
            let text = part.strip_suffix(PLAIN).unwrap_or(part);
            write!(out, "{}{}", text.escape_debug(), &part[text.len()..])?;
        }
        Ok(())
    }
}
