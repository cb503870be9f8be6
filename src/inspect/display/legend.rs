//! Explains the marks of a printed report.

use core::cell::Cell;
use core::fmt::{self, Write};
use std::borrow::Cow;
use std::string::String;

use super::super::units::Count;
use super::{COLUMNS, Look, Printer};
use crate::tree::TreeNode;
use crate::tree::names::{clipped, end_of, fitting, short};
use crate::visible::visible;

const INDENT: &str = "  ";
const SEPARATOR: &str = ";  ";

/// A mark that needs an explanation where it appears.
#[derive(Clone, Copy, Debug)]
pub(super) enum Mark {
    More,
    Omitted,
    Recursive,
    CountedAbove,
    Shared,
    Rest,
    Cut,
    Estimate,
}

impl Mark {
    /// In the order of the legend.
    const ALL: [Self; 8] = [
        Self::More,
        Self::Omitted,
        Self::Recursive,
        Self::CountedAbove,
        Self::Shared,
        Self::Rest,
        Self::Cut,
        Self::Estimate,
    ];

    fn explanation(self) -> &'static str {
        match self {
            Self::More => "… more: the sum of nodes that are not listed",
            Self::Omitted => "`{:#}` lists smaller nodes, too",
            Self::Recursive => "name…: recursive, values at all depths",
            Self::CountedAbove => "↑: recursive, counted at that path",
            Self::Shared => "(shared) →: counted at that path",
            Self::Rest => "… as a name: further paths, added up",
            Self::Cut => "…: cut to fit",
            Self::Estimate => "≈: estimated from a sample",
        }
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// The marks in use.
#[derive(Debug, Default)]
pub(super) struct Legend(Cell<u8>);

impl Printer<'_> {
    pub(super) fn mark(&self, mark: Mark) {
        self.add_marks(mark.bit());
    }

    pub(super) fn add_marks(&self, bits: u8) {
        self.legend.0.set(self.legend.0.get() | bits);
    }

    pub(super) fn take_marks(&self) -> u8 {
        self.legend.0.take()
    }

    /// A short type name in at most this many columns.
    pub(super) fn type_name(&self, type_name: &str, columns: usize) -> String {
        let name = visible(&short(type_name));
        let fitting = fitting(&name, columns);
        if fitting != name {
            self.mark(Mark::Cut);
        }
        fitting
    }

    /// The beginning of a text, at most this wide.
    pub(super) fn clipped(&self, text: &str, columns: usize) -> String {
        let text = visible(text);
        let clipped = clipped(&text, columns);
        if clipped != text {
            self.mark(Mark::Cut);
        }
        clipped
    }

    /// The end of a path, at most this wide.
    pub(super) fn end_of(&self, path: &str, columns: usize) -> String {
        let path = visible(path);
        let end = end_of(&path, columns);
        if end != path {
            self.mark(Mark::Cut);
        }
        self.mark_recursion(&end);
        end
    }

    /// The end of the path to a node, at most this wide.
    pub(super) fn path_end(&self, node: TreeNode<'_>, columns: usize) -> String {
        let end = end_of(&visible(&node.path_end(columns)), columns);
        if end.starts_with('…') {
            self.mark(Mark::Cut);
        }
        self.mark_recursion(&end);
        end
    }

    pub(super) fn path(&self, node: TreeNode<'_>) -> String {
        let path = visible(&node.path());
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

    /// Explains the marks in use.
    pub(super) fn legend(&self, out: &mut dyn Write) -> fmt::Result {
        let used = self.take_marks();
        let mut line = String::new();
        for mark in Mark::ALL.into_iter().filter(|mark| used & mark.bit() != 0) {
            let text = &*match mark {
                Mark::Estimate => Cow::Owned(self.sample_size()),
                _ => Cow::Borrowed(mark.explanation()),
            };
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

    /// Explains estimates by the sizes of their samples.
    fn sample_size(&self) -> String {
        let sizes = || self.report.nodes().filter_map(|node| node.sample_size());
        let (least, most) = (sizes().min().unwrap_or(0), sizes().max().unwrap_or(0));
        let about = if least < most { "at least " } else { "" };
        std::format!("{} of {about}{} values", Mark::Estimate.explanation(), Count(least))
    }

    fn legend_line(&self, out: &mut dyn Write, line: &str) -> fmt::Result {
        out.write_str(INDENT)?;
        self.put(out, Look::Dim, line)?;
        out.write_char('\n')
    }
}
