//! The functions that the macros call.

use core::fmt::{self, Write as _};
use core::ops::{Bound, Deref, RangeBounds};
use std::io::{self, IsTerminal, Write as _};
use std::string::String;
use std::vec::Vec;

use deep_size_core::DeepSize;

use super::display::Printer;
use super::print::wants_colours;
use super::report::{Report, View};
use super::units::{Bytes, Count, percent};
use crate::tree::names::{clipped, short};
use crate::visible::visible;

/// Finds the value that a macro measures: its argument, or the target if that is a reference.
///
/// Method lookup takes the first of three impls that fits the type of the argument: on [`Argument`], [`Reference`] or
/// [`Plain`]. The method's name is one that no trait in a user's scope is likely to have.
#[derive(Debug)]
pub struct Argument<'a, V: ?Sized>(Reference<'a, V>);

/// A macro's argument that is not a reference to a reference.
#[derive(Debug)]
pub struct Reference<'a, V: ?Sized>(Plain<'a, V>);

/// A macro's argument that is not a reference.
#[derive(Debug)]
pub struct Plain<'a, V: ?Sized>(&'a V);

/// The argument of a macro.
#[must_use]
pub fn argument<V: ?Sized>(value: &V) -> Argument<'_, V> {
    Argument(Reference(Plain(value)))
}

/// Appears in messages about a reference to a reference; no type implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is a reference to a reference, which owns nothing",
    label = "dereference the argument, as in `*value`, to measure the target"
)]
pub trait AtMostOneReference {}

impl<'a, 'b, T: ?Sized> Argument<'_, &'a &'b T> {
    /// Cannot be called.
    #[must_use]
    pub fn deep_size_target(&self) -> &'static ()
    where
        &'a &'b T: AtMostOneReference,
    {
        &()
    }
}

impl<'a, 'b, T: ?Sized> Argument<'_, &'a &'b mut T> {
    /// Cannot be called.
    #[must_use]
    pub fn deep_size_target(&self) -> &'static ()
    where
        &'a &'b mut T: AtMostOneReference,
    {
        &()
    }
}

impl<'a, 'b, T: ?Sized> Argument<'_, &'a mut &'b T> {
    /// Cannot be called.
    #[must_use]
    pub fn deep_size_target(&self) -> &'static ()
    where
        &'a mut &'b T: AtMostOneReference,
    {
        &()
    }
}

impl<'a, 'b, T: ?Sized> Argument<'_, &'a mut &'b mut T> {
    /// Cannot be called.
    #[must_use]
    pub fn deep_size_target(&self) -> &'static ()
    where
        &'a mut &'b mut T: AtMostOneReference,
    {
        &()
    }
}

impl<'a, T: ?Sized> Reference<'a, &T> {
    /// The target.
    #[must_use]
    pub fn deep_size_target(&self) -> &'a T {
        self.0.0
    }
}

impl<'a, T: ?Sized> Reference<'a, &mut T> {
    /// The target.
    #[must_use]
    pub fn deep_size_target(&self) -> &'a T {
        self.0.0
    }
}

impl<'a, V: ?Sized> Plain<'a, V> {
    /// The argument itself.
    #[must_use]
    pub fn deep_size_target(&self) -> &'a V {
        self.0
    }
}

impl<'a, V: ?Sized> Deref for Argument<'a, V> {
    type Target = Reference<'a, V>;

    fn deref(&self) -> &Reference<'a, V> {
        &self.0
    }
}

impl<'a, V: ?Sized> Deref for Reference<'a, V> {
    type Target = Plain<'a, V>;

    fn deref(&self) -> &Plain<'a, V> {
        &self.0
    }
}

/// How much of the tree `dbg_deep_size` shows.
const TOP: View = View { depth: 3, smallest_share: Some(0.05), largest_values: 0 };

/// Prints a place in the source.
pub fn here(file: &str, line: u32, column: u32) {
    // Unlike `dbg!`, this does not panic if standard error is closed.
    let _ = writeln!(io::stderr(), "[{file}:{line}:{column}]");
}

/// Prints a place in the source, and the top of a report.
pub fn show(file: &str, line: u32, column: u32, expression: &str, report: &Report) {
    let mut out = io::stderr().lock();
    let colours = wants_colours(out.is_terminal());
    let mut printer = Printer::new(report, false, colours);
    printer.view = TOP;
    let mut text = std::format!("[{file}:{line}:{column}] {expression} = ");
    let _: fmt::Result = printer.top(&mut text);
    let _ = out.write_all(text.as_bytes());
}

/// The limits of a deep size.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    least: Bound<usize>,
    most: Bound<usize>,
}

/// `<=`
#[must_use]
pub fn at_most(most: usize) -> Limits {
    within(..=most)
}

/// `<`
#[must_use]
pub fn below(limit: usize) -> Limits {
    within(..limit)
}

/// `==`
#[must_use]
pub fn exactly(size: usize) -> Limits {
    within(size..=size)
}

/// `>=`
#[must_use]
pub fn at_least(least: usize) -> Limits {
    within(least..)
}

/// `>`
#[must_use]
pub fn above(limit: usize) -> Limits {
    Limits { least: Bound::Excluded(limit), most: Bound::Unbounded }
}

/// `in`
#[must_use]
pub fn within(range: impl RangeBounds<usize>) -> Limits {
    Limits { least: range.start_bound().cloned(), most: range.end_bound().cloned() }
}

impl Limits {
    /// A report on the value if its deep size is outside the limits.
    ///
    /// The macro calls no other function with the value, so a missing impl is one error.
    #[must_use]
    pub fn check<T: DeepSize + ?Sized>(&self, value: &T) -> Option<Report> {
        let holds = (self.least, self.most).contains(&value.deep_size());
        (!holds).then(|| super::inspect(value))
    }

    /// Panics with the difference and the largest paths.
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
            text += ", a lower bound";
        }
        text += "\n  largest paths:";
        let mut nodes: Vec<_> = report.nodes().filter(|node| node.own_size() > 0).collect();
        nodes.sort_by_key(|node| core::cmp::Reverse(node.own_size()));
        for node in nodes.iter().take(5) {
            let what = std::format!("{}: {}", node.path_end(60), short(node.type_name()));
            let share = percent(node.own_size(), report.deep_size());
            write!(
                text,
                "\n  {:>10} {share:>6.1} %  {}",
                Bytes(node.own_size()),
                clipped(&visible(&what), 70)
            )?;
            if node.count() > 1 {
                write!(text, " × {}", Count(node.count()))?;
            }
        }
        Ok(text)
    }

    fn excess(&self, size: usize) -> Option<usize> {
        let excess = match self.most {
            Bound::Included(most) => size.saturating_sub(most),
            Bound::Excluded(limit) => size.checked_sub(limit).map_or(0, |more| more.saturating_add(1)),
            Bound::Unbounded => 0,
        };
        (excess > 0).then_some(excess)
    }

    fn lack(&self, size: usize) -> Option<usize> {
        let lack = match self.least {
            Bound::Included(least) => least.saturating_sub(size),
            Bound::Excluded(limit) => limit.checked_sub(size).map_or(0, |less| less.saturating_add(1)),
            Bound::Unbounded => 0,
        };
        (lack > 0).then_some(lack)
    }
}

/// The size in a readable unit, and in bytes if that differs.
fn exact(bytes: usize) -> String {
    if bytes < 1024 {
        std::format!("{}", Bytes(bytes))
    } else {
        std::format!("{} ({} B)", Bytes(bytes), Count(bytes))
    }
}
