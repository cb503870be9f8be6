//! Coverages as text.

use std::collections::HashMap;
use std::fmt;

use super::super::display::ClaimOwner;
use super::{Cause, Class, Coverage, CoverageRow, Estimate};
use crate::symbols::Origin;
use crate::units::{Bytes, Plural};
use crate::untracked::Untracked;
use crate::visible::Visible;
use crate::{Amount, Limitation};

/// The number of lines of each kind that `{}` prints.
const MAX_PRINTED: usize = 10;
/// The number of call sites that `{}` prints for each path.
const MAX_SITES: usize = 2;

impl fmt::Display for Coverage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.limitation() {
            Some(limitation @ (Limitation::NotInstalled | Limitation::NotRecorded)) => {
                return write!(out, "{limitation}\nreported: {}", Bytes(self.claimed_size()));
            }
            Some(limitation @ Limitation::Lost) => writeln!(out, "{limitation}")?,
            Some(Limitation::Sampled) => out.write_str("a sample of the blocks, ± standard error\n")?,
            None => {}
        }
        let live = self.live();
        write!(out, "live: {live}")?;
        for class in Class::ALL {
            let estimate = self.estimate(class);
            // The important classes are printed even if they are empty.
            if estimate != Estimate::default() || matches!(class, Class::Once | Class::Unclaimed) {
                write!(out, "\n{class}: {estimate} ({:.1} %)", percent(estimate, live))?;
            }
        }
        write!(out, "\ntracker's own memory, in no class: {}", Bytes(self.inner.snapshot.tracker_size()))?;
        for (amount, reason) in [
            (self.unrecorded().unwrap_or_default(), "live, but allocated before the recording"),
            (self.unmatched(Cause::NoAddress), "reported without an address, so unclaimed"),
            (self.unmatched(Cause::NotRecorded), "reported, but not among the recorded blocks"),
        ] {
            if amount != Amount::default() {
                write!(out, "\n{reason}: {} in {}", Bytes(amount.size), Plural(amount.blocks, "block"))?;
            }
        }
        let of = |class| self.rows().filter(move |row| row.class() == class);
        lines(out, "claimed twice", of(Class::Twice), |row, out| {
            write!(out, "{}: {} and {}", row, Code(row.path()), Code(row.again().unwrap_or_default()))
        })?;
        lines(out, "claimed by none", of(Class::Unclaimed), |row, out| write!(out, "{}: {row}", Crate(row)))?;
        let paths = Untracked::new(|| paths(self));
        lines(out, "claimed", paths.iter(), |path, out| path.fmt(out))?;
        lines(out, "not seen, or only in part", self.opaque_parts().iter(), |part, out| {
            write!(out, "{}: {}", ClaimOwner(&part.path, part.type_name), part.reason)
        })
    }
}

/// Prints a heading and indented lines.
fn lines<T>(
    out: &mut fmt::Formatter<'_>,
    heading: &str,
    mut items: impl Iterator<Item = T>,
    print: impl Fn(T, &mut fmt::Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    let limit = if out.alternate() { usize::MAX } else { MAX_PRINTED };
    for (at, item) in items.by_ref().take(limit).enumerate() {
        if at == 0 {
            write!(out, "\n{heading}:")?;
        }
        out.write_str("\n  ")?;
        print(item, out)?;
    }
    match items.count() {
        0 => Ok(()),
        rest => write!(out, "\n  and {}", Plural(rest, "other")),
    }
}

/// A path and the call sites of its blocks, most bytes first.
struct Path<'c> {
    path: &'c str,
    estimate: Estimate,
    sites: Vec<(CoverageRow<'c>, Estimate)>,
}

/// The claimed paths, most bytes first.
fn paths(coverage: &Coverage) -> Vec<Path<'_>> {
    let mut numbers = HashMap::new();
    let mut paths: Vec<Path<'_>> = Vec::new();
    for row in coverage.rows().filter(|row| !row.path().is_empty()) {
        let at = *numbers.entry(row.path()).or_insert(paths.len());
        if at == paths.len() {
            paths.push(Path { path: row.path(), estimate: Estimate::default(), sites: Vec::new() });
        }
        let path = &mut paths[at];
        path.estimate.add(row.estimate());
        match path.sites.iter_mut().find(|(site, _)| site.line() == row.line()) {
            Some((_, estimate)) => estimate.add(row.estimate()),
            None => path.sites.push((row, row.estimate())),
        }
    }
    paths
        .iter_mut()
        .for_each(|path| path.sites.sort_by_key(|(_, estimate)| std::cmp::Reverse(estimate.amount)));
    paths.sort_by_key(|path| std::cmp::Reverse(path.estimate.amount));
    paths
}

/// Prints `` `cache.entries[].body`: 4.7 MiB in 6,000 blocks, 92 % from src/http/read.rs:41 ``.
impl fmt::Display for Path<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", Code(self.path), self.estimate)?;
        let limit = if out.alternate() { usize::MAX } else { MAX_SITES };
        for (site, estimate) in self.sites.iter().take(limit) {
            write!(out, ", {:.0} % from {}", percent(*estimate, self.estimate), site.line())?;
        }
        match self.sites.len().saturating_sub(limit) {
            0 => Ok(()),
            rest => write!(out, ", and {}", Plural(rest, "other line")),
        }
    }
}

impl fmt::Display for CoverageRow<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.estimate().fmt(out)?;
        if let Some(size) = self.block_size().filter(|_| self.estimate().amount.blocks > 1) {
            write!(out, " of {}", Bytes(size))?;
        }
        write!(out, " from {}", self.line())
    }
}

/// Prints `claimed once`.
impl fmt::Display for Class {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Once => "claimed once",
            Self::Twice => "claimed twice",
            Self::Opaque => "in an opaque part",
            Self::Unclaimed => "claimed by none",
            Self::Freed => "freed during the walk",
        })
    }
}

/// The crate of a row.
struct Crate<'c>(CoverageRow<'c>);

impl fmt::Display for Crate<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.crate_name() {
            _ if self.0.0.line.origin == Origin::Std => out.write_str("the standard library's own"),
            "" => out.write_str("unknown crate"),
            name => Visible(name).fmt(out),
        }
    }
}

struct Code<'p>(&'p str);

impl fmt::Display for Code<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "`{}`", Visible(self.0))
    }
}

fn percent(part: Estimate, whole: Estimate) -> f64 {
    if whole.amount.size == 0 { 0.0 } else { 100.0 * part.amount.size as f64 / whole.amount.size as f64 }
}

#[cfg(test)]
mod tests {
    use super::super::rows::{Line, RowData};
    use super::{Class, CoverageRow, Crate, Estimate, Origin};
    use crate::snapshot::Key;

    #[test]
    fn the_standard_librarys_own_blocks_are_named() {
        for (package, origin, name) in [
            ("std", Origin::Std, "the standard library's own"),
            ("\u{1b}", Origin::Program, "\\u{1b}"),
            ("", Origin::Unknown, "unknown crate"),
        ] {
            let line = Line { key: Key::Crate(package.into()), package: package.into(), origin };
            let (path, estimate) = (String::new(), Estimate::default());
            let row =
                RowData { class: Class::Unclaimed, path, again: None, line, estimate, block_size: None };
            assert_eq!(Crate(CoverageRow(&row)).to_string(), name);
        }
    }
}
