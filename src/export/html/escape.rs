//! Escapes text for markup and for JSON.

use std::io::{self, Write};

use crate::visible::{Visible, visible, write_json_escape};

/// Writes text as markup, with invisible characters as `\u{202e}`.
pub(super) fn markup(text: &str, out: &mut impl Write) -> io::Result<()> {
    for character in visible(text).chars() {
        match character {
            '&' => out.write_all(b"&amp;")?,
            '<' => out.write_all(b"&lt;")?,
            '>' => out.write_all(b"&gt;")?,
            '"' => out.write_all(b"&quot;")?,
            '\'' => out.write_all(b"&#39;")?,
            _ => write!(out, "{character}")?,
        }
    }
    Ok(())
}

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
    use std::string::String;
    use std::vec::Vec;

    use super::*;

    fn written(write: impl Fn(&str, &mut Vec<u8>) -> io::Result<()>, text: &str) -> String {
        let mut out = Vec::new();
        assert!(write(text, &mut out).is_ok());
        String::from_utf8(out).unwrap_or_default()
    }

    #[test]
    fn markup_is_text() {
        assert_eq!(written(markup, "<b a=\"'\">&"), "&lt;b a=&quot;&#39;&quot;&gt;&amp;");
        assert_eq!(written(markup, "a\u{202e}b\0ü🦀"), "a\\u{202e}b\\0ü🦀");
    }

    #[test]
    fn json_cannot_end_an_element() {
        assert_eq!(
            written(json, "</script><!--\u{2028}\"\\\n🦀"),
            "\"\\u003c/script\\u003e\\u003c!--\\u2028\\\"\\\\\\u000a🦀\""
        );
    }
}
