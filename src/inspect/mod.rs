//! Reports on the memory of a value.
//!
//! [`inspect`](crate::inspect()) walks over a value once and makes a [`Report`]. The report has totals, a [tree](TreeNode) of
//! all paths, a [histogram](TypeTotal) by type, the [largest values](LargestValue), the [opaque parts](OpaquePart) and the [lower bounds](LowerBound).
//! An [`Inspector`] does the same with limits and a progress callback.
//!
//! `{}` prints the important parts of a report, and `{:#}` prints all of it. [`Report::print`] adds colours on a terminal.
//!
//! ```
//! use deep_size::{DeepSize, inspect};
//!
//! #[derive(DeepSize)]
//! struct Book {
//!     title: String,
//!     pages: Vec<Box<str>>,
//!     shelf: Option<u16>,
//! }
//!
//! let book = |number: u16| Book {
//!     title: "a title".into(),
//!     pages: (0..50).map(|page| "x".repeat(page).into()).collect(),
//!     shelf: Some(number),
//! };
//! let books: Vec<Book> = (0..20).map(book).collect();
//! assert_eq!(
//!     inspect(&books).to_string(),
//!     "\
//! Vec<Book>: 40.8 KiB (24 B + 40.8 KiB on the heap in 1,021 allocations)
//!
//!      bytes      %       count
//!   40.8 KiB  100.0           1  Vec<Book>
//!   40.8 KiB   99.9          20  └─ []: Book
//!   40.0 KiB   98.1          20     ├─ pages: Vec<Box<str>>
//!   39.6 KiB   96.9       1,000     │  └─ []: Box<str>
//!      620 B    1.5          20     ├─ title: String
//!       80 B    0.2          20     └─ shelf: Option<u16>
//! "
//! );
//! ```
//!
//! This module needs the feature `std`.

pub(crate) mod checks;
mod collector;
pub(crate) mod display;
mod frame;
mod inexact;
mod largest;
mod print;
mod progress;
pub(crate) mod report;
mod shared;
mod types;

use core::fmt;
use std::boxed::Box;

use deep_size_core::{DeepSize, observe};

pub use progress::Progress;
pub use report::{LargestValue, LowerBound, OpaquePart, Report};
pub use types::TypeTotal;

pub use crate::tree::TreeNode;
pub(crate) use deep_size_format::units;

use collector::Collector;
use progress::{Callback, Pacer};
use report::View;

/// Makes a report on the memory of a value.
///
/// Measuring takes time linear in the number of values. Memory grows with the number of distinct paths and shared blocks,
/// and with the nesting depth. An [`Inspector`] sets limits and reports progress.
///
/// # Examples
///
/// ```
/// use deep_size::{DeepSize, inspect};
///
/// #[derive(DeepSize)]
/// struct User {
///     id: u64,
///     name: String,
/// }
///
/// let users: Vec<User> = (0..10).map(|id| User { id, name: "a name".into() }).collect();
/// let report = inspect(&users);
/// assert_eq!(report.deep_size(), users.deep_size());
///
/// let names = report.nodes().find(|node| node.path() == "[].name").unwrap();
/// assert_eq!((names.count(), names.deep_size()), (10, 10 * (24 + 6)));
/// ```
///
/// `inspect(&text)` of a `text: &String` measures the reference, which owns nothing; the first line of the report says so. Pass `text`
/// to measure its target.
#[doc(alias = "memory usage")]
#[doc(alias = "heap profile")]
#[doc(alias = "getsizeof")]
#[must_use]
pub fn inspect<T: DeepSize + ?Sized>(value: &T) -> Report {
    Inspector::new().inspect(value)
}

/// Makes reports with limits.
///
/// # Examples
///
/// ```
/// use deep_size::Inspector;
///
/// let value = vec![vec![String::from("text")]];
/// let report = Inspector::new().max_nodes(2).inspect(&value);
/// assert!(report.is_truncated());
///
/// let paths: Vec<String> = report.nodes().map(|node| node.path()).collect();
/// assert_eq!(paths, [".", "[]", "[].…"]);
/// assert_eq!(report.root().deep_size(), report.deep_size());
/// ```
pub struct Inspector<'p> {
    view: View,
    max_nodes: usize,
    contents: bool,
    progress: Option<Box<Callback<'p>>>,
}

impl<'p> Inspector<'p> {
    /// An inspector with the default limits.
    ///
    /// The limits are 10,000 nodes, ten largest values, and about 40 printed lines. Nodes below 1 % of all bytes have no line.
    #[must_use]
    pub fn new() -> Self {
        Self { view: View::default(), max_nodes: 10_000, contents: false, progress: None }
    }

    /// Limits the printed tree to this many levels below the root. One line sums up the deeper nodes. A single one is printed itself.
    ///
    /// This limits neither [`Report::root`] nor `{:#}`.
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size::Inspector;
    ///
    /// let report = Inspector::new().max_depth(0).inspect(&vec![vec![String::from("text")]]);
    /// assert!(!report.to_string().contains(": String\n"));
    /// assert_eq!(report.nodes().count(), 3);
    /// ```
    #[must_use]
    pub fn max_depth(mut self, levels: usize) -> Self {
        self.view.depth = levels;
        self
    }

    /// Prints all nodes with at least this share of all bytes, from 0 to 1. Smaller siblings share a line, unless
    /// there is only one.
    ///
    /// The report may then have more than 40 lines.
    ///
    /// This limits neither [`Report::root`] nor `{:#}`.
    #[must_use]
    pub fn min_share(mut self, share: f64) -> Self {
        // NaN would hide everything.
        self.view.smallest_share = Some(if share.is_nan() { 0.0 } else { share });
        self
    }

    /// Limits the tree to this many nodes, at about 600 bytes of memory for each while the report is made.
    ///
    /// Values beyond the limit are summed up in nodes named `…`, at most one below each other node. The report then
    /// [is truncated](Report::is_truncated).
    #[must_use]
    pub fn max_nodes(mut self, nodes: usize) -> Self {
        self.max_nodes = nodes;
        self
    }

    /// Sets the number of [largest values](Report::largest_values). `{:#}` prints as many shared allocations, at least five.
    #[must_use]
    pub fn largest_values(mut self, values: usize) -> Self {
        self.view.largest_values = values;
        self
    }

    /// Reads the contents of texts, byte strings and integers. Then [`Report::advice`] finds equal texts, and [`Report::remarks`] finds
    /// integers that a smaller type can hold.
    ///
    /// This takes 40 to 80 bytes for each distinct text at each path, and roughly doubles the time. Of a large `Vec<u64>` or similar,
    /// only a sample is read.
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size::Inspector;
    /// use deep_size::advice::AdviceKind;
    ///
    /// let words = vec![String::from("the same long text, many times"); 100];
    /// let report = Inspector::new().compare_contents(true).inspect(&words);
    /// let is_duplicate = |kind| matches!(kind, AdviceKind::ShareEqual { distinct_count: 1 });
    /// assert!(report.advice().any(|advice| is_duplicate(advice.kind())));
    ///
    /// let counts: Vec<u64> = (0..100).collect();
    /// let report = Inspector::new().compare_contents(true).inspect(&counts);
    /// let remark = report.remarks().next().unwrap().to_string();
    /// assert_eq!(remark, "[]: all 100 values of type `u64` are from 0 to 99, and `u8` can hold them");
    /// ```
    #[must_use]
    pub fn compare_contents(mut self, compared: bool) -> Self {
        self.contents = compared;
        self
    }

    /// Calls `callback` during the walk: first after 100 ms, then at most ten times a second.
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size::Inspector;
    ///
    /// let values = vec![String::from("text"); 1000];
    /// let report = Inspector::new()
    ///     .on_progress(|progress| eprint!("\r{} values, {} bytes", progress.value_count, progress.size))
    ///     .inspect(&values);
    /// # assert_eq!(report.allocation_count(), 1001);
    /// ```
    #[must_use]
    pub fn on_progress(mut self, callback: impl FnMut(&Progress) + 'p) -> Self {
        self.progress = Some(Box::new(callback));
        self
    }

    /// Makes a report on the memory of a value.
    #[must_use]
    pub fn inspect<T: DeepSize + ?Sized>(&mut self, value: &T) -> Report {
        let pacer = self.progress.as_deref_mut().map(|callback| Pacer::new(callback));
        let mut collector = Collector::new(self.max_nodes, self.view.largest_values, pacer);
        collector.compares_contents = self.contents;
        let deep = observe(value, &mut collector);
        Report::new(collector, deep, self.view)
    }
}

impl Default for Inspector<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Inspector<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Inspector")
            .field("depth", &self.view.depth)
            .field("smallest_share", &self.view.smallest_share)
            .field("max_nodes", &self.max_nodes)
            .field("largest", &self.view.largest_values)
            .field("contents", &self.contents)
            .finish_non_exhaustive()
    }
}
