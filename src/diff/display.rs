//! Prints differences.

use core::fmt;
use std::string::String;
use std::vec::Vec;

use super::amounts::difference;
use super::{Change, ChangeKind, Diff, TypeChange};
use crate::inspect::units::{Bytes, Count, SignedBytes, SignedCount};
use crate::tree::names::{clipped, end_of, short, whole};
use crate::visible::visible;

/// The maximal length of a line.
const COLUMNS: usize = 100;

/// Changes below this share of all changes are summed up.
const SMALLEST_SHARE: f64 = 0.01;

/// Prints the totals, then the changed paths, largest change first. `{:#}` adds the types. Figures estimated from samples begin
/// with `≈`.
///
/// `{}` sums up the paths below 1 % of all changes in a last line, except renamed ones.
impl fmt::Display for Diff {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_totals(formatter)?;
        self.write_paths(formatter)?;
        if formatter.alternate() { self.write_types(formatter) } else { Ok(()) }
    }
}

/// A printed change.
struct ChangeLine {
    bytes: i128,
    is_estimate: bool,
    count: String,
    name: String,
    type_name: String,
    note: String,
}

impl Diff {
    fn write_totals(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (earlier, later) = (self.earlier(), self.later());
        let mut changes = Vec::new();
        if self.deep_size_change() != 0 {
            changes.push(std::format!("{}", SignedBytes(self.deep_size_change())));
        }
        let values = difference(earlier.value_count, later.value_count);
        changes.push(about(number(values.into(), VALUES), self.estimates_values));
        let allocations = difference(earlier.allocation_count, later.allocation_count);
        changes.push(number(allocations.into(), self.allocation_names));
        changes.retain(|change| !change.is_empty());
        if changes.is_empty() {
            changes.push("no change in total".into());
        }
        let (before, after) = (Bytes(earlier.deep_size), Bytes(later.deep_size));
        let figures = std::format!(": {before} -> {after} ({})", changes.join(", "));
        let root = self.change(0);
        let name_of = |type_name| visible(&short(type_name));
        let mut name = name_of(root.type_name());
        if let Some(earlier) = root.earlier_type_name().map(name_of).filter(|earlier| *earlier != name) {
            name = std::format!("{} -> {}", clipped(&earlier, 20), clipped(&name, 20));
        }
        let room = COLUMNS.saturating_sub(figures.chars().count());
        writeln!(out, "{}{figures}", clipped(&name, room.clamp(10, 40)))?;
        let held = match (earlier.uncertain_size, later.uncertain_size) {
            (0, 0) => "held elsewhere",
            _ => "possibly held elsewhere",
        };
        let mut parts = Vec::new();
        for (before, after, what) in [
            (earlier.spare_size, later.spare_size, "spare"),
            (earlier.external_size, later.external_size, held),
            (earlier.cyclic_size, later.cyclic_size, "leaking"),
        ] {
            if before != after {
                parts.push(std::format!("{what} {}", SignedBytes(difference(before, after))));
            }
        }
        if !parts.is_empty() {
            writeln!(out, "{}", parts.join(", "))?;
        }
        let moments = [
            (earlier.is_exact, later.is_exact, "a lower bound, because some parts were not counted in full"),
            (!earlier.is_truncated, !later.is_truncated, "truncated, because there were too many paths"),
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
        let moved: u128 =
            self.paths().map(|change| u128::from(change.own_size_change().unsigned_abs())).sum();
        let least = if out.alternate() { 0.0 } else { SMALLEST_SHARE * moved as f64 };
        let matters = |change: &Change<'_>| {
            change.kind() == ChangeKind::Renamed || change.own_size_change().unsigned_abs() as f64 >= least
        };
        let (shown, rest): (Vec<_>, Vec<_>) = self.paths().partition(matters);
        let mut lines: Vec<ChangeLine> = shown.iter().map(path_line).collect();
        match rest.as_slice() {
            [] => {}
            [one] => lines.push(path_line(one)),
            _ => {
                let values = rest.iter().filter(|change| !is_reference(change));
                let count = number(values.map(|change| i128::from(change.count_change())).sum(), VALUES);
                lines.push(ChangeLine {
                    bytes: rest.iter().map(|change| i128::from(change.own_size_change())).sum(),
                    is_estimate: rest.iter().any(Change::has_estimated_size),
                    count: about(count, rest.iter().any(Change::has_estimated_count)),
                    name: std::format!("… {} more", Count(rest.len())),
                    type_name: String::new(),
                    note: String::new(),
                });
            }
        }
        out.write_str("\n")?;
        write_lines(&lines, out)
    }

    fn write_types(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.types.is_empty() {
            return Ok(());
        }
        out.write_str("\nby type\n")?;
        write_lines(&self.types.iter().map(type_line).collect::<Vec<_>>(), out)
    }
}

const VALUES: [&str; 2] = ["value", "values"];
const HANDLES: [&str; 2] = ["handle", "handles"];

fn is_reference(change: &Change<'_>) -> bool {
    change.latest().is_some_and(|node| node.is_shared_reference())
}

fn path_line(change: &Change<'_>) -> ChangeLine {
    let mut notes = Vec::new();
    match change.kind() {
        ChangeKind::Added => notes.push("added".into()),
        ChangeKind::Removed => notes.push("removed".into()),
        ChangeKind::Renamed => {
            let earlier = change.earlier().map_or_else(String::new, |node| node.name());
            notes.push(std::format!("was {}", end_of(&earlier, 40)));
        }
        _ => {}
    }
    let type_name = short(change.type_name());
    if let Some(earlier) = change.earlier_type_name().filter(|earlier| *earlier != change.type_name()) {
        let earlier = short(earlier);
        notes.push(match earlier == type_name {
            // The type has moved to another module.
            true => "type moved".into(),
            false => std::format!("was of type {earlier}"),
        });
    }
    let (before, after) = (change.before(), change.after());
    for (before, after, what) in
        [(before.shared_size, after.shared_size, "shared"), (before.spare_size, after.spare_size, "spare")]
    {
        if before != after {
            notes.push(std::format!("{what} {}", SignedBytes(difference(before, after))));
        }
    }
    let names_type = change.latest().is_some_and(|node| node.names_type() || node.refers_to().is_some());
    let path = change.latest().map_or_else(String::new, |node| node.path_end(COLUMNS));
    let count = number(change.count_change().into(), if is_reference(change) { HANDLES } else { VALUES });
    ChangeLine {
        bytes: change.own_size_change().into(),
        is_estimate: change.has_estimated_size(),
        count: about(count, change.has_estimated_count()),
        name: whole(&path).into(),
        type_name: if names_type { String::new() } else { std::format!(": {type_name}") },
        note: if notes.is_empty() { String::new() } else { std::format!("  ({})", notes.join(", ")) },
    }
}

fn type_line(change: &TypeChange) -> ChangeLine {
    let note = match (change.kind(), &change.earlier) {
        (ChangeKind::Added, _) => "  (added)".into(),
        (ChangeKind::Removed, _) => "  (removed)".into(),
        (ChangeKind::Renamed, Some(earlier)) => std::format!("  (was {})", earlier.type_name),
        _ => String::new(),
    };
    ChangeLine {
        bytes: change.size_change().into(),
        is_estimate: change.has_estimated_size(),
        count: about(number(change.count_change().into(), VALUES), change.has_estimated_count()),
        name: short(change.type_name()),
        type_name: String::new(),
        note,
    }
}

/// Marks a figure that is estimated from samples.
fn about(figure: String, is_estimate: bool) -> String {
    if is_estimate && !figure.is_empty() { std::format!("≈{figure}") } else { figure }
}

/// A difference with its unit. Empty for 0.
fn number(difference: i128, [one, many]: [&str; 2]) -> String {
    match difference {
        0 => String::new(),
        1 | -1 => std::format!("{} {one}", SignedCount(difference)),
        _ => std::format!("{} {many}", SignedCount(difference)),
    }
}

fn write_lines(lines: &[ChangeLine], out: &mut fmt::Formatter<'_>) -> fmt::Result {
    let width = lines.iter().map(|line| line.count.chars().count()).max().unwrap_or(0);
    for ChangeLine { bytes, is_estimate, count, name, type_name, note } in lines {
        let bytes = about(std::format!("{}", SignedBytes(*bytes)), *is_estimate);
        let start = std::format!("{bytes:>10}  {count:>width$}  ");
        let room = COLUMNS.saturating_sub(start.chars().count());
        // The note matters more than the start of the path, and the path more than the end of the type.
        let note = clipped(&visible(note), room / 2);
        let room = room - note.chars().count();
        let name = end_of(&visible(name), room);
        let type_name = clipped(&visible(type_name), room - name.chars().count());
        writeln!(out, "{start}{name}{type_name}{note}")?;
    }
    Ok(())
}
