//! Differences between two reports.

mod changed_types;
#[allow(dead_code, reason = "other test crates use more of it")]
#[path = "../ownership/graph.rs"]
mod graph;
mod grown;
#[path = "../oracle/random.rs"]
mod random;
mod random_pairs;
#[cfg(feature = "serde")]
mod serialised;
#[path = "../support/mod.rs"]
mod support;
mod text;
#[path = "../oracle/trial.rs"]
mod trial;

use std::fmt::Debug;

use deep_size::diff::{ChangeKind, PathTotals};
use deep_size::{DeepSize, Diff, Report, inspect};

/// The number of random values of a family.
const CASES: u32 = 300;

/// The changes between two values: kind, bytes, values and path, largest first.
#[track_caller]
fn changes<E: DeepSize + ?Sized, L: DeepSize + ?Sized>(earlier: &E, later: &L) -> Vec<String> {
    list(&checked(&inspect(earlier), &inspect(later)))
}

fn list(diff: &Diff) -> Vec<String> {
    let line = |change: deep_size::diff::Change<'_>| {
        let was = match (change.kind(), change.earlier_path()) {
            (ChangeKind::Renamed, Some(path)) => format!(" was {path}"),
            _ => String::new(),
        };
        let type_name = match change.earlier_type_name() {
            Some(name) if name != change.type_name() => format!(" was {name}"),
            _ => String::new(),
        };
        let (kind, path) = (change.kind(), change.path());
        format!("{kind:?} {:+} {:+} {path}{was}{type_name}", change.own_size_change(), change.count_change())
    };
    diff.paths().map(line).collect()
}

/// A difference, after checks that hold for all pairs of reports.
#[track_caller]
fn checked(earlier: &Report, later: &Report) -> Diff {
    let diff = later.diff(earlier);
    assert_adds_up(&diff, earlier, later);
    assert_is_negation(&diff, &earlier.diff(later));
    for report in [earlier, later] {
        let none = report.diff(report);
        assert!(none.is_empty() && none.paths().len() == 0 && none.types().is_empty());
    }
    let (brief, all) = (diff.to_string(), format!("{diff:#}"));
    for line in brief.lines().chain(all.lines()) {
        assert!(line.chars().count() <= 100 && line.trim_end() == line, "{line}");
    }
    diff
}

#[track_caller]
fn assert_adds_up(diff: &Diff, earlier: &Report, later: &Report) {
    let of = |amount: fn(&Report) -> usize| amount(later) as i64 - amount(earlier) as i64;
    let by_path = |amount: fn(PathTotals) -> usize| -> i64 {
        diff.paths().map(|change| amount(change.after()) as i64 - amount(change.before()) as i64).sum()
    };
    assert_eq!(diff.deep_size_change(), of(Report::deep_size));
    assert_eq!(by_path(|amounts| amounts.own_size), diff.deep_size_change());
    assert_eq!(diff.paths().map(|change| change.own_size_change()).sum::<i64>(), diff.deep_size_change());
    assert_eq!(diff.types().iter().map(|change| change.size_change()).sum::<i64>(), diff.deep_size_change());
    assert_eq!(by_path(|amounts| amounts.allocation_count), of(Report::allocation_count));
    assert_eq!(by_path(|amounts| amounts.spare_size), of(Report::spare_size));
    assert_eq!(
        by_path(|amounts| amounts.shared_size),
        of(|report| report.nodes().map(|node| node.shared_size()).sum())
    );
    assert!(
        diff.paths().is_sorted_by_key(|change| std::cmp::Reverse(change.own_size_change().unsigned_abs()))
    );
    assert!(diff.types().is_sorted_by_key(|change| std::cmp::Reverse(change.size_change().unsigned_abs())));
    for change in diff.paths() {
        let (before, after) = (change.before(), change.after());
        match change.kind() {
            ChangeKind::Added => assert!(is_nothing(before), "{}", change.path()),
            ChangeKind::Removed => assert!(is_nothing(after), "{}", change.path()),
            ChangeKind::Grown => assert!(before.own_size < after.own_size),
            ChangeKind::Shrunk => assert!(before.own_size > after.own_size),
            ChangeKind::Changed => assert_eq!(before.own_size, after.own_size),
            _ => {}
        }
        assert!(before.own_size <= before.deep_size && after.own_size <= after.deep_size);
        let path = change.path();
        let nodes = [change.later(), change.earlier()];
        assert_eq!(nodes.into_iter().flatten().next().map(|node| node.path()), Some(path));
    }
}

/// A folded node may be inside a path that is absent.
fn is_nothing(amounts: PathTotals) -> bool {
    (amounts.own_size, amounts.count, amounts.allocation_count) == (0, 0, 0)
}

#[track_caller]
fn assert_is_negation(diff: &Diff, swapped: &Diff) {
    let facts = |diff: &Diff, back: bool| {
        let fact = |change: deep_size::diff::Change<'_>| {
            let mut ends = [change.earlier_path(), change.later().map(|node| node.path())];
            let mut amounts = [change.before(), change.after()];
            let kind = match change.kind() {
                ChangeKind::Added if back => ChangeKind::Removed,
                ChangeKind::Removed if back => ChangeKind::Added,
                ChangeKind::Grown if back => ChangeKind::Shrunk,
                ChangeKind::Shrunk if back => ChangeKind::Grown,
                kind => kind,
            };
            if back {
                ends.reverse();
                amounts.reverse();
            }
            format!("{kind:?} {ends:?} {amounts:?}")
        };
        let mut facts: Vec<String> = diff.paths().map(fact).collect();
        facts.sort();
        facts
    };
    assert_same(&facts(diff, false), &facts(swapped, true));
    let types = |diff: &Diff, sign: i64| {
        let mut types: Vec<_> = diff
            .types()
            .iter()
            .map(|change| (sign * change.size_change(), sign * change.count_change()))
            .collect();
        types.sort_unstable();
        types
    };
    assert_same(&types(diff, 1), &types(swapped, -1));
}

#[track_caller]
fn assert_same<T: PartialEq + Debug>(one: &[T], other: &[T]) {
    assert!(one == other, "{one:#?}\nis not\n{other:#?}");
}
