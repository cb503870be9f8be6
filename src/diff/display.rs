//! Differences as people read them.

use core::fmt;
use std::string::String;
use std::vec::Vec;

use super::{Change, Diff, Kind, TypeChange, difference};
use crate::inspect::names::{clipped, end_of, short};
use crate::inspect::units::{Bytes, Count, Signed};

/// No line is longer.
const COLUMNS: usize = 100;

/// What is less than this share of all that has changed is summed up.
const SMALLEST_SHARE: f64 = 0.01;

/// Totals, then the paths where something has changed, the largest change first, whether up or down; with `{:#}` every path, and
/// the types.
///
/// Without `#`, paths that make up less than one per cent of what has changed are summed up in a last line, unless they were
/// renamed.
impl fmt::Display for Diff {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_totals(formatter)?;
        self.write_paths(formatter)?;
        if formatter.alternate() { self.write_types(formatter) } else { Ok(()) }
    }
}

/// One line, but for the figures.
struct Line {
    bytes: i128,
    count: i128,
    unit: [&'static str; 2],
    name: String,
    type_name: String,
    note: String,
}

impl Diff {
    fn write_totals(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let root = self.change(0);
        let (name, earlier_name) = (short(root.type_name()), root.earlier_type_name().map(short));
        if let Some(earlier_name) = earlier_name.filter(|earlier_name| *earlier_name != name) {
            write!(out, "{} -> ", clipped(&earlier_name, 40))?;
        }
        let (earlier, later) = (self.earlier(), self.later());
        write!(out, "{}: {} -> {} (", clipped(&name, 40), Bytes(earlier.deep), Bytes(later.deep))?;
        let mut changes = Vec::new();
        if self.bytes() != 0 {
            changes.push(std::format!("{}", Signed::Bytes(self.bytes())));
        }
        for (before, after, unit) in [
            (earlier.values, later.values, ["value", "values"]),
            (earlier.allocations, later.allocations, ["allocation", "allocations"]),
        ] {
            changes.extend(number(difference(before, after), unit));
        }
        for (before, after, what) in [
            (earlier.spare, later.spare, "spare"),
            (earlier.external, later.external, "held outside"),
            (earlier.cyclic, later.cyclic, "leaking"),
        ] {
            if before != after {
                changes.push(std::format!("{what} {}", Signed::Bytes(difference(before, after))));
            }
        }
        if changes.is_empty() {
            changes.push("no change in total".into());
        }
        writeln!(out, "{})", changes.join(", "))?;
        let moments = [
            (earlier.is_exact, later.is_exact, "a lower bound, since parts could not be measured"),
            (!earlier.is_truncated, !later.is_truncated, "truncated, since there were too many paths"),
        ];
        for (is_earlier_fine, is_later_fine, what) in moments {
            match (is_earlier_fine, is_later_fine) {
                (false, false) => writeln!(out, "both are {what}")?,
                (false, true) => writeln!(out, "the earlier is {what}")?,
                (true, false) => writeln!(out, "the later is {what}")?,
                (true, true) => {}
            }
        }
        Ok(())
    }

    fn write_paths(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.changed.is_empty() {
            return Ok(());
        }
        let moved: u128 = self.paths().map(|change| change.bytes().unsigned_abs()).sum();
        let least = if out.alternate() { 0.0 } else { SMALLEST_SHARE * moved as f64 };
        let matters = |change: &Change<'_>| {
            change.kind() == Kind::Renamed || change.bytes().unsigned_abs() as f64 >= least
        };
        writeln!(out, "\n{:>10} {:>19}  path", "bytes", "")?;
        let (shown, rest): (Vec<_>, Vec<_>) = self.paths().partition(matters);
        shown.iter().try_for_each(|change| path_line(change).write(out))?;
        match rest.as_slice() {
            [] => Ok(()),
            [one] => path_line(one).write(out),
            _ => {
                let name = std::format!("… {} more", Count(rest.len()));
                let bytes = rest.iter().map(Change::bytes).sum();
                let values = rest.iter().filter(|change| !is_reference(change));
                let count = values.map(Change::count).sum();
                let (type_name, note) = (String::new(), String::new());
                Line { bytes, count, unit: VALUES, name, type_name, note }.write(out)
            }
        }
    }

    fn write_types(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.types.is_empty() {
            return Ok(());
        }
        writeln!(out, "\nby type\n{:>10} {:>19}  type", "bytes", "")?;
        self.types.iter().try_for_each(|change| type_line(change).write(out))
    }
}

const VALUES: [&str; 2] = ["value", "values"];

fn is_reference(change: &Change<'_>) -> bool {
    change.latest().is_some_and(|node| node.is_shared_reference())
}

fn path_line(change: &Change<'_>) -> Line {
    let mut notes = Vec::new();
    match change.kind() {
        Kind::Added => notes.push("added".into()),
        Kind::Removed => notes.push("removed".into()),
        Kind::Renamed => {
            let earlier = change.earlier().map_or_else(String::new, |node| node.name());
            notes.push(std::format!("was {}", end_of(&earlier, 40)));
        }
        _ => {}
    }
    let type_name = short(change.type_name());
    if let Some(earlier) = change.earlier_type_name().filter(|earlier| *earlier != change.type_name()) {
        let earlier = short(earlier);
        notes.push(match earlier == type_name {
            // It has moved to another module.
            true => "type moved".into(),
            false => std::format!("was of type {earlier}"),
        });
    }
    let (before, after) = (change.before(), change.after());
    let (shared, spare) = (difference(before.shared, after.shared), difference(before.spare, after.spare));
    if change.bytes() != 0 && shared == change.bytes() {
        notes.push("shared memory".into());
    }
    if spare != 0 {
        notes.push(std::format!("spare {}", Signed::Bytes(spare)));
    }
    let names_type = change.latest().is_some_and(|node| node.names_type() || node.refers_to().is_some());
    let path = change.path();
    Line {
        bytes: change.bytes(),
        count: change.count(),
        unit: if is_reference(change) { ["handle", "handles"] } else { VALUES },
        name: if path == "." { "the value itself".into() } else { path },
        type_name: if names_type { String::new() } else { std::format!(": {type_name}") },
        note: if notes.is_empty() { String::new() } else { std::format!("  ({})", notes.join(", ")) },
    }
}

fn type_line(change: &TypeChange) -> Line {
    let note = match (change.kind(), &change.earlier) {
        (Kind::Added, _) => "  (added)".into(),
        (Kind::Removed, _) => "  (removed)".into(),
        (Kind::Renamed, Some(earlier)) => std::format!("  (was {})", earlier.name),
        _ => String::new(),
    };
    let type_name = String::new();
    let (bytes, count) = (change.bytes(), change.count());
    Line { bytes, count, unit: VALUES, name: short(change.name()), type_name, note }
}

/// A difference with what it is one of, unless there is none.
fn number(difference: i128, [one, many]: [&str; 2]) -> Option<String> {
    let unit = if difference.unsigned_abs() == 1 { one } else { many };
    (difference != 0).then(|| std::format!("{} {unit}", Signed::Count(difference)))
}

impl Line {
    fn write(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = number(self.count, self.unit).unwrap_or_default();
        let start = std::format!("{:>10} {count:>19}  ", Signed::Bytes(self.bytes));
        let room = COLUMNS.saturating_sub(start.chars().count());
        // What has happened is worth more than the beginning of a path, and that more than the end of a type.
        let note = clipped(&self.note, room / 2);
        let room = room - note.chars().count();
        let name = end_of(&self.name, room);
        let type_name = clipped(&self.type_name, room - name.chars().count());
        writeln!(out, "{}", std::format!("{start}{name}{type_name}{note}").trim_end())
    }
}
