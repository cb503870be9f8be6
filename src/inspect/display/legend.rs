//! Explains the marks of a printed report.

use core::cell::Cell;
use core::fmt::{self, Write};
use std::string::String;

use super::{COLUMNS, Look, Printer};
use crate::tree::TreeNode;
use crate::tree::names::{clipped, end_of};

const INDENT: &str = "  ";
const SEPARATOR: &str = ";  ";

/// A mark that needs an explanation where it appears.
#[derive(Clone, Copy, Debug)]
pub(super) enum Mark {
    More,
    Recursive,
    CountedAbove,
    Shared,
    Rest,
    Cut,
}

impl Mark {
    /// In the order of the legend.
    const ALL: [Self; 6] =
        [Self::More, Self::Recursive, Self::CountedAbove, Self::Shared, Self::Rest, Self::Cut];

    fn explanation(self) -> &'static str {
        match self {
            Self::More => "… more: the sum of nodes that are not listed",
            Self::Recursive => "name…: recursive, values at all depths",
            Self::CountedAbove => "↑: recursive, counted at that path",
            Self::Shared => "(shared) →: counted at that path",
            Self::Rest => "… as a name: further paths, added up",
            Self::Cut => "…: cut to fit",
        }
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// The marks used in the current section, and the marks already explained.
#[derive(Debug, Default)]
pub(super) struct Legend {
    used: Cell<u8>,
    explained: Cell<u8>,
}

impl Printer<'_> {
    pub(super) fn mark(&self, mark: Mark) {
        self.legend.used.set(self.legend.used.get() | mark.bit());
    }

    /// The beginning of a text, at most this wide.
    pub(super) fn clipped(&self, text: &str, columns: usize) -> String {
        let clipped = clipped(text, columns);
        if clipped != text {
            self.mark(Mark::Cut);
        }
        clipped
    }

    /// The end of a path, at most this wide.
    pub(super) fn end_of(&self, path: &str, columns: usize) -> String {
        let end = end_of(path, columns);
        if end != path {
            self.mark(Mark::Cut);
        }
        self.mark_recursion(&end);
        end
    }

    /// The end of the path to a node, at most this wide.
    pub(super) fn path_end(&self, node: TreeNode<'_>, columns: usize) -> String {
        let end = node.path_end(columns);
        if end.starts_with('…') {
            self.mark(Mark::Cut);
        }
        self.mark_recursion(&end);
        end
    }

    pub(super) fn path(&self, node: TreeNode<'_>) -> String {
        let path = node.path();
        self.mark_recursion(&path);
        path
    }

    /// An ellipsis directly after a name marks a recursive node. An ellipsis that is a name itself
    /// follows a dot.
    fn mark_recursion(&self, path: &str) {
        let mut names = path.split('…').rev().skip(1);
        if names.any(|before| !before.is_empty() && !before.ends_with('.')) {
            self.mark(Mark::Recursive);
        }
    }

    /// Writes a section, and below it explains the marks that the report has not used before.
    pub(super) fn section(
        &self,
        out: &mut dyn Write,
        write: impl FnOnce(&Self, &mut dyn Write) -> fmt::Result,
    ) -> fmt::Result {
        write(self, out)?;
        let explained = self.legend.explained.get();
        let new = self.legend.used.take() & !explained;
        self.legend.explained.set(explained | new);
        let mut line = String::new();
        for mark in Mark::ALL.into_iter().filter(|mark| new & mark.bit() != 0) {
            let text = mark.explanation();
            let parts = [INDENT, &line, SEPARATOR, text];
            let columns: usize = parts.iter().map(|part| part.chars().count()).sum();
            if columns > COLUMNS {
                self.legend_line(out, &line)?;
                line.clear();
            }
            line += if line.is_empty() { "" } else { SEPARATOR };
            line += text;
        }
        if line.is_empty() { Ok(()) } else { self.legend_line(out, &line) }
    }

    fn legend_line(&self, out: &mut dyn Write, line: &str) -> fmt::Result {
        out.write_str(INDENT)?;
        self.put(out, Look::Dim, line)?;
        out.write_char('\n')
    }
}
