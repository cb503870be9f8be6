//! Fields of comma-separated values.

use std::fmt;

use crate::visible::Visible;

/// A field of comma-separated values (RFC 4180) that spreadsheets do not evaluate, quoted if necessary.
///
/// Invisible characters are escaped as in Rust source.
#[derive(Clone, Copy, Debug)]
pub struct CsvField<'t>(pub &'t str);

impl fmt::Display for CsvField<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Visible(self.0).to_string();
        // The last four are the full-width forms, which some spreadsheets accept.
        if text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) {
            text.insert(0, '\'');
        }
        // Some spreadsheets separate cells by semicolons or tabs.
        if !text.contains([',', ';', '\t', '"', '\r', '\n']) && text.trim() == text && !text.is_empty() {
            return formatter.write_str(&text);
        }
        write!(formatter, "\"{}\"", text.replace('"', "\"\""))
    }
}

#[cfg(test)]
mod tests {
    use super::CsvField;

    #[test]
    fn fields_are_quoted_if_necessary_and_never_evaluated() {
        let fields = [
            ("", "\"\""),
            ("a b", "a b"),
            ("a,b", "\"a,b\""),
            ("\"a\"\n", "\"\"\"a\"\"\\n\""),
            ("=1", "'=1"),
            (" ＋1", "' ＋1"),
            ("a ", "\"a \""),
        ];
        for (text, field) in fields {
            assert_eq!(CsvField(text).to_string(), field);
        }
    }
}
