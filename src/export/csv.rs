//! The histogram by type as CSV.

use crate::inspect::Report;
use crate::visible::visible;
use core::fmt;
use std::io;

impl Report {
    /// Writes the [histogram by type](Self::types) as comma-separated values (RFC 4180).
    ///
    /// The header names the columns: the full name of the `type`, the `count` of values, their `bytes`, the `spare` ones among
    /// them, and the `average` size. The `bytes` of all rows add up to [`deep_size`](Self::deep_size).
    ///
    /// Invisible characters of a name are escaped as in Rust source. A name that begins with `=`, `+`, `-` or `@` is prefixed with
    /// an apostrophe, so that no spreadsheet evaluates it. The compiler's names of types never begin with these characters.
    ///
    /// Takes time linear in the number of types.
    ///
    /// # Errors
    ///
    /// Returns the errors of `out`.
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size::inspect;
    ///
    /// let mut table = Vec::new();
    /// inspect(&vec![(1_u64, String::from("one")), (2, String::from("two"))]).write_csv(&mut table)?;
    /// assert_eq!(
    ///     String::from_utf8(table).unwrap(),
    ///     "type,count,bytes,spare,average\r\n\
    ///      alloc::string::String,2,54,0,27\r\n\
    ///      \"alloc::vec::Vec<(u64, alloc::string::String)>\",1,24,0,24\r\n\
    ///      u64,2,16,0,8\r\n\
    ///      \"(u64, alloc::string::String)\",2,0,0,0\r\n"
    /// );
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn write_csv(&self, mut out: impl io::Write) -> io::Result<()> {
        write!(out, "type,count,bytes,spare,average\r\n")?;
        for total in self.types() {
            let (name, average) = (Field(&total.type_name), total.average_size());
            write!(out, "{name},{},{},{},{average}\r\n", total.count, total.size, total.spare_size)?;
        }
        out.flush()
    }
}

/// A field that spreadsheets do not evaluate, quoted if necessary.
struct Field<'t>(&'t str);

impl fmt::Display for Field<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = visible(self.0);
        // The last four are the full-width forms, which some spreadsheets accept.
        if text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) {
            text.insert(0, '\'');
        }
        // Some spreadsheets separate cells by semicolons or tabs.
        if !text.contains([',', ';', '\t', '"', '\r', '\n']) && text.trim() == text && !text.is_empty() {
            return formatter.write_str(&text);
        }
        formatter.write_str("\"")?;
        for (at, part) in text.split('"').enumerate() {
            formatter.write_str(if at == 0 { "" } else { "\"\"" })?;
            formatter.write_str(part)?;
        }
        formatter.write_str("\"")
    }
}
