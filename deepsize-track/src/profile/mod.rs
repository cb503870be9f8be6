//! Allocations by named scope.

mod row;
mod scope;
mod table;
mod threads;
mod tree;

use std::collections::HashMap;
use std::io::{self, Write as _};
use std::{fmt, iter};

use self::tree::Node;
use crate::counters;
use crate::table::{Cell, Table};
use crate::untracked::{Untracked, write};
use crate::usage::is_installed;

pub use self::row::Row;
pub(crate) use self::scope::__private;
pub use self::scope::Scope;
pub(crate) use self::tree::Tree;

/// The allocations and frees of each scope so far, over all threads.
///
/// A row is a path of scopes: a scope that is entered from two others has two rows. Threads with the same path share a row. A
/// thread starts at the root, not in the scope that spawned it. Open calls count up to now.
///
/// A recursive scope has one row. Inner calls add to its calls and its own allocations. The other figures belong to the outermost
/// call, which includes the inner ones.
///
/// # Examples
///
/// ```
/// use deep_size_track::{Profile, TrackingAllocator, scope};
///
/// #[global_allocator]
/// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
///
/// fn load() -> Vec<u8> {
///     scope!("load");
///     let text = vec![b'7'; 3000];
///     scope!("parse", { text.iter().take(1000).map(|digit| digit - b'0').collect() })
/// }
///
/// let numbers = load();
/// let profile = Profile::take();
/// let (load, parse) = (profile.find(&["load"]).unwrap(), profile.find(&["load", "parse"]).unwrap());
/// assert_eq!((load.calls, load.allocated_size, load.freed_size), (1, 4000, 3000));
/// assert_eq!((load.net_size(), load.peak_size, load.self_allocated_size), (1000, 4000, 3000));
/// assert_eq!((parse.calls, parse.allocated_size), (1, 1000));
/// println!("{profile}");
/// # assert_eq!(format!("{profile:#}"), "\
/// # scope    calls  allocated  freed     net   peak   self
/// # load         1      4,000  3,000  +1,000  4,000  3,000
/// #   parse      1      1,000      0  +1,000  1,000  1,000
/// # ");
/// # drop(numbers);
/// ```
///
/// It prints a table. `{:#}` prints exact bytes.
///
/// ```text
/// scope    calls  allocated    freed        net     peak     self
/// load         1    3.9 KiB  2.9 KiB  +1000 B    3.9 KiB  2.9 KiB
///   parse      1     1000 B      0 B  +1000 B     1000 B   1000 B
/// ```
#[derive(Clone, Debug)]
#[doc(alias = "memory profiler")]
#[must_use]
pub struct Profile {
    rows: Untracked<Vec<Row>>,
    is_installed: bool,
}

impl Profile {
    /// Takes a profile of all scopes so far. Takes time linear in the number of rows of all threads.
    pub fn take() -> Self {
        let is_installed = is_installed();
        Self { rows: Untracked::new(|| rows(threads::all())), is_installed }
    }

    /// The rows, each before those inside it, in the order in which they were first entered.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The row with this path, outermost scope first. Takes time linear in the number of rows.
    pub fn find(&self, path: &[&str]) -> Option<&Row> {
        counters::untracked(|| {
            let mut here = Vec::new();
            self.rows.iter().find(|row| {
                here.truncate(row.depth);
                here.push(row.name);
                here == path
            })
        })
    }

    /// Writes the rows as comma-separated values (RFC 4180): `scope`, `depth`, `calls`, `allocated_bytes`, `freed_bytes`, `net_bytes`,
    /// `peak_bytes` and `self_allocated_bytes`.
    ///
    /// Each row comes before those inside it, which have a greater depth. Invisible characters are escaped as in Rust source. A name that
    /// begins with `=`, `+`, `-` or `@` is prefixed with an apostrophe, so that no spreadsheet evaluates it.
    ///
    /// # Errors
    ///
    /// Returns the errors of `out`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use deep_size_track::{Profile, TrackingAllocator, scope};
    /// # #[global_allocator]
    /// # static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
    /// let kept = scope!("load", vec![0_u8; 3000]);
    /// let mut table = Vec::new();
    /// Profile::take().write_csv(&mut table)?;
    /// assert_eq!(
    ///     String::from_utf8(table).unwrap(),
    ///     "scope,depth,calls,allocated_bytes,freed_bytes,net_bytes,peak_bytes,self_allocated_bytes\r\n\
    ///      load,0,1,3000,0,3000,3000,3000\r\n"
    /// );
    /// # drop(kept);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn write_csv(&self, out: impl io::Write) -> io::Result<()> {
        write(out, || self.table().csv())
    }

    /// Writes the rows as JSON: an object with the array `rows`, whose members have the names and values of
    /// [the columns](Self::write_csv).
    ///
    /// # Errors
    ///
    /// Returns the errors of `out`.
    #[cfg(feature = "json")]
    pub fn write_json(&self, out: impl io::Write) -> io::Result<()> {
        write(out, || self.table().json())
    }

    fn table(&self) -> Table {
        let columns =
            "scope,depth,calls,allocated_bytes,freed_bytes,net_bytes,peak_bytes,self_allocated_bytes";
        let row = |row: &Row| {
            let figures = [
                row.depth as i128,
                row.calls.into(),
                row.allocated_size.into(),
                row.freed_size.into(),
                row.net_size().into(),
                row.peak_size.into(),
                row.self_allocated_size.into(),
            ];
            iter::once(Cell::Text(row.name.into())).chain(figures.map(Cell::Number)).collect()
        };
        Table { columns: columns.into(), rows: self.rows.iter().map(row).collect(), facts: Vec::new() }
    }
}

/// Adds up the trees of all threads.
fn rows(trees: Vec<Vec<Node>>) -> Vec<Row> {
    struct Merged {
        row: Row,
        order: u64,
        children: Vec<usize>,
    }
    let merged = |row: Row, order| Merged { row, order, children: Vec::new() };
    let (mut all, mut known) = (vec![merged(Row::default(), 0)], HashMap::new());
    for tree in trees {
        let mut places = vec![0];
        for Node { row, parent, order, .. } in tree.into_iter().skip(1) {
            let parent = places[parent as usize];
            let place = *known.entry((parent, row.name)).or_insert(all.len());
            if place == all.len() {
                all.push(merged(Row { name: row.name, depth: row.depth, ..Row::default() }, order));
                all[parent].children.push(place);
            }
            let sum = &mut all[place];
            sum.order = sum.order.min(order);
            sum.row.add(&row);
            places.push(place);
        }
    }
    let (mut rows, mut ahead) = (Vec::with_capacity(all.len()), vec![0]);
    while let Some(place) = ahead.pop() {
        let mut children = std::mem::take(&mut all[place].children);
        children.sort_by_key(|&child| std::cmp::Reverse(all[child].order));
        ahead.extend(children);
        rows.push(all[place].row);
    }
    rows.remove(0);
    rows
}

/// Prints the profile to standard error when it is dropped. Made by [`report_scopes`].
#[derive(Debug)]
#[must_use = "the profile is printed when this is dropped"]
pub struct ScopeReport(());

/// Prints the [`Profile`] to standard error when the result is dropped: at the end of the block.
///
/// Nothing is printed if the program ends by [`std::process::exit`], which drops no values.
///
/// # Examples
///
/// At the start of `main`, it prints the profile of the whole program:
///
/// ```
/// # use deep_size_track::{TrackingAllocator, scope};
/// # #[global_allocator]
/// # static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
/// fn main() {
///     let _report = deep_size_track::report_scopes();
///     scope!("work");
///     // …
/// }
/// ```
pub fn report_scopes() -> ScopeReport {
    ScopeReport(())
}

impl Drop for ScopeReport {
    fn drop(&mut self) {
        // An error could only be reported to standard error.
        let _ = write!(io::stderr().lock(), "{}", Profile::take());
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        table::write(out, self.rows(), self.is_installed)
    }
}
