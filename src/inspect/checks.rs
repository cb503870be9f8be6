//! What the macros call.

use core::fmt::{self, Write as _};
use core::ops::{Bound, RangeBounds};
use std::io::{self, IsTerminal, Write as _};
use std::string::String;
use std::vec::Vec;

use deep_size_core::DeepSize;

use super::display::Printer;
use super::print::wants_colours;
use super::report::{Report, View};
use super::units::{Bytes, Count, percent};
use crate::tree::names::{clipped, short};

/// Method calls on a value or on a reference to it, which both lead to the value.
pub trait Inspect {
    /// Its report.
    fn deep_size_report(&self) -> Report;

    /// Its deep size.
    fn deep_size_total(&self) -> usize;
}

impl<T: DeepSize + ?Sized> Inspect for T {
    fn deep_size_report(&self) -> Report {
        super::inspect(self)
    }

    fn deep_size_total(&self) -> usize {
        self.deep_size()
    }
}

/// Makes the macros refuse what they would measure as a reference of a word: one to another reference, or to a value of a
/// type that has no impl. There the methods of this trait and of the other fit equally well.
pub trait DereferenceFirst {
    /// See [`Inspect`].
    fn deep_size_report(&self) -> Report;

    /// See [`Inspect`].
    fn deep_size_total(&self) -> usize;
}

impl<T: ?Sized> DereferenceFirst for &T {
    fn deep_size_report(&self) -> Report {
        super::inspect(self)
    }

    fn deep_size_total(&self) -> usize {
        self.deep_size()
    }
}

/// How much of the tree `dbg_deep_size` shows.
const TOP: View = View { depth: 3, smallest_share: 0.05 };

/// Prints a place in the source.
pub fn here(file: &str, line: u32, column: u32) {
    // As `dbg!` would panic if it cannot print, which serves nobody, this says nothing then.
    let _ = writeln!(io::stderr(), "[{file}:{line}:{column}]");
}

/// Prints a place in the source, and the top of a report.
pub fn show(file: &str, line: u32, column: u32, expression: &str, report: &Report) {
    let mut out = io::stderr().lock();
    let colours = wants_colours(out.is_terminal());
    let printer = Printer { report, view: TOP, everything: false, colours };
    let mut text = std::format!("[{file}:{line}:{column}] {expression} = ");
    let _: fmt::Result = printer.top(&mut text);
    let _ = out.write_all(text.as_bytes());
}

/// What a deep size is held against.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    least: Bound<usize>,
    most: Bound<usize>,
}

impl Limits {
    /// `<=`
    #[must_use]
    pub fn at_most(most: usize) -> Self {
        Self::within(..=most)
    }

    /// `<`
    #[must_use]
    pub fn below(limit: usize) -> Self {
        Self::within(..limit)
    }

    /// `==`
    #[must_use]
    pub fn exactly(size: usize) -> Self {
        Self::within(size..=size)
    }

    /// `>=`
    #[must_use]
    pub fn at_least(least: usize) -> Self {
        Self::within(least..)
    }

    /// `>`
    #[must_use]
    pub fn above(limit: usize) -> Self {
        Self { least: Bound::Excluded(limit), most: Bound::Unbounded }
    }

    /// `in`
    #[must_use]
    pub fn within(range: impl RangeBounds<usize>) -> Self {
        Self { least: range.start_bound().cloned(), most: range.end_bound().cloned() }
    }

    /// Whether a size lies within them.
    #[must_use]
    pub fn hold(&self, size: usize) -> bool {
        (self.least, self.most).contains(&size)
    }

    /// Panics with what is wrong.
    #[track_caller]
    pub fn fail(&self, expression: &str, report: &Report, message: Option<fmt::Arguments<'_>>) -> ! {
        panic!("{}", self.complaint(expression, report, message).unwrap_or_default())
    }

    fn complaint(
        &self,
        expression: &str,
        report: &Report,
        message: Option<fmt::Arguments<'_>>,
    ) -> Result<String, fmt::Error> {
        let mut text = String::from("assertion failed: deep size of `");
        write!(text, "{expression}`")?;
        if let Some(message) = message {
            write!(text, ": {message}")?;
        }
        write!(text, "\n  {}", exact(report.deep_size()))?;
        if let Some(excess) = self.excess(report.deep_size()) {
            write!(text, ", {} B too many", Count(excess))?;
        } else if let Some(lack) = self.lack(report.deep_size()) {
            write!(text, ", {} B too few", Count(lack))?;
        }
        if !report.is_exact() {
            text += ", not counting what could not be measured";
        }
        text += "\n  largest paths:";
        let mut nodes: Vec<_> = report.nodes().filter(|node| node.own_size() > 0).collect();
        nodes.sort_by_key(|node| core::cmp::Reverse(node.own_size()));
        for node in nodes.iter().take(5) {
            let what = std::format!("{}: {}", node.path_end(60), short(node.type_name()));
            let share = percent(node.own_size(), report.deep_size());
            write!(text, "\n  {:>10} {share:>6.1} %  {}", Bytes(node.own_size()), clipped(&what, 70))?;
            if node.count() > 1 {
                write!(text, " × {}", Count(node.count()))?;
            }
        }
        Ok(text)
    }

    fn excess(&self, size: usize) -> Option<usize> {
        let excess = match self.most {
            Bound::Included(most) => size.saturating_sub(most),
            Bound::Excluded(limit) => (size + 1).saturating_sub(limit),
            Bound::Unbounded => 0,
        };
        (excess > 0).then_some(excess)
    }

    fn lack(&self, size: usize) -> Option<usize> {
        let lack = match self.least {
            Bound::Included(least) => least.saturating_sub(size),
            Bound::Excluded(limit) => limit.saturating_add(1).saturating_sub(size),
            Bound::Unbounded => 0,
        };
        (lack > 0).then_some(lack)
    }
}

/// In a unit for people, and in bytes if that is not the same.
fn exact(bytes: usize) -> String {
    if bytes < 1024 {
        std::format!("{}", Bytes(bytes))
    } else {
        std::format!("{} ({} B)", Bytes(bytes), Count(bytes))
    }
}
