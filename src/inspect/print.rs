//! Prints reports to a terminal.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::string::String;
use std::{env, fmt};

use super::display::Printer;
use super::report::Report;

impl Report {
    /// Prints the report to standard output, in colour if that is a terminal and the variable `NO_COLOR` is not set.
    ///
    /// # Examples
    ///
    /// ```
    /// let words = vec![String::from("one"), String::from("two")];
    /// deep_size::inspect(&words).print()?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Fails if standard output cannot be written, for example because the reader has closed the pipe.
    pub fn print(&self) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(self.text(out.is_terminal()).as_bytes())
    }

    /// Prints the report to standard error, otherwise like [`print`](Self::print).
    ///
    /// # Errors
    ///
    /// Fails if standard error cannot be written.
    pub fn eprint(&self) -> io::Result<()> {
        let mut out = io::stderr().lock();
        out.write_all(self.text(out.is_terminal()).as_bytes())
    }

    fn text(&self, is_terminal: bool) -> String {
        let colours = wants_colours(is_terminal);
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _: fmt::Result =
            Printer { report: self, view: self.view, everything: false, colours }.write(&mut text);
        text
    }
}

pub(crate) fn wants_colours(is_terminal: bool) -> bool {
    is_terminal && allows_colours(env::var_os("NO_COLOR"))
}

/// Per <https://no-color.org>, a non-empty value forbids colours.
fn allows_colours(no_color: Option<OsString>) -> bool {
    no_color.is_none_or(|value| value.is_empty())
}

#[cfg(test)]
mod tests {
    use std::string::ToString;
    use std::vec;

    use super::*;

    #[test]
    fn colours_are_for_terminals_without_no_color() {
        assert!(!wants_colours(false));
        assert!(allows_colours(None));
        assert!(allows_colours(Some("".into())));
        assert!(!allows_colours(Some("1".into())));
    }

    #[test]
    fn colours_add_nothing_but_escapes() {
        let report = crate::inspect(&vec![1_u8, 2, 3]);
        let mut colourful = String::new();
        let view = report.view;
        let printer = Printer { report: &report, view, everything: true, colours: true };
        assert!(printer.write(&mut colourful).is_ok());
        let plain = std::format!("{report:#}");
        assert!(!plain.contains('\x1b'));
        assert!(colourful.contains("\x1b[1m"));
        let stripped =
            ["\x1b[0m", "\x1b[1m", "\x1b[2m"].iter().fold(colourful, |text, escape| text.replace(escape, ""));
        assert_eq!(stripped, plain.to_string());
    }
}
