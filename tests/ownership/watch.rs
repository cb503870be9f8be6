//! Checks the sums of a report.

use deep_size::{DeepSize, Report, inspect};

/// The sharing of a value, checked for consistency.
#[track_caller]
pub(crate) fn watch<T: DeepSize + ?Sized>(value: &T) -> Report {
    let report = inspect(value);
    let deep = value.deep_size();
    assert_eq!(report.deep_size(), deep);
    assert_eq!(
        report.exclusive_size() + report.external_size() + report.cyclic_size(),
        deep,
        "the parts add up"
    );
    assert!(report.uncertain_size() <= deep);
    for block in report.shared_allocations() {
        assert!(
            block.block_size() <= block.own_size()
                && block.own_size() <= block.retained_size()
                && block.retained_size() <= deep
        );
        let listed: usize = block.holders().map(|holder| holder.strong_count() + holder.weak_count()).sum();
        assert_eq!(
            listed + block.unlisted_handle_count(),
            block.inside_strong_count() + block.inside_weak_count()
        );
    }
    let retained: Vec<usize> = report.shared_allocations().map(|block| block.retained_size()).collect();
    assert!(retained.is_sorted_by(|a, b| a >= b), "the largest comes first");
    assert!(report.cycles().map(|cycle| cycle.size()).sum::<usize>() <= report.cyclic_size());
    report
}
