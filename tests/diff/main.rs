//! What has changed between two reports.

mod changed_types;
#[allow(dead_code, reason = "other tests look at more of it")]
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

use deep_size::diff::{Amounts, Kind};
use deep_size::{DeepSize, Diff, Report, inspect};

/// How many random values a family is tried on.
const CASES: u32 = 300;

/// What has changed between two values, checked by [`assert_adds_up`]: kind, bytes, values and path, the largest first.
#[track_caller]
fn changes<E: DeepSize + ?Sized, L: DeepSize + ?Sized>(earlier: &E, later: &L) -> Vec<String> {
    list(&checked(&inspect(earlier), &inspect(later)))
}

fn list(diff: &Diff) -> Vec<String> {
    let line = |change: deep_size::diff::Change<'_>| {
        let was = match (change.kind(), change.earlier_path()) {
            (Kind::Renamed, Some(path)) => format!(" was {path}"),
            _ => String::new(),
        };
        let type_name = match change.earlier_type_name() {
            Some(name) if name != change.type_name() => format!(" was {name}"),
            _ => String::new(),
        };
        let (kind, path) = (change.kind(), change.path());
        format!("{kind:?} {:+} {:+} {path}{was}{type_name}", change.bytes(), change.count())
    };
    diff.paths().map(line).collect()
}

/// The difference of two reports, with all that must be so whatever they are.
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
    let of = |amount: fn(&Report) -> usize| amount(later) as i128 - amount(earlier) as i128;
    let by_path = |amount: fn(Amounts) -> usize| -> i128 {
        diff.paths().map(|change| amount(change.after()) as i128 - amount(change.before()) as i128).sum()
    };
    assert_eq!(diff.bytes(), of(Report::deep));
    assert_eq!(by_path(|amounts| amounts.bytes), diff.bytes());
    assert_eq!(diff.paths().map(|change| change.bytes()).sum::<i128>(), diff.bytes());
    assert_eq!(diff.types().iter().map(|change| change.bytes()).sum::<i128>(), diff.bytes());
    assert_eq!(by_path(|amounts| amounts.allocations), of(Report::allocations));
    assert_eq!(by_path(|amounts| amounts.spare), of(Report::spare));
    assert_eq!(
        by_path(|amounts| amounts.shared),
        of(|report| report.nodes().map(|node| node.shared()).sum())
    );
    assert!(diff.paths().is_sorted_by_key(|change| std::cmp::Reverse(change.bytes().unsigned_abs())));
    assert!(diff.types().is_sorted_by_key(|change| std::cmp::Reverse(change.bytes().unsigned_abs())));
    for change in diff.paths() {
        let (before, after) = (change.before(), change.after());
        match change.kind() {
            Kind::Added => assert!(is_nothing(before), "{}", change.path()),
            Kind::Removed => assert!(is_nothing(after), "{}", change.path()),
            Kind::Grown => assert!(before.bytes < after.bytes),
            Kind::Shrunk => assert!(before.bytes > after.bytes),
            Kind::Changed => assert_eq!(before.bytes, after.bytes),
            _ => {}
        }
        assert!(before.bytes <= before.deep && after.bytes <= after.deep);
        let path = change.path();
        let nodes = [change.later(), change.earlier()];
        assert_eq!(nodes.into_iter().flatten().next().map(|node| node.path()), Some(path));
    }
}

/// What is folded may lie inside a path that is not there.
fn is_nothing(amounts: Amounts) -> bool {
    (amounts.bytes, amounts.count, amounts.allocations) == (0, 0, 0)
}

#[track_caller]
fn assert_is_negation(diff: &Diff, swapped: &Diff) {
    let facts = |diff: &Diff, back: bool| {
        let fact = |change: deep_size::diff::Change<'_>| {
            let mut ends = [change.earlier_path(), change.later().map(|node| node.path())];
            let mut amounts = [change.before(), change.after()];
            let kind = match change.kind() {
                Kind::Added if back => Kind::Removed,
                Kind::Removed if back => Kind::Added,
                Kind::Grown if back => Kind::Shrunk,
                Kind::Shrunk if back => Kind::Grown,
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
    let types = |diff: &Diff, sign: i128| {
        let mut types: Vec<_> =
            diff.types().iter().map(|change| (sign * change.bytes(), sign * change.count())).collect();
        types.sort_unstable();
        types
    };
    assert_same(&types(diff, 1), &types(swapped, -1));
}

#[track_caller]
fn assert_same<T: PartialEq + Debug>(one: &[T], other: &[T]) {
    assert!(one == other, "{one:#?}\nis not\n{other:#?}");
}
