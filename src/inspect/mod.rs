//! Reports on where the bytes of a value are.
//!
//! [`inspect`](crate::inspect()) walks over a value once and makes a [`Report`]: totals, a [tree](TreeNode) of all paths, a
//! [histogram](TypeTotal) by type, the [largest](LargestValue) single values, and what [could not be
//! measured](OpaquePart). An [`Inspector`] does the same within limits, and tells of its progress.
//!
//! A report is printed like any other value. With `{}` it shows what matters, with `{:#}` all it knows;
//! [`Report::print`] adds colours on a terminal.
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
//! Reports need the feature `std`.

pub(crate) mod checks;
mod collector;
mod display;
mod frame;
mod largest;
mod opaque;
mod print;
mod progress;
pub(crate) mod report;
mod shared;
mod types;
pub(crate) mod units;

use core::fmt;
use std::boxed::Box;

use deep_size_core::{DeepSize, observe};

pub use progress::Progress;
pub use report::{LargestValue, OpaquePart, Report};
pub use types::TypeTotal;

pub use crate::tree::TreeNode;

use collector::Collector;
use progress::{Callback, Pacer};
use report::View;

/// Finds out where the bytes of a value are.
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
/// Takes time linear in the number of values and memory for each distinct path and each shared block, and a little for each
/// value around the one at which the walk is. For limits, and to be told of the progress, see [`Inspector`].
#[must_use]
pub fn inspect<T: DeepSize + ?Sized>(value: &T) -> Report {
    Inspector::new().inspect(value)
}

/// Makes reports, within limits.
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
    largest: usize,
    contents: bool,
    progress: Option<Box<Callback<'p>>>,
}

impl<'p> Inspector<'p> {
    /// An inspector that finds the ten largest values and tells no more than 10,000 paths apart; its reports print what holds
    /// at least one per cent of the bytes.
    #[must_use]
    pub fn new() -> Self {
        Self { view: View::default(), max_nodes: 10_000, largest: 10, contents: false, progress: None }
    }

    /// Prints no more than this many levels of the tree below the root. What lies deeper is counted with what is printed.
    ///
    /// [`Report::root`] and printing with `{:#}` are not limited by this.
    #[must_use]
    pub fn max_depth(mut self, levels: usize) -> Self {
        self.view.depth = levels;
        self
    }

    /// Prints no nodes of the tree that hold less than this share of all bytes, from 0 to 1; they are summed up on one line.
    ///
    /// [`Report::root`] and printing with `{:#}` are not limited by this.
    #[must_use]
    pub fn min_share(mut self, share: f64) -> Self {
        // What is no number would hide everything.
        self.view.smallest_share = if share.is_nan() { 0.0 } else { share };
        self
    }

    /// Tells no more than this many paths apart, so that making the report takes at most about 600 bytes times as much. What is met
    /// after that is summed up in nodes named `…`, at most one for each other, and the report says that it
    /// [is truncated](Report::is_truncated).
    #[must_use]
    pub fn max_nodes(mut self, nodes: usize) -> Self {
        self.max_nodes = nodes;
        self
    }

    /// Finds this many of the largest values.
    #[must_use]
    pub fn largest_values(mut self, values: usize) -> Self {
        self.largest = values;
        self
    }

    /// Looks at the texts and byte strings as well, so that [`Report::advice`] can tell where equal ones are held many times.
    ///
    /// That takes memory for each different text at each path, 32 to 64 bytes, and about twice the time.
    #[must_use]
    pub fn compare_contents(mut self, compared: bool) -> Self {
        self.contents = compared;
        self
    }

    /// Calls back on the way, to show that something is going on: first after a tenth of a second, so that a short walk
    /// says nothing, and then no more than ten times a second.
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

    /// Finds out where the bytes of a value are.
    #[must_use]
    pub fn inspect<T: DeepSize + ?Sized>(&mut self, value: &T) -> Report {
        let pacer = self.progress.as_deref_mut().map(|callback| Pacer::new(callback));
        let mut collector = Collector::new(self.max_nodes, self.largest, pacer);
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
            .field("largest", &self.largest)
            .field("contents", &self.contents)
            .finish_non_exhaustive()
    }
}
