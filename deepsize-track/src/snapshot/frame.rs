use std::fmt;

use crate::symbols::{self, Symbol};

/// A function in a trace, and the line in it that is being executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Frame {
    symbol: &'static Symbol,
}

impl Frame {
    /// The function's path; empty if it is not known.
    #[must_use]
    pub fn function(self) -> &'static str {
        &self.symbol.function
    }

    /// The file, as the compiler was given it; empty if the program has no debug information for it.
    #[must_use]
    pub fn file(self) -> &'static str {
        &self.symbol.file
    }

    /// The line, from 1; 0 if it is not known.
    #[must_use]
    pub fn line(self) -> u32 {
        self.symbol.line
    }

    /// Whether it belongs to the standard library, an allocator or the tracker, which allocate for others.
    #[must_use]
    pub fn is_hidden(self) -> bool {
        let file = self.file();
        let function = self.function().trim_start_matches(['<', '&']);
        file.contains("/library/std/")
            || file.contains("/library/core/")
            || file.contains("/library/alloc/")
            // Of what is inlined, line tables know no more than the last part of the name.
            || file.starts_with(concat!(env!("CARGO_MANIFEST_DIR"), "/src/"))
            || ["std::", "core::", "alloc::", "deep_size_track::", "__rust", "backtrace::"]
                .iter()
                .any(|hidden| function.starts_with(hidden))
    }
}

/// `file:line`, or the function if no file is known.
impl fmt::Display for Frame {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.file().is_empty() {
            out.write_str(self.function())
        } else {
            write!(out, "{}:{}", self.file(), self.line())
        }
    }
}

/// The functions at an address.
pub(crate) fn at(address: usize) -> impl Iterator<Item = Frame> {
    super::as_own(|| symbols::at(address)).iter().map(|symbol| Frame { symbol })
}

/// The functions of a trace.
pub(crate) fn all(addresses: &[usize]) -> impl Iterator<Item = Frame> {
    addresses.iter().flat_map(|&address| at(address))
}

/// Those that are not hidden.
pub(crate) fn shown(addresses: &[usize]) -> impl Iterator<Item = Frame> {
    all(addresses).filter(|frame| !frame.is_hidden())
}
