//! Line-oriented JSON, for readers and line diffs: one line for each member of the document, and for each element of its arrays.
//!
//! Invisible characters are escaped, because the file may be printed to a terminal.

use std::io::{self, Write};

use serde_json::ser::Formatter;

use crate::visible::{Visible, write_json_escape};

/// Breaks lines in the document and in the arrays directly inside it. Deeper values stay on one line.
#[derive(Debug, Default)]
pub(super) struct Lines {
    depth: usize,
}

impl Lines {
    const DEPTH: usize = 2;

    fn begin(&mut self, out: &mut (impl Write + ?Sized), bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        out.write_all(bracket)
    }

    fn end(&mut self, out: &mut (impl Write + ?Sized), bracket: &[u8]) -> io::Result<()> {
        self.depth -= 1;
        if self.depth == 0 {
            out.write_all(b"\n")?;
        }
        out.write_all(bracket)
    }

    fn item(&self, out: &mut (impl Write + ?Sized), is_first: bool) -> io::Result<()> {
        let comma: &[u8] = if is_first { b"" } else { b"," };
        out.write_all(comma)?;
        match self.depth {
            depth if depth <= Self::DEPTH => {
                out.write_all(b"\n")?;
                (0..depth).try_for_each(|_| out.write_all(b" "))
            }
            _ if is_first => Ok(()),
            _ => out.write_all(b" "),
        }
    }
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin(out, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.item(out, first)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin(out, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.item(out, first)
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(Visible::escapes) {
            out.write_all(&rest.as_bytes()[..at])?;
            let mut after = rest[at..].chars();
            after.next().map_or(Ok(()), |character| write_json_escape(character, out))?;
            rest = after.as_str();
        }
        out.write_all(rest.as_bytes())
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }
}
