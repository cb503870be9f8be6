//! Escapes text for JSON.

use std::io::{self, Write};

use crate::visible::{Visible, write_json_escape};

/// Writes text as a JSON string that is safe in a `script` element: `<`, `>`, `&` and invisible characters are escaped.
pub(super) fn json(text: &str, out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"\"")?;
    for character in text.chars() {
        match character {
            '"' | '\\' => write!(out, "\\{character}")?,
            '<' | '>' | '&' => write_json_escape(character, out)?,
            _ if Visible::escapes(character) => write_json_escape(character, out)?,
            _ => write!(out, "{character}")?,
        }
    }
    out.write_all(b"\"")
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::*;

    #[test]
    fn json_cannot_end_an_element() {
        let mut out = Vec::new();
        assert!(json("</script><!--\u{2028}\"\\\n🦀", &mut out).is_ok());
        assert_eq!(
            core::str::from_utf8(&out),
            Ok("\"\\u003c/script\\u003e\\u003c!--\\u2028\\\"\\\\\\u000a🦀\"")
        );
    }
}
