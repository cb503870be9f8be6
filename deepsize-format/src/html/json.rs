//! The data of a page's script: JSON, with lists as columns.

use std::io::{self, Write};

use crate::visible::Visible;
use crate::write_json_escape;

/// The most rows of a table.
const MOST_ROWS: usize = 10_000;

/// Larger numbers are inexact in JavaScript and written as strings.
const LARGEST_NUMBER: u64 = (1 << 53) - 1;

/// A writer of the data.
pub trait Json {
    /// The writer of the text.
    type Out: Write;

    /// The writer of the text.
    fn out(&mut self) -> &mut Self::Out;

    /// Writes the name of a member, after `{` or a comma.
    ///
    /// # Errors
    ///
    /// All methods return the errors of the writer.
    fn member(&mut self, before: &str, name: &str) -> io::Result<()> {
        write!(self.out(), "{before}\n\"{name}\":")
    }

    /// Writes a string that is safe in a `script` element: `<`, `>`, `&` and invisible characters are escaped.
    ///
    /// # Errors
    ///
    /// See [`member`](Self::member).
    fn text(&mut self, text: &str) -> io::Result<()> {
        let out = self.out();
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

    /// Writes a number, at most [`u64::MAX`].
    ///
    /// # Errors
    ///
    /// See [`member`](Self::member).
    fn number(&mut self, number: impl TryInto<u64>) -> io::Result<()> {
        let number = number.try_into().unwrap_or(u64::MAX);
        let out = self.out();
        if number > LARGEST_NUMBER { write!(out, "\"{number}\"") } else { write!(out, "{number}") }
    }

    /// Writes numbers, each after a comma.
    ///
    /// # Errors
    ///
    /// See [`member`](Self::member).
    fn numbers(&mut self, numbers: &[impl TryInto<u64> + Copy]) -> io::Result<()> {
        numbers.iter().try_for_each(|&number| {
            self.out().write_all(b",")?;
            self.number(number)
        })
    }

    /// Writes a list.
    ///
    /// # Errors
    ///
    /// See [`member`](Self::member).
    fn list<T>(
        &mut self,
        items: impl Iterator<Item = T>,
        mut write: impl FnMut(&mut Self, T) -> io::Result<()>,
    ) -> io::Result<()> {
        self.out().write_all(b"[")?;
        for (at, item) in items.enumerate() {
            self.out().write_all(if at == 0 { b"" } else { b"," })?;
            write(self, item)?;
        }
        self.out().write_all(b"]")
    }

    /// Writes a member that is a list of numbers. [`None`] becomes `null`.
    ///
    /// # Errors
    ///
    /// See [`member`](Self::member).
    fn column<N: Into<Option<u64>>>(
        &mut self,
        before: &str,
        name: &str,
        numbers: impl IntoIterator<Item = N>,
    ) -> io::Result<()> {
        self.member(before, name)?;
        self.list(numbers.into_iter(), |page, number| match number.into() {
            Some(number) => page.number(number),
            None => page.out().write_all(b"null"),
        })
    }

    /// Writes a table: the number of all rows, and the first 10,000.
    ///
    /// # Errors
    ///
    /// See [`member`](Self::member).
    fn rows<T>(
        &mut self,
        name: &str,
        rows: impl ExactSizeIterator<Item = T>,
        mut row: impl FnMut(&mut Self, T) -> io::Result<()>,
    ) -> io::Result<()> {
        self.member(",", name)?;
        self.member("{", "all")?;
        self.number(rows.len())?;
        self.member(",", "rows")?;
        self.list(rows.take(MOST_ROWS), |page, item| {
            page.out().write_all(b"[")?;
            row(page, item)?;
            page.out().write_all(b"]")
        })?;
        self.out().write_all(b"}")
    }
}

impl<W: Write> Json for io::BufWriter<W> {
    type Out = Self;

    fn out(&mut self) -> &mut Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut io::BufWriter<Vec<u8>>) -> io::Result<()>) -> String {
        let mut out = io::BufWriter::new(Vec::new());
        write(&mut out).expect("writing to a vector does not fail");
        String::from_utf8(out.into_inner().expect("flushing does not fail")).expect("JSON is UTF-8")
    }

    #[test]
    fn a_text_cannot_end_an_element() {
        let text = written(|out| out.text("</script><!--\u{2028}\"\\\n🦀"));
        assert_eq!(text, "\"\\u003c/script\\u003e\\u003c!--\\u2028\\\"\\\\\\u000a🦀\"");
    }

    #[test]
    fn numbers_stay_exact() {
        let numbers = written(|out| out.numbers(&[0, LARGEST_NUMBER, LARGEST_NUMBER + 1, u64::MAX]));
        assert_eq!(numbers, ",0,9007199254740991,\"9007199254740992\",\"18446744073709551615\"");
        assert_eq!(written(|out| out.column("{", "a", [Some(1), None])), "{\n\"a\":[1,null]");
    }
}
