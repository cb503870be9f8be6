//! Compares a report with the walks, and its parts with each other.

use deep_size::inspect::TreeNode;
use deep_size::observer::{Allocation, SharedEvent};
use deep_size::{DeepSize, Inspector, Observer, Report, Size, Tally, inspect};

/// The totals of a report, computed independently.
#[derive(Default)]
struct Totals {
    allocations: usize,
    spare: usize,
    unfollowed: usize,
}

impl Observer for Totals {
    fn allocation(&mut self, allocation: &Allocation) {
        self.allocations += allocation.block_count;
        self.spare += allocation.spare_size();
    }

    fn shared(&mut self, event: &SharedEvent) {
        self.allocations += usize::from(event.counted && event.extends.is_none());
    }

    fn borrowed(&mut self, _: &Allocation, counted: bool) {
        self.allocations += usize::from(counted);
    }

    fn unfollowed(&mut self, count: usize, _: usize) {
        self.unfollowed += count;
    }
}

/// Makes a report and asserts that it is consistent and agrees with the walks.
#[track_caller]
pub(crate) fn checked_report<T: DeepSize + ?Sized>(value: &T) -> Report {
    let mut totals = Totals::default();
    let deep = Tally::new().add_observed(value, &mut totals);
    let report = inspect(value);
    assert_eq!((report.deep_size(), report.shallow_size()), (deep, size_of_val(value)));
    assert_eq!((report.deep_size(), report.heap_size()), (value.deep_size(), value.heap_size()));
    assert_eq!(report.size(), Size::of(value));
    assert_consistent(&report, &totals, &Inspector::new().compare_contents(true).inspect(value));
    report
}

// Not generic, so that it is compiled once.
#[track_caller]
fn assert_consistent(report: &Report, totals: &Totals, with_contents: &Report) {
    assert_eq!(report.allocation_count(), totals.allocations);
    assert_eq!(report.spare_size(), totals.spare);
    assert_eq!(report.unfollowed_pointer_count(), totals.unfollowed);
    assert!(!report.is_truncated());
    assert_adds_up(report);
    assert_eq!(figures(with_contents), figures(report));
}

/// The figures of all nodes, types and layouts, in an order that does not depend on the walk.
fn figures(report: &Report) -> Vec<String> {
    let sizes = |node: TreeNode<'_>| [node.own_size(), node.spare_size(), node.shared_size()];
    let waste = |node: TreeNode<'_>| [node.padding(), node.unused_by_variants()];
    let nodes = report
        .nodes()
        .map(|node| format!("{node:?} {:?} {:?} {:?}", sizes(node), waste(node), node.sample_size()));
    let types = report.types().iter().map(|total| format!("{total:?}"));
    let layouts = report.layouts().iter().map(|layout| format!("{layout:?}"));
    let mut figures: Vec<String> = nodes.chain(types).chain(layouts).collect();
    figures.sort();
    figures
}

/// Asserts that every node is the sum of its parts, and the histogram is the sum of the tree.
#[track_caller]
pub(crate) fn assert_adds_up(report: &Report) {
    assert_eq!(report.root().deep_size(), report.deep_size());
    for node in report.nodes() {
        let inside: usize = node.children().map(|child| child.deep_size()).sum();
        assert_eq!(node.deep_size(), node.own_size() + inside, "{node:?}");
        assert!(node.spare_size() <= node.own_size(), "{}", node.path());
        assert!(node.padding() + node.unused_by_variants() <= node.own_size(), "{}", node.path());
        if let Some(other) = node.refers_to() {
            assert_eq!((node.deep_size(), node.allocation_count(), node.children().count()), (0, 0, 0));
            assert!(other.refers_to().is_none(), "a node that is referred to refers to no other");
        }
    }
    assert_eq!(report.nodes().map(|node| node.own_size()).sum::<usize>(), report.deep_size());
    assert_eq!(report.types().iter().map(|total| total.size).sum::<usize>(), report.deep_size());
    assert_eq!(report.types().iter().map(|total| total.spare_size).sum::<usize>(), report.spare_size());
    assert_eq!(report.types().iter().map(|total| total.padding).sum::<usize>(), report.padding());
    let unused: usize = report.types().iter().map(|total| total.unused_by_variants).sum();
    assert_eq!(unused, report.unused_by_variants());
    assert!(report.types().is_sorted_by_key(|total| std::cmp::Reverse(total.size)));
    assert!(report.largest_values().is_sorted_by_key(|value| std::cmp::Reverse(value.size)));
    assert!(report.shared_size() <= report.heap_size());
    for node in report.nodes() {
        assert!(node.shared_size() <= node.own_size(), "{}", node.path());
    }
    let shared: usize = report.nodes().map(|node| node.shared_size()).sum();
    for (at, block) in report.shared_allocations().enumerate() {
        assert_eq!(block.position(), at);
        let retainers = block.retainers();
        let handles =
            retainers.fold((0, 0), |sum, one| (sum.0 + one.strong_count(), sum.1 + one.weak_count()));
        assert_eq!(
            handles,
            (block.inside_strong_count(), block.inside_weak_count()),
            "every handle is in some block"
        );
        let from: Vec<_> = block.retainers().map(|one| one.block().map(|from| from.position())).collect();
        assert!(from.is_sorted_by(|one, next| one < next), "each block once: {from:?}");
    }
    // A node that merges several values may be both behind handles and not.
    let is_mixed = report.is_truncated() || report.nodes().any(|node| node.is_recursive());
    assert!(shared == report.shared_size() || is_mixed && shared < report.shared_size());
}
