use core::fmt;
use std::string::String;
use std::vec::Vec;

use deep_size_format::units::{Bytes, Count, plural};
use deep_size_format::visible::Visible;

use super::{Census, Item};
use crate::inspect::display::certainty;

/// The most sets of roots in the list of shared bytes without `#`.
const MOST_SETS: usize = 10;

/// Prints the tree of names, then the bytes that several roots share. If a root has roots below it, `.` is the root alone.
///
/// `{:#}` lists all sets of roots with shared bytes, not only the ten largest.
impl fmt::Display for Census {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let roots = plural(self.roots.len(), "root", "roots");
        writeln!(out, "{} in {roots}", Bytes(self.deep_size()))?;
        if self.entries.is_empty() {
            return Ok(());
        }
        writeln!(out, "\n{:>11} {:>11} {:>11}  root", "share", "exclusive", "deep")?;
        for item in self.items() {
            let [share, exclusive, deep] =
                [item.proportional_size(), item.exclusive_size(), item.deep_size()].map(Bytes);
            let depth = 2 * item.entry.depth;
            write!(
                out,
                "{share:>11} {exclusive:>11} {deep:>11}  {:depth$}{}",
                "",
                Visible(item.short_name())
            )?;
            item.remark(out)?;
            out.write_str("\n")?;
        }
        let shared: Vec<_> = self.shared().collect();
        if shared.is_empty() {
            return Ok(());
        }
        writeln!(out, "\n{:>11}  by several roots", "shared")?;
        let most = if out.alternate() { usize::MAX } else { MOST_SETS };
        for (roots, bytes) in shared.iter().take(most) {
            write!(out, "{:>11}  ", Bytes(*bytes))?;
            for (at, root) in roots.iter().enumerate() {
                write!(out, "{}{}", if at > 0 { ", " } else { "" }, Visible(root.name()))?;
            }
            out.write_str("\n")?;
        }
        if let Some(more) = shared.len().checked_sub(most).filter(|more| *more > 0) {
            writeln!(out, "{:>11}  … {} more", "", Count(more))?;
        }
        Ok(())
    }
}

impl<'c> Item<'c> {
    /// The last part of the name.
    pub(super) fn short_name(&self) -> &'c str {
        let Some(parent) = self.parent() else { return self.name() };
        let rest = self.name().strip_prefix(parent.name()).unwrap_or_default();
        rest.strip_prefix('/').unwrap_or(".")
    }

    /// A note on the certainty of the size, unless it is exact.
    pub(super) fn note(&self) -> Option<String> {
        let missed = self.missed().map(|reason| match self.last() {
            Some((bytes, age)) => std::format!("incomplete: {reason}; {} {age:.0?} ago", Bytes(bytes)),
            None => std::format!("incomplete: {reason}"),
        });
        let notes: Vec<String> = missed.into_iter().chain(certainty(&self.size())).collect();
        (!notes.is_empty()).then(|| notes.join("; "))
    }

    fn parent(&self) -> Option<Self> {
        let entry = self.census.entries.get(self.entry.parent? as usize)?;
        Some(Self { entry, ..*self })
    }

    fn remark(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.note().filter(|_| self.is_root()) {
            Some(note) => write!(out, " ({})", Visible(&note)),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Item<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Item")
            .field("name", &self.name())
            .field("size", &self.size())
            .finish_non_exhaustive()
    }
}
